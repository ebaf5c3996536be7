"""Data arrays of CreateObservations, from honest and from clumsy senders."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nonnuoc.domain.quality import Check
from nonnuoc.ingest.formats import data_array, series

AT = "2026-03-02T05:00:00Z"
MICROS = 1_772_427_600_000_000


def group(*rows, datastream=7, components=("phenomenonTime", "result"), **more):
    told = {"Datastream": {"@iot.id": datastream}, "components": list(components), "dataArray": [list(r) for r in rows]}
    return {**told, **more}


def parse(*groups):
    return data_array.parse(json.dumps(groups).encode())


def refused(body):
    parsed = data_array.parse(body if isinstance(body, bytes) else json.dumps(body).encode())
    assert len(parsed.readings) == 0
    return parsed.unreadable[0].code


def codes(parsed):
    return [(problem.line, problem.code) for problem in parsed.problems]


def test_rows_are_counted_over_all_arrays_and_belong_to_the_datastream_of_theirs():
    parsed = parse(
        group([AT, 1.5], ["2026-03-02T12:05:00+07:00", None]),
        group([7, AT, 0], datastream=9, components=("FeatureOfInterest/id", "phenomenonTime", "result")),
    )
    readings = parsed.readings
    assert readings.datastream.tolist() == [7, 7, 9]
    assert readings.line.tolist() == [1, 2, 3]
    assert readings.time.tolist() == [MICROS, MICROS + 300_000_000, MICROS]
    assert [None if np.isnan(v) else v for v in readings.value.tolist()] == [1.5, None, 0.0]
    assert readings.status.tolist() == [0, 0, 0]
    assert codes(parsed) == []


@pytest.mark.parametrize(
    "written",
    ["2026-03-02T05:00Z", "2026-03-02 05:00:00Z", "2026-03-02T05:00:00.000Z", "2026-03-02T12:00:00+0700",
     "2026-03-01T22:00:00-07:00"],
)  # fmt: skip
def test_a_time_may_be_written_in_several_ways(written):
    assert parse(group([written, 1])).readings.time.tolist() == [MICROS]
    beside = parse(group([written, 1], ["x", 1]))  # one by one, not all at once
    assert beside.readings.time.tolist() == [MICROS]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-03-02T05:00:00", "zone"),
        ("2026-03-02T05:00:00.5Z", "subsecond"),
        ("2026-03-02T05:00:00.000000001Z", "subsecond"),
        (f"{AT}/2026-03-02T06:00:00Z", "interval"),
        ("2026-02-30T05:00:00Z", "instant"),
        ("2026-03-02", "instant"),
        ("20260302120000", "instant"),
        (1772427600, "instant"),
        (None, "instant"),
        ({"a": 1}, "instant"),
    ],
)
def test_a_row_whose_time_cannot_be_is_refused_alone(cell, code):
    parsed = parse(group([AT, 1], [cell, 2], ["2026-03-02T05:05:00Z", 3]))
    assert codes(parsed) == [(2, code)]
    assert parsed.readings.value.tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("cell", "code"), [(True, "number"), ([1], "number"), ({}, "number"), ("1,5", "decimal_comma"), ("x", "number")]
)
def test_a_row_whose_result_is_no_number_is_refused_alone(cell, code):
    parsed = parse(group([AT, cell], ["2026-03-02T05:05:00Z", 3]))
    assert codes(parsed) == [(1, code)]
    assert parsed.readings.line.tolist() == [2]


def test_a_result_may_be_text_and_below_the_limit_of_detection():
    readings = parse(group([AT, "12.5"], [AT, "<0.05"], [AT, "---"])).readings
    assert readings.value.tolist()[:2] == [12.5, 0.05]
    assert np.isnan(readings.value[2])
    assert readings.kept.tolist() == [0, Check.BELOW_DETECTION, 0]


def test_what_is_no_json_but_many_write_for_no_value_is_missing():
    body = json.dumps([group([AT, "a"], [AT, "b"], [AT, "c"], [AT, "d"], [AT, 1])])
    for letter, number in (("a", "NaN"), ("b", "-Infinity"), ("c", "1e999"), ("d", "9" * 500)):
        body = body.replace(f'"{letter}"', number)
    parsed = data_array.parse(body.encode())
    assert np.isnan(parsed.readings.value).tolist() == [True] * 4 + [False]
    assert codes(parsed) == []
    assert parse(group([AT, 10**30])).readings.value.tolist() == [1e30]


def test_of_quality_the_status_of_the_instrument_is_kept():
    components = ("phenomenonTime", "result", "resultQuality", "parameters")
    told = [
        (2, None),
        ("03", {}),
        ({"status": 1, "flag": "good"}, None),
        (None, {"status": 0}),
        ({"flag": "good"}, None),
    ]
    told += [("fine", None), (None, {"status": 7}), ([], None)]
    parsed = parse(group(*[[AT, 1, *one] for one in told], components=components))
    assert parsed.readings.status.tolist() == [2, 3, 1, 0, 0, -1, -1, -1]
    assert codes(parsed) == [(6, "status"), (7, "status"), (8, "status")]


def test_what_a_row_says_beside_its_value_is_given_too():
    components = ("phenomenonTime", "result", "resultTime", "FeatureOfInterest/id")
    body = [group([AT, 1, AT, 5], [AT, 1, None, None], [AT, 1, "x", "5"], components=components), group([AT, 2])]
    read = data_array.read(json.dumps(body).encode())
    assert read.feature.tolist() == [5, 0, 0, 0]
    assert read.result_time.tolist() == [MICROS, data_array.NO_TIME, data_array.NO_TIME, data_array.NO_TIME]
    assert read.parsed.readings.line.tolist() == [1, 2, 4]
    assert codes(read.parsed) == [(3, "instant")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "json"),
        (b"\xff\xfe[]", "json"),
        (b"[" * 100_000, "json"),
        (b'[{"a":' * 900, "json"),
        ({}, "components"),
        ([], "empty"),
        ([group()], "empty"),
        ([7], "components"),
        ([{"Datastream": {"@iot.id": 7}, "components": ["result"]}], "components"),
        ([group([AT, 1], datastream="7")], "components"),
        ([group([AT, 1], datastream=True)], "components"),
        ([group([AT, 1], datastream=1.5)], "components"),
        ([{**group([AT, 1]), "Datastream": 7}], "components"),
        ([{**group([AT, 1]), "dataArray": {}}], "components"),
        ([{**group([AT, 1]), "dataArray": [7]}], "components"),
        ([{**group([AT, 1]), "dataArray": ["ab"]}], "components"),
        ([{**group([AT, 1]), "components": "ab"}], "components"),
        ([group([AT, 1, 2])], "components"),
        ([group([1], components=["result"])], "components"),
        ([group([AT, AT, 1], components=["phenomenonTime", "phenomenonTime", "result"])], "components"),
        ([group([AT, 1, 1], components=["phenomenonTime", "result", "id"])], "components"),
        ([group([AT, 1], **{"dataArray@iot.count": 2})], "count"),
        ([group([AT, 1], other=1)], "components"),
    ],
)
def test_a_body_that_is_no_data_array_is_refused_as_a_whole(body, code):
    assert refused(body) == code


def test_a_group_too_much_tells_which_one_it_was():
    parsed = parse(group([AT, 1]), group([AT]))
    assert "data array 2" in parsed.unreadable[0].detail


def test_datastreams_that_cannot_be_are_rows_that_belong_nowhere():
    readings = parse(group([AT, 1], datastream=-3), group([AT, 1], datastream=2**63)).readings
    assert readings.datastream.tolist() == [-1, -1]


def test_too_many_series_and_rows_are_refused(monkeypatch):
    monkeypatch.setattr(series, "MOST", 3)
    assert refused([group([AT, 1], datastream=n) for n in range(1, 5)]) == "too_many_series"
    monkeypatch.setattr(data_array, "MOST_ROWS", 20)
    assert refused([group(*[[AT, 1]] * 21)]) == "too_many"


def test_a_body_of_empty_lists_is_refused_before_it_is_read():
    assert refused(b"[" + b"[]," * 3_000_001 + b"[]]") == "too_many"
    assert refused(b"[" + b" " * (50 * 1024 * 1024) + b"]") == "too_large"


def test_a_body_of_almost_nothing_but_impossible_rows_is_refused_as_a_whole(monkeypatch):
    monkeypatch.setattr(data_array, "MOST_IMPOSSIBLE", 10)
    assert refused([group(*[["x", 1]] * 11)]) == "rows_refused"
    assert len(parse(group(*[["x", True]] * 10, [AT, 1])).problems) == 10
