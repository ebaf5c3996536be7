"""The token of the form an entry was created with: sent twice, it creates one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_registers")]

    operations = [
        migrations.AddField("revision", "token", models.UUIDField(null=True, editable=False)),
        migrations.AddConstraint("revision", models.UniqueConstraint(fields=("token",), name="revision_token_once")),
    ]
