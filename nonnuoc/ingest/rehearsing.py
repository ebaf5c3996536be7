"""Reading a table on trial: what would be taken in, and what would be refused. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction

from nonnuoc.ingest import placing
from nonnuoc.ingest.formats import wide
from nonnuoc.ingest.formats.profile import Profile
from nonnuoc.ingest.formats.readings import Problem
from nonnuoc.ingest.parsing import Part
from nonnuoc.records.monitoring import deliveries, streams
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import Delivery
from nonnuoc.records.monitoring.rows import moment

ROWS_TOLD = 5  # of each kind of problem


@dataclass(frozen=True)
class Trouble:
    """One kind of problem: its code, what was found, in how many rows, the first of them."""

    code: str
    detail: str
    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Rehearsal:
    """What a table would bring. `fatal`: it is refused as a whole. Of very many refusals only the first are counted."""

    values: int
    missing: int  # of these, cells without a value
    series: int  # how many datastreams get values
    first: datetime | None
    last: datetime | None
    refused: int
    troubles: tuple[Trouble, ...]
    fatal: bool

    @property
    def good(self) -> bool:
        """Whether there is anything to take in."""
        return self.values > 0 and not self.fatal


@transaction.atomic
def rehearse(body: bytes, profile: Profile, *, name: str, at: datetime) -> Rehearsal:
    """Steps 1 to 3 of the river for a table that arrived `at`; its stations stay locked until the transaction ends."""
    receipt = Receipt(profile.station, Delivery.Door.UPLOAD, name, at, deliveries.sha256(body), body, profile_id=0)
    stations = streams.stations({profile.station})
    placing.admit([receipt], stations)
    parsed = wide.parse(body, profile)
    if parsed.unreadable:
        told = parsed.problems or list(parsed.unreadable.values())
        return Rehearsal(0, 0, 0, None, None, len(told), _troubles(_of_problems(told)), fatal=True)
    part = Part(parsed, np.zeros(1, np.int32))
    placed, _catalogue = placing.place([part], [receipt], stations, trust_clock=False)
    found = [(p["code"], p["detail"], p["line"]) for p in receipt.problems]
    if receipt.is_quarantined:
        found.append((receipt.code, receipt.reason, 0))
    span: tuple[datetime, datetime] | tuple[None, None]
    span = (moment(int(placed.time.min())), moment(int(placed.time.max()))) if len(placed) else (None, None)
    missing, series = int(np.isnan(placed.value).sum()), len(np.unique(placed.stream))
    fatal = receipt.is_quarantined
    first, last = span
    return Rehearsal(len(placed), missing, series, first, last, receipt.refused, _troubles(found), fatal)


def _of_problems(problems: Sequence[Problem]) -> Iterable[tuple[str, str, int]]:
    return [(problem.code, problem.detail, problem.line) for problem in problems]


def _troubles(found: Iterable[tuple[str, str, int]]) -> tuple[Trouble, ...]:
    """Alike ones together, in the order they were met."""
    rows: dict[tuple[str, str], list[int]] = {}
    for code, detail, line in found:
        rows.setdefault((code, detail), []).append(line)
    return tuple(
        Trouble(code, detail, len(lines), tuple(line for line in lines[:ROWS_TOLD] if line))
        for (code, detail), lines in rows.items()
    )
