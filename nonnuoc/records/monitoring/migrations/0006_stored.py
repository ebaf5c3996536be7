"""Since when each value stands, so that what stood at any moment can be read again (as_of.py).

Rows from before this migration have none: when they came is not known to the moment, and they count as held always.
The default is the time of the transaction, so that writers name no column they have nothing to say about.
"""

from django.db import migrations, models

FORWARD = """
ALTER TABLE observation ADD COLUMN stored timestamptz;
ALTER TABLE observation ALTER COLUMN stored SET DEFAULT now();
"""
BACKWARD = "ALTER TABLE observation DROP COLUMN stored;"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_judgement")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddField("observationhistory", "stored", models.DateTimeField(null=True)),
    ]
