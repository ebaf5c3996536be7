"""Step 4: the single values a number stands on, hour by hour, each with what the checks said of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils.translation import gettext
from numpy.typing import NDArray

from nonnuoc.domain import quality as q
from nonnuoc.look import figures, words
from nonnuoc.portal.why_case import Case, local
from nonnuoc.records.monitoring import recomputing
from nonnuoc.records.monitoring.lineage import Procedure, Source
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.recomputing import HOUR

FLAGGED = 60  # listed with their reasons; each hour's own page lists all of its


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the values of a window."""

    expected: int
    used: int
    suspect: int  # among those used
    refused: int
    late: int  # among all

    @property
    def missing(self) -> int:
        """Neither used nor refused: nothing usable came."""
        return max(0, self.expected - self.used - self.refused)


@dataclass(frozen=True, slots=True)
class One:
    """A single value."""

    time: datetime
    clock: str  # 14:05
    minute: str  # :05, beside the hour
    figure: str
    css: str  # suspect, refused, missing; empty: good
    why: str  # what the checks and the instrument said; empty: nothing
    doubted: bool  # something was said against it; that it came late is not
    validated: bool
    link: str
    mine: bool  # the number the page is about


@dataclass(frozen=True, slots=True)
class Hour:
    """The values of one hour, and the address of its mean."""

    end: datetime
    link: str
    values: list[One]


@dataclass(frozen=True, slots=True)
class Values:
    """All values of one instrument in the window of a number."""

    source: Source
    name: str
    unit: str
    hours: list[Hour]
    counts: Counts
    flagged: list[One]  # with their reasons, as many as are listed
    more: int


def counts(raw: Source, rows: Rows, hours: int) -> Counts:
    """What became of these rows of one instrument, in so many hours."""
    whole = counted(np.zeros(len(rows), np.intp), rows, 1, round(recomputing.expected(raw) * hours))
    return whole[0]


def counted(cell: NDArray[np.intp], rows: Rows, cells: int, expected: int) -> list[Counts]:
    """What became of the rows of each of some cells, in which as many are expected. `cell`: (n,), of each row."""
    used = q.usable(rows.quality) & np.isfinite(rows.value)
    flag = q.flag(rows.quality)
    masks = (used, used & (flag == q.Flag.SUSPECT), flag == q.Flag.FAIL, q.is_late(rows.quality))
    each = [np.bincount(cell[mask], minlength=cells).tolist() for mask in masks]
    return [Counts(expected, *numbers) for numbers in zip(*each, strict=True)]


def values(case: Case, source: Source, hourly: Source | None, rows: Rows) -> Values:
    """The values of one instrument or laboratory, by the hour they lie in, the oldest first."""
    ends = -(-rows.time // HOUR) * HOUR
    ones = list(_ones(case, source, rows))
    cuts = np.flatnonzero(np.diff(ends)) + 1
    groups = [(int(ends[start]), ones[start:end]) for start, end in _pieces(cuts.tolist(), len(ones))]
    window = max(1, (case.time - case.since) // HOUR)
    flagged = [one for one in ones if one.doubted]
    return Values(
        source=source,
        name=words.name(source.observed),
        unit=figures.unit(source.observed.unit),
        hours=[Hour(local(end), case.link(hourly, end), group) for end, group in groups],
        counts=counts(source, rows, window),
        flagged=flagged[:FLAGGED],
        more=max(0, len(flagged) - FLAGGED),
    )


def behind(case: Case, codes: list[str]) -> list[Values]:
    """The single values behind a number: of a measured one the hour it lies in, else those of these properties."""
    if case.source.procedure in recomputing.MEASURED:
        end = -(-case.time // HOUR) * HOUR
        hourly = case.streams.named(case.source.observed.code, Procedure.MEAN_1H)
        return [values(case, case.source, hourly, case.held.of(case.source.id, end - HOUR, end))]
    found = []
    for sample in case.streams.inputs(case.source, Procedure.SAMPLE):
        row = case.held.at(sample.id, case.time)
        if len(row):
            found.append(values(case, sample, None, row))
    for hourly in recomputing.hourly_sources(case.streams, case.source):
        one = recomputing.measured(case.streams, case.held, hourly, case.since, case.time)
        if one and hourly.observed.code in codes:
            found.append(values(case, one[0], hourly, one[1]))
    return found


def _ones(case: Case, source: Source, rows: Rows) -> Iterator[One]:
    decimals = source.observed.decimals
    flags = q.flag(rows.quality).tolist()
    columns = (rows.time.tolist(), rows.value.tolist(), rows.status.tolist(), rows.quality.tolist(), flags)
    known: dict[tuple[int, int], str] = {}
    for time, value, status, quality, flag in zip(*columns, strict=True):
        if (status, quality) not in known:
            known[status, quality] = _why(source, status, quality)
        when = local(time)
        yield One(
            time=when,
            clock=f"{when:%H:%M}",
            minute=f"{when::%M}",
            figure="–" if math.isnan(value) else figures.number(value, decimals),
            css={q.Flag.SUSPECT: "suspect", q.Flag.FAIL: "refused", q.Flag.MISSING: "missing"}.get(flag, ""),
            why=known[status, quality],
            doubted=bool(status) or flag > q.Flag.NOT_EVALUATED or bool(quality & q.CHECK_MASK),
            validated=quality < 0,
            link=case.link(source, time),
            mine=source.id == case.source.id and time == case.time,
        )


def _why(source: Source, status: int, quality: int) -> str:
    """What the checks and the instrument said of a value; empty for one that nobody doubts."""
    said = [words.status(status) if source.procedure == Procedure.RAW else "", words.flags(quality)]
    if quality & q.FLAG_MASK == q.Flag.NOT_EVALUATED:
        said.append(gettext("not evaluated: nothing to compare it with"))
    return "; ".join(dict.fromkeys(text for text in said if text))


def _pieces(cuts: list[int], size: int) -> list[tuple[int, int]]:
    return list(zip([0, *cuts], [*cuts, size], strict=True)) if size else []
