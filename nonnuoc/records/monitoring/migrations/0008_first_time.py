"""The time of each datastream's first value, beside its newest: looking it up asks the index of every year."""

from django.db import migrations, models

FILL = """
UPDATE monitoring_datastream d SET first_time = n.time
FROM monitoring_datastream s CROSS JOIN LATERAL (
    SELECT o.time FROM observation o WHERE o.datastream_id = s.id ORDER BY o.time LIMIT 1
) AS n
WHERE d.id = s.id
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0007_written_from_outside")]
    operations = [
        migrations.AddField("datastream", "first_time", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
