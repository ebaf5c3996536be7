"""Observations as JSON has them: what their datastream says of them (a mean's window, what `status` means) put in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring import observation_ids
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.sensorthings import sql, words
from nonnuoc.records.monitoring.sensorthings.sql import Sql

RESULTS = """
SELECT datastream_id, time, result_time FROM monitoring_observationfeature
WHERE datastream_id = ANY(%s) AND time BETWEEN %s AND %s AND result_time IS NOT NULL
"""
CODES = "SELECT id, code FROM monitoring_observedproperty WHERE id = ANY(%s)"
PROCEDURES = "SELECT id, procedure FROM monitoring_datastream WHERE id = ANY(%s)"
#: datastream_id, time, value, status, quality
Raw = Sequence[Any]


class Observing:
    """Makes JSON of observations: `procedures` of their datastreams by id, `codes` of the properties that lead an
    index, `results` the times of the few results that came about at another time."""

    def __init__(
        self,
        procedures: Mapping[int, str],
        codes: Mapping[int, str],
        results: Mapping[tuple[int, datetime], datetime] | None = None,
    ) -> None:
        self.procedures, self.codes, self.results = procedures, codes, results or {}

    def json(self, raw: Raw, names: Sequence[str]) -> dict[str, Any]:
        """One observation: its id, and these of its properties. Those of like quality share the object that says it."""
        stream, time, value, status, packed = raw
        made: dict[str, Any] = {"@iot.id": observation_ids.observation_id(stream, micros(time))}
        told = _moment(time)
        for name in names:
            if name == "phenomenonTime":
                made[name] = self._span(stream, time, told)
            elif name == "result":
                made[name] = None if math.isnan(value) else value
            elif name == "resultTime":
                made[name] = _moment(self.results[stream, time]) if (stream, time) in self.results else told
            elif name == "resultQuality":
                made[name] = q.told(packed)
            elif name == "parameters":
                made[name] = self.parameters(stream, status)
            else:
                made[name] = None  # validTime: none is told anywhere
        return made

    def parameters(self, stream: int, status: int) -> dict[str, Any]:
        """What `status` means: the instrument's code, the completeness of a mean, what leads an index."""
        procedure = self.procedures.get(stream, "")
        if procedure in words.MEANS:
            return {"completeness": status}
        if procedure in words.INDICES:
            return {"leading": self.codes[status]} if status in self.codes else {}
        return {"status": status}

    def _span(self, stream: int, time: datetime, end: str) -> str:
        window = words.WINDOWS_S.get(self.procedures.get(stream, ""))
        return end if window is None else f"{_moment(time - timedelta(seconds=window))}/{end}"


def _moment(time: datetime) -> str:
    # what comes from the database is in UTC already
    return (time if time.tzinfo is UTC else time.astimezone(UTC)).isoformat()[:-6] + "Z"


def of(raws: Sequence[Raw], procedures: Mapping[int, str] | None = None) -> Observing:
    """What makes JSON of these. Three queries at most, whatever their number."""
    known = _procedures({raw[0] for raw in raws}) if procedures is None else procedures
    leading = codes({raw[3] for raw in raws if known.get(raw[0]) in words.INDICES})
    times = [raw[1] for raw in raws]
    return Observing(known, leading, results({raw[0] for raw in raws}, min(times), max(times)) if raws else None)


def results(streams: Iterable[int], since: datetime, until: datetime) -> dict[tuple[int, datetime], datetime]:
    """Of observations with since <= time <= until the times of their results, where they have one of their own."""
    told = sql.rows(Sql(RESULTS, (list(streams), since, until)))
    return {(stream, time): result for stream, time, result in told}


def codes(ids: set[int]) -> dict[int, str]:
    """The codes of properties by id."""
    return dict(sql.rows(Sql(CODES, (list(ids),)))) if ids else {}


def _procedures(streams: set[int]) -> dict[int, str]:
    return dict(sql.rows(Sql(PROCEDURES, (list(streams),)))) if streams else {}
