"""Numbers below 100,000 are for the catalogue's own observed properties: the status of an index, which tells the
property that leads it, has two bytes. What others write is numbered from there on.
"""

from django.db import migrations

FORWARD = """
SELECT setval(pg_get_serial_sequence('monitoring_observedproperty', 'id'), greatest(max(id), 99999))
FROM monitoring_observedproperty
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0008_first_time")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
