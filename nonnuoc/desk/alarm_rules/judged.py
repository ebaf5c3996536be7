"""What no limit of law judges at a station, and why, for the station's page."""

from __future__ import annotations

from dataclasses import dataclass

from nonnuoc.desk.alarm_rules import wording
from nonnuoc.look import words
from nonnuoc.records.alerts.levels import applying
from nonnuoc.records.alerts.rulebook import reading as rulebook
from nonnuoc.records.monitoring.models import Thing


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A property by name, and why."""

    name: str
    why: str


def unjudged(thing: Thing) -> list[Unjudged]:
    """Those of a station, in the order of its datastreams."""
    found = applying.unjudged(thing.id)
    known = rulebook.properties() if found else {}
    return [Unjudged(words.name(known[one.property]), wording.why(one)) for one in found]
