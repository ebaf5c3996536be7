from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_alerts")]

    operations = [
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("waiting", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name_plural": "watches",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="watch_is_one")],
            },
        ),
    ]
