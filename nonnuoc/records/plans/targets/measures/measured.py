"""What a formula over records gives: a value, what it is made of, what is missing, and why where there is no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.models import Value

Quality = Value.Quality
NAMED_MOST = 200  # of what is missing or counted; the numbers beside them are always whole


@dataclass(frozen=True, slots=True)
class Counted:
    """A record that a value looks at; `counts`: it is in the numerator."""

    name: str
    register: str = ""  # with `code`: the entry's page
    code: str = ""
    counts: bool = True

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {"name": self.name, "register": self.register, "code": self.code, "counts": self.counts}


@dataclass(frozen=True, slots=True)
class Part:
    """The same for one commune, by its id; a value that is not known is not among them."""

    value: float
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One value for one day. `value` None goes with the quality "unknown" and with `why`, never with 0.

    `why` is a key of wording.WHY, `facts` the numbers its words are made with (JSON).
    """

    day: date
    value: float | None
    numerator: float | None
    denominator: float | None
    quality: str
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    missing: Sequence[str] = ()  # names of who told nothing, or of what nobody entered
    counted: Sequence[Counted] = ()
    by_commune: Mapping[int, Part] = field(default_factory=dict)
    simulated: bool = False  # something invented for demonstration is counted in it

    def stored(self) -> dict[str, Any]:
        """What is kept beside the value so that it can be followed."""
        found = dict(self.facts)
        if self.missing:
            found |= {"missing": list(self.missing[:NAMED_MOST]), "missing_count": len(self.missing)}
        if self.counted:
            found |= {"counted": [one.plain() for one in self.counted[:NAMED_MOST]], "counted_count": len(self.counted)}
        return found


@dataclass(frozen=True, slots=True)
class Measure:
    """A formula over records. `compute(rights, on, since)`: as of the day `on`, of a plan that begins on `since`."""

    key: str
    title: Promise
    numerator: Promise
    denominator: Promise | str  # "": it is no share
    unit: Promise | str
    source: Promise  # the registers it reads
    by_commune: bool
    compute: Callable[[Rights, date, date], Measured]


def unknown(on: date, why: str, *, missing: Sequence[str] = (), **facts: Any) -> Measured:
    """It cannot be computed, because …"""
    return Measured(on, None, None, None, Quality.UNKNOWN, why, facts, missing)
