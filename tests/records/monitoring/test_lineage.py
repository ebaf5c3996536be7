from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from nonnuoc.domain.quality import Check, Flag
from nonnuoc.ingest import pipeline
from nonnuoc.records.monitoring import lineage, recomputing
from nonnuoc.records.monitoring.lineage import Procedure
from nonnuoc.records.monitoring.models import Datastream, Threshold
from nonnuoc.records.monitoring.observations import Rows, micros
from tests import factories as f

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def rows(*pairs: tuple[int, int]) -> Rows:
    size = len(pairs)
    ids, times = np.array(pairs).T if pairs else (np.empty(0), np.empty(0))
    return Rows(ids, times, np.arange(size, dtype=float), np.zeros(size), np.ones(size))


def test_held_gives_windows_open_on_the_left() -> None:
    held = lineage.Held(rows((3, 10), (3, 20), (3, 30), (7, 20)))
    assert held.of(3, 10, 30).time.tolist() == [20, 30]
    assert held.at(3, 20).time.tolist() == [20]
    assert held.at(7, 10).time.tolist() == []
    assert held.of(5, 0, 100).time.tolist() == []
    assert lineage.Held(rows()).of(3, 0, 9).time.tolist() == []


def test_streams_tell_what_each_is_computed_from() -> None:
    thing = f.station(symbols=("PM2.5", "O3"))
    streams = lineage.streams(thing.id)
    index = streams.named("VN_AQI", Procedure.AQI_1H)
    assert index is not None
    assert [s.observed.code for s in streams.inputs(index, Procedure.MEAN_1H)] == ["PM2.5", "O3"]
    hourly = streams.named("O3", Procedure.MEAN_1H)
    assert hourly is not None
    assert [(s.procedure, s.symbol) for s in streams.inputs(hourly, Procedure.RAW)] == [("raw", "O3")]
    assert hourly.rule["rule"] == "averaging"
    assert streams.named("CO", Procedure.RAW) is None
    assert streams.of("NOPE") == []


def test_a_datastream_no_longer_in_use_is_still_found() -> None:
    thing = f.station(symbols=("PM2.5",))
    Datastream.objects.filter(thing=thing, procedure=Procedure.AQI_1H).update(active=False)
    streams = lineage.streams(thing.id)
    found = streams.named("VN_AQI", Procedure.AQI_1H)
    assert found is not None
    assert not found.active
    assert Procedure.AQI_1H not in [s.procedure for s in streams.of("VN_AQI")]  # one in use comes before it


def test_changes_tell_what_stood_before_and_why_but_never_who() -> None:
    thing = f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", range(20, 32)))
    first = f.stream(thing, "PM2.5")
    other = f.send(f.line("PM2.5", "25.5", f.NOON))
    pipeline.correct(first, since=f.NOON, until=f.NOON + HOUR, flag=Flag.GOOD, reason="seen by Mr A", by=None)
    found = lineage.changes([first.id], f.NOON - HOUR, f.NOON)
    assert [(one.value, one.cause) for one in found] == [(25.5, "person"), (31.0, "delivery")]
    assert found[1].delivery == str(other.uuid)
    assert "Mr A" not in repr(found)
    mean = f.stream(thing, "PM2.5", "mean_1h")
    assert [one.cause for one in lineage.changes([mean.id], f.NOON - HOUR, f.NOON)] == ["corrected", "recomputed"]
    assert lineage.changes([first.id], f.NOON, f.NOON + HOUR) == []


def test_nearest_finds_the_neighbours_of_a_moment() -> None:
    thing = f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", [1, 2, 3]))
    raw = f.stream(thing, "PM2.5")
    step = timedelta(minutes=5)
    assert lineage.nearest(raw.id, f.NOON - step) == (f.NOON - 2 * step, f.NOON)
    assert lineage.nearest(raw.id, f.NOON - timedelta(minutes=7)) == (f.NOON - 2 * step, f.NOON - step)
    assert lineage.nearest(raw.id, f.NOON) == (f.NOON - step, None)


def test_a_number_can_be_known_from_the_first_delivery_that_reaches_it() -> None:
    thing = f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", [1, 2], until=f.NOON - HOUR), at=f.NOON - HOUR)
    f.send(*f.every("PM2.5", [3, 4]), at=f.NOON)
    assert lineage.first_told(thing.id, f.NOON - HOUR) == f.NOON - HOUR
    assert lineage.first_told(thing.id, f.NOON - timedelta(minutes=30)) == f.NOON
    assert lineage.first_told(thing.id, f.NOON + HOUR) is None


def test_originals_are_the_very_bytes_and_large_ones_stay_away() -> None:
    f.station(symbols=("PM2.5",))
    body = f.tt10(*f.every("PM2.5", [1, 2, 3]))
    receipt = pipeline.accept([f.arrival(body)])[0]
    assert [(o.uuid, o.format, o.body) for o in lineage.originals([str(receipt.uuid)], most_bytes=10_000)] == [
        (str(receipt.uuid), "tt10", body)
    ]
    assert lineage.originals([str(receipt.uuid)], most_bytes=10) == []


def test_thresholds_are_those_that_held_then() -> None:
    raw = f.stream(f.station(symbols=("PM2.5",)), "PM2.5")
    for value, since, until in ((10, f.NOON - 3 * HOUR, f.NOON - HOUR), (20, f.NOON - HOUR, None)):
        Threshold.objects.create(
            datastream=raw, check_name="spike_fail", value=value, valid_from=since, valid_to=until, reason="test"
        )
    assert lineage.thresholds([raw.id], f.NOON)[raw.id]["spike_fail"].value == 20
    assert lineage.thresholds([raw.id], f.NOON - 2 * HOUR)[raw.id]["spike_fail"].value == 10
    assert lineage.thresholds([raw.id], f.NOON - 4 * HOUR) == {}


def test_a_longer_window_costs_no_more_queries(queries) -> None:
    thing = f.station()
    lines = [
        line for code in ("PM2.5", "PM10", "O3", "NO2") for line in f.every(code, [20 + i % 7 for i in range(300)])
    ]
    f.send(*lines)
    streams = lineage.streams(thing.id)
    time = micros(f.NOON)

    def read(code: str, procedure: str) -> object:
        source = streams.named(code, procedure)
        assert source is not None
        return lineage.read(list(recomputing.wanted(streams, source, time)))

    assert queries(lambda: read("PM2.5", "mean_1h")) == queries(lambda: read("VN_AQI", "aqi_24h"))


def test_a_refused_value_is_in_no_mean_once_more() -> None:
    thing = f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", [20, 21, 22, 23, 24, 25, 9999, 26, 27, 28, 29, 30]))
    streams = lineage.streams(thing.id)
    hourly = streams.named("PM2.5", "mean_1h")
    assert hourly is not None
    time = micros(f.NOON)
    held = lineage.read(list(recomputing.wanted(streams, hourly, time)))
    raw, found = recomputing.measured(streams, held, hourly, time - recomputing.HOUR, time) or pytest.fail("no raw")
    assert int((found.quality & Check.GROSS_RANGE != 0).sum()) == 1
    mean = recomputing.mean_of_hour(raw, found)
    assert mean.value.tolist() == held.at(hourly.id, time).value.tolist() == [25.0]
    assert mean.completeness.tolist() == [91]
