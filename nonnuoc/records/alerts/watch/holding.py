"""Incidents nothing is known of any more: held, which clears nothing, and open again with the first value.

An incident is held when for three intervals no value has come that its rule could judge, on none of the datastreams
whose alarms go on: a usable one, of a raw stream one that was measured and not sent during maintenance. Of a stuck or
faulty instrument anything that comes counts: it is about the instrument.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from nonnuoc.records.alerts.judging import incidents
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.levels.kinds import SERIES
from nonnuoc.records.alerts.models import Entry, Family, Incident

State = Incident.State
INTERVALS = 3
# A stream without a cadence is never late: samples come when they come.
KNOWN = """
SELECT i.id, i.state = 'held' AS held, bool_or(d.interval_s IS NULL OR EXISTS (
    SELECT 1 FROM observation o
    WHERE o.datastream_id = d.id AND o.time > %(at)s - %(intervals)s * make_interval(secs => d.interval_s)
        AND (i.family <> %(environment)s OR (o.quality & 15) <= 3 AND (d.procedure <> 'raw' OR o.status = 0))
)) AS known
FROM alerts_incident i
JOIN alerts_alarm a ON a.incident_id = i.id AND a.cleared IS NULL
JOIN alerts_alarmrule r ON r.id = a.rule_id AND r.kind = ANY(%(kinds)s)
JOIN monitoring_datastream d ON d.id = a.datastream_id
WHERE i.state IN ('open', 'held')
GROUP BY 1
"""


@transaction.atomic
def hold(at: datetime) -> list[Change]:
    """Hold what nothing is known of, and open again what something is. Nothing of it sounds."""
    with connection.cursor() as cursor:
        cursor.execute(
            KNOWN, {"at": at, "intervals": INTERVALS, "environment": Family.ENVIRONMENT, "kinds": sorted(SERIES)}
        )
        turned = {id_: known for id_, held, known in cursor.fetchall() if held == known}
    locked = Incident.objects.filter(id__in=turned, state__in=(State.OPEN, State.HELD)).select_for_update()
    return [_turn(incident, turned[incident.id], at) for incident in locked.order_by("id")]


def _turn(incident: Incident, known: bool, at: datetime) -> Change:
    incident.state, incident.changed = State.OPEN if known else State.HELD, at
    incident.save(update_fields=["state", "changed"])
    kind = Entry.Kind.RESUMED if known else Entry.Kind.HELD
    Entry.objects.create(incident=incident, at=at, kind=kind)
    incidents.announce(incident.id)
    return Change(incident, kind, sounds=False)
