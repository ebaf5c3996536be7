"""What a warning rests on: the alarms of its incident, as a reader may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nonnuoc.records.accounts.access import ANYBODY, Rights
from nonnuoc.records.alerts.levels import passed
from nonnuoc.records.alerts.models import Alarm, AlarmRule
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.selectors import Property
from nonnuoc.records.warnings.models import PublicWarning


@dataclass(frozen=True, slots=True)
class Ground:
    """One excursion: what was measured where, beyond which level of which article."""

    station_code: str
    station: str
    simulated: bool
    observed: Property | None
    procedure: str
    rule: AlarmRule
    peak: float | None
    peak_time: datetime | None
    level: float | None  # what the document says; of an index, where its category begins
    onset: datetime
    cleared: datetime | None


def of(warning: PublicWarning, rights: Rights = ANYBODY) -> Sequence[Ground]:
    """The gravest first; none where the warning rests on no incident, or the reader may not read its stations' data."""
    if warning.incident_id is None:
        return []
    readable = rights.readable(
        data_class="thing__data_class",
        office="thing__office_id",
        commune="thing__commune_id",
        facility="thing__facility",
    )
    alarms = Alarm.objects.filter(readable, incident_id=warning.incident_id)
    chain = ("thing", "rule", "datastream__observed_property")
    return [_ground(one) for one in alarms.select_related(*chain).order_by("-severity", "onset", "id")]


def _ground(alarm: Alarm) -> Ground:
    stream, thing, found = alarm.datastream, alarm.thing, passed.of(alarm)
    return Ground(
        station_code=thing.code if thing else "",
        station=thing.name if thing else "",
        simulated=bool(thing and thing.simulated),
        observed=monitoring.observed(stream) if stream else None,
        procedure=stream.procedure if stream else "",
        rule=alarm.rule,
        peak=alarm.peak,
        peak_time=alarm.peak_time,
        level=found.limit if found else None,
        onset=alarm.onset,
        cleared=alarm.cleared,
    )
