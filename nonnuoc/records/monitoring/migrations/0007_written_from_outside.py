"""What others may describe through the SensorThings API: places and features that no station stands at yet, names and
units of datastreams as their writers put them. History outlives a datastream that is deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0006_stored"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="datastream",
            name="datastream_one_active",
        ),
        migrations.AddField(
            model_name="datastream",
            name="description",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="datastream",
            name="name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="datastream",
            name="observation_type",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="datastream",
            name="parallel",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="datastream",
            name="unit",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="featureofinterest",
            name="encoding",
            field=models.CharField(
                choices=[("application/geo+json", "Now"), ("application/vnd.geo+json", "Before")],
                default="application/geo+json",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="featureofinterest",
            name="feature",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="featureofinterest",
            name="properties",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="location",
            name="description",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="location",
            name="encoding",
            field=models.CharField(
                choices=[("application/geo+json", "Now"), ("application/vnd.geo+json", "Before")],
                default="application/geo+json",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="location",
            name="name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="location",
            name="properties",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="observedproperty",
            name="description",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="observedproperty",
            name="properties",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="sensor",
            name="encoding",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="sensor",
            name="properties",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="thing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="deliveries",
                to="monitoring.thing",
            ),
        ),
        migrations.AlterField(
            model_name="featureofinterest",
            name="thing",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="feature",
                to="monitoring.thing",
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="location",
            name="thing",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="locations",
                to="monitoring.thing",
            ),
        ),
        migrations.AlterField(
            model_name="observationhistory",
            name="datastream",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="monitoring.datastream",
            ),
        ),
        migrations.AlterField(
            model_name="observedproperty",
            name="definition",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="observedproperty",
            name="unit",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name="thing",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ambient_air", "không khí xung quanh"),
                    ("surface_water", "nước mặt"),
                    ("groundwater", "nước dưới đất"),
                    ("wastewater", "nước thải"),
                    ("stack_emission", "khí thải"),
                    ("rain_and_river_level", "mưa và mực nước"),
                    ("other", "khác"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="datastream",
            constraint=models.UniqueConstraint(
                condition=models.Q(("active", True), ("parallel", False)),
                fields=("thing", "observed_property", "procedure"),
                name="datastream_one_active",
            ),
        ),
        migrations.AddConstraint(
            model_name="featureofinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(("thing__isnull", False), ("feature__isnull", False), _connector="OR"),
                name="feature_is_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("since", None), ("thing", None), ("until", None)),
                    models.Q(("since__isnull", False), ("thing__isnull", False)),
                    _connector="OR",
                ),
                name="location_of_thing_since",
            ),
        ),
        migrations.CreateModel(
            name="ObservationFeature",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "datastream_id", "time", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("time", models.DateTimeField()),
                ("result_time", models.DateTimeField(null=True)),
                (
                    "datastream",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="monitoring.datastream",
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="monitoring.featureofinterest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("feature__isnull", False), ("result_time__isnull", False), _connector="OR"),
                        name="observation_feature_says",
                    )
                ],
            },
        ),
    ]
