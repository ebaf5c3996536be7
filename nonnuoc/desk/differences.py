"""An entry of the audit trail as what it changed: fact by fact, before and after."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nonnuoc.desk import words
from nonnuoc.look import figures
from nonnuoc.records.accounts.models import AuditEntry

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact, as it stood and as it stands; `before` None: it is told only as it is."""

    fact: str
    before: str | None
    after: str


def of(entry: AuditEntry) -> list[Difference]:
    """What the entry tells: facts that changed, then what else is known of it; of what is new, what is not empty."""
    before, after, detail = entry.before, entry.after, dict(entry.detail)
    if "before" in detail and "value" in detail:  # a threshold keeps the value it replaced beside the new one
        before, after = {"value": detail.pop("before")}, {"value": detail.pop("value")}
    names = [*after, *(name for name in before if name not in after)]
    told = [_change(name, before, after) for name in names if before.get(name) != after.get(name)]
    told += [Difference(words.fact(name), None, _said(name, held)) for name, held in detail.items()]
    return [one for one in told if one.before is not None or one.after != words.NOTHING]


def _change(name: str, before: dict[str, Any], after: dict[str, Any]) -> Difference:
    old = _said(name, before[name]) if name in before else None
    return Difference(words.fact(name), old, _said(name, after.get(name)))


def _said(name: str, held: Any) -> str:
    if name in ("since", "until", "valid_from", "valid_to") and isinstance(held, str):
        try:
            moment = datetime.fromisoformat(held)
        except ValueError:
            return held
        return figures.stamp(moment) if moment.tzinfo else _day(held)
    return _day(words.value(name, held))


def _day(said: str) -> str:
    """A day of a record as people write it; whatever else is said as it is."""
    if not DAY.fullmatch(said):
        return said
    year, month, day = said.split("-")
    return f"{day}/{month}/{year}"
