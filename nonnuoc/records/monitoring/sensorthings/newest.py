"""The newest observation of datastreams, which is cached on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nonnuoc.records.monitoring.sensorthings import words
from nonnuoc.records.monitoring.sensorthings.asking import Options, Path
from nonnuoc.records.monitoring.sensorthings.observing import Observing
from nonnuoc.records.monitoring.sensorthings.pages import size
from nonnuoc.records.monitoring.sensorthings.reader import Reader
from nonnuoc.records.monitoring.sensorthings.sql import put, rows, value

CACHED = f"""
SELECT d.id, d.latest_time, d.latest_value, d.latest_status, d.latest_quality, d.procedure,
    d.first_time < d.latest_time,
    CASE WHEN d.procedure IN ({words.listed(words.INDICES)}) THEN
        (SELECT p.code FROM monitoring_observedproperty p WHERE p.id = d.latest_status) END,
    (SELECT f.result_time FROM monitoring_observationfeature f WHERE f.datastream_id = d.id AND f.time = d.latest_time)
FROM monitoring_datastream d WHERE d.latest_time IS NOT NULL AND d.id = ANY({{}})
"""  # noqa: S608 - all of it ours


def is_asked(options: Options, reader: Reader) -> bool:
    """Whether nothing but the newest observation as it stands now is asked for."""
    if reader.at is not None or options.filter or options.count or options.skip or options.after or size(options) != 1:
        return False
    if len(options.order) != 1 or not options.order[0].descending or not isinstance(options.order[0].by, Path):
        return False
    names = options.order[0].by.names
    return names == ("phenomenonTime",) or (names == ("resultTime",) and not reader.seeing.results_have_times)


def of(streams: Sequence[int]) -> tuple[dict[int, list[list[Any]]], Observing]:
    """Of datastreams, which must be ones the caller sees: the newest row with its key, datastream and time, and once
    more where an older one follows; and what makes JSON of them. One query."""
    found: dict[int, list[list[Any]]] = {one: [] for one in streams}
    procedures: dict[int, str] = {}
    codes: dict[int, str] = {}
    results: dict[tuple[int, datetime], datetime] = {}
    ids = value(f"{{{','.join(map(str, streams))}}}", "int8[]")  # as a text, which is sent sooner than a list
    for one, time, worth, status, quality, procedure, follows, code, result in rows(put(CACHED, ids)):
        row = [one, time, worth, status, quality, time, one]
        found[one], procedures[one] = [row, row] if follows else [row], procedure
        if code is not None:
            codes[status] = code
        if result is not None:
            results[one, time] = result
    return found, Observing(procedures, codes, results)
