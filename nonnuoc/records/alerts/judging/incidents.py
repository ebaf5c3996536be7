"""What happens to incidents as alarms come, change and go; and how it is told to whoever listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from nonnuoc.records.alerts.models import AlarmRule, Entry, Family, Incident

Kind = AlarmRule.Kind
CHANNEL = "nonnuoc_incidents"
FAMILIES: Mapping[str, Family] = {
    **dict.fromkeys((Kind.LIMIT, Kind.INDEX, Kind.LEVEL, Kind.RATE), Family.ENVIRONMENT),
    **dict.fromkeys((Kind.STUCK, Kind.STATUS, Kind.CLOCK, Kind.AVAILABILITY, Kind.REFUSED), Family.OPERATION),
    Kind.SILENCE: Family.SILENCE,
    Kind.LAG: Family.SYSTEM,
}
#: Found by the clock, not in values: what is not over goes on now.
WATCHED = frozenset({Kind.SILENCE, Kind.CLOCK, Kind.AVAILABILITY, Kind.REFUSED, Kind.LAG})
#: A value of a sample is of now for so long: a laboratory takes its time, and no later one is there yet.
LABORATORY = timedelta(days=30)
_NOTIFY = "SELECT pg_notify(%s, id::text) FROM unnest(%s::bigint[]) AS id"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to an incident. One that `sounds` is told to people."""

    incident: Incident
    kind: Entry.Kind
    sounds: bool = False


def announce(*incident_ids: int) -> None:
    """Wake up who listens on CHANNEL, when the transaction commits."""
    if incident_ids:
        with connection.cursor() as cursor:
            cursor.execute(_NOTIFY, (CHANNEL, sorted(set(incident_ids))))


def is_fresh(last_beyond: datetime, interval_s: int | None, at: datetime) -> bool:
    """Whether a value of this time tells of now: the next one is hardly due. Older ones came late."""
    if interval_s is None:
        return at - last_beyond <= LABORATORY
    interval = timedelta(seconds=interval_s)
    return at - last_beyond <= min(2 * interval, interval + timedelta(hours=3)) + timedelta(minutes=15)


def is_of_now(kind: str, last_beyond: datetime, interval_s: int | None, at: datetime) -> bool:
    """Whether an alarm tells of now: what is watched does, until the watch says otherwise."""
    return kind in WATCHED or is_fresh(last_beyond, interval_s, at)


def is_heard(heard: datetime | None, interval_s: int | None, at: datetime) -> bool:
    """Whether values come, whatever they say: the newest is no older than three intervals."""
    if heard is None:
        return False
    return at - heard <= (LABORATORY if interval_s is None else 3 * timedelta(seconds=interval_s))
