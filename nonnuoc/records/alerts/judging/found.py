"""What rules find: an alarm as it follows from the data, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Found:
    """An excursion, or something amiss at a station; all times are of the event. The fields are those of `Alarm`."""

    code: str
    rule_id: int  # the version that raised it
    thing_id: int | None
    datastream_id: int | None
    onset: datetime
    raised: datetime
    last_beyond: datetime
    cleared: datetime | None = None  # None: not over
    step: int = 0
    severity: int = 1
    level: float | None = None
    peak: float | None = None
    peak_time: datetime | None = None
    beyond: int = 0
    suspect: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """An alarm as it is kept, and what is known of its incident."""

    id: int
    incident_id: int
    state: str  # of the incident
    told_severity: int  # the gravest that people were told of it
    found: Found
