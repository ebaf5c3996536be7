"""How much of what was to come has come: the one source of these figures, for every page and file, inside and outside.

What counts is said in domain/availability.py; counting.py counts. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from nonnuoc.domain import availability as domain
from nonnuoc.records.monitoring import arrays
from nonnuoc.records.monitoring.models import Availability
from nonnuoc.records.monitoring.rows import moment

Span = Availability.Span
SPANS = tuple(Span)

OF = """
SELECT array_agg(datastream_id), array_agg(array_position(%s::text[], span::text) - 1),
    array_agg(expected), array_agg(arrived), array_agg(usable), array_agg(counted)
FROM monitoring_availability WHERE datastream_id = ANY(%s)
"""
BETWEEN = """
SELECT array_agg(id), array_agg(expected), array_agg(arrived), array_agg(usable) FROM (
    SELECT d.id, round(sum(86400.0 / c.interval_s))::int AS expected, sum(c.arrived)::int AS arrived,
        sum(c.usable)::int AS usable
    FROM (SELECT d.id, (
        SELECT f.day FROM monitoring_dailycount f WHERE f.datastream_id = d.id AND f.arrived > 0 ORDER BY f.day LIMIT 1
    ) AS first FROM unnest(%s) AS d(id)) AS d
    JOIN monitoring_dailycount c ON c.datastream_id = d.id AND c.interval_s IS NOT NULL AND c.day > d.first
    WHERE c.day BETWEEN %s AND %s GROUP BY 1
) AS counts
"""
COUNTS = (arrays.Int4,) * 4


@dataclass(frozen=True, slots=True)
class Share:
    """Values that were to come, that came, and that may enter a mean."""

    expected: int
    arrived: int
    usable: int

    @property
    def arrived_percent(self) -> float | None:
        """Cut after one decimal; None where nothing was expected."""
        return domain.percent(self.arrived, self.expected)

    @property
    def usable_percent(self) -> float | None:
        """Cut after one decimal; None where nothing was expected."""
        return domain.percent(self.usable, self.expected)


NOTHING = Share(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """The shares of some datastreams, and when the last 24 hours were counted (None: not yet)."""

    at: datetime | None
    shares: Mapping[tuple[int, str], Share]  # by datastream and span; absent where nothing has been counted

    def of(self, datastream_id: int, span: str) -> Share:
        """NOTHING where nothing has been counted."""
        return self.shares.get((datastream_id, span), NOTHING)

    def together(self, datastream_ids: Iterable[int], span: str) -> Share:
        """Of several datastreams as one: every value counts once."""
        return together(self.of(one, span) for one in datastream_ids)


def of(datastream_ids: Collection[int]) -> Counted:
    """What the spans of these raw datastreams came to when they were last counted. One query."""
    ids = arrays.Int4(np.fromiter(datastream_ids, np.int32))
    names = [span.value for span in SPANS]
    stream, span, expected, arrived, usable, counted = arrays.fetch(
        OF, (names, ids), (*(arrays.Int4,) * 5, arrays.Time)
    )
    keys = zip(stream.tolist(), (names[place] for place in span.tolist()), strict=True)
    counts = zip(expected.tolist(), arrived.tolist(), usable.tolist(), strict=True)
    at = moment(int(counted.max())) if len(counted) else None
    return Counted(at, {key: Share(*count) for key, count in zip(keys, counts, strict=True)})


def between(datastream_ids: Collection[int], first: date, last: date) -> dict[int, Share]:
    """Of these raw datastreams over whole local days, both included, as far as they are over and counted."""
    ids = arrays.Int4(np.fromiter(datastream_ids, np.int32))
    columns = arrays.fetch(BETWEEN, (ids, first, last), COUNTS)
    return {id_: Share(*counts) for id_, *counts in zip(*(column.tolist() for column in columns), strict=True)}


def together(shares: Iterable[Share]) -> Share:
    """The sum of several shares: every value counts once, whoever sent it."""
    expected = arrived = usable = 0
    for one in shares:
        expected, arrived, usable = expected + one.expected, arrived + one.arrived, usable + one.usable
    return Share(expected, arrived, usable)
