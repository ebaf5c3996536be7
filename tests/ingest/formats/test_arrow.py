"""Arrow IPC streams: what their writers write, and what nobody honest would."""

from __future__ import annotations

import struct
import tracemalloc
from decimal import Decimal

import numpy as np
import polars
import pyarrow as pa
import pytest

from nonnuoc.ingest.formats import arrow, arrow_frames, series
from nonnuoc.ingest.formats.readings import MOST_PROBLEMS

START = 1_774_000_000  # s
UTC = pa.timestamp("us", tz="UTC")


def times(n, kind=UTC):
    per_second = arrow.PER_SECOND[kind.unit]
    return pa.array((START + 300 * np.arange(n)) * per_second, pa.int64()).cast(kind)


def table(n=3, **columns):
    own = {"datastream": pa.array([7] * n, pa.int32()), "time": times(n), "value": pa.array(np.arange(n) + 0.5)}
    return pa.table({name: column for name, column in {**own, **columns}.items() if column is not None})


def stream(data, *, batch=1000, end=True, **options):
    sink = pa.BufferOutputStream()
    writer = pa.ipc.new_stream(sink, data.schema, options=pa.ipc.IpcWriteOptions(**options))
    for one in data.to_batches(batch):
        writer.write_batch(one)
    if end:
        writer.close()
    return sink.getvalue().to_pybytes()


def parse(data, **options):
    return arrow.parse(data if isinstance(data, bytes) else stream(data, **options))


def refused(data, **options):
    parsed = parse(data, **options)
    assert len(parsed.readings) == 0
    return parsed.unreadable[0].code


def test_rows_are_readings_of_the_datastreams_they_number():
    readings = parse(table(datastream=pa.array([7, 9, 7], pa.uint64()))).readings
    assert readings.datastream.tolist() == [7, 9, 7]
    assert readings.time.tolist() == [(START + 300 * n) * 1_000_000 for n in range(3)]
    assert readings.value.tolist() == [0.5, 1.5, 2.5]
    assert (readings.status.tolist(), readings.line.tolist(), readings.units) == ([0, 0, 0], [1, 2, 3], ("",))


@pytest.mark.parametrize("options", [{}, {"compression": "lz4"}, {"compression": "zstd"}])
def test_several_batches_compressed_or_not_are_one_table(options):
    assert parse(table(2500), batch=1000, **options).readings.line.tolist() == list(range(1, 2501))


def test_names_come_as_text_or_as_dictionaries_that_change_from_batch_to_batch():
    names = pa.array(["KK01", "KK02", None])
    for column in (names, names.dictionary_encode(), names.cast(pa.large_string()), names.cast(pa.string_view())):
        readings = parse(table(datastream=None, station=column, symbol=pa.array(["SO2 "] * 3))).readings
        told = [readings.stations[n] if n >= 0 else None for n in readings.station]
        assert (told, readings.symbols[readings.symbol[0]]) == (["KK01", "KK02", None], "SO2")
    first, second = (
        table(1, datastream=None, symbol=pa.array([symbol]).dictionary_encode()) for symbol in ("PM10", "SO2")
    )
    readings = parse(pa.concat_tables([first, second])).readings
    assert [readings.symbols[n] for n in readings.symbol] == ["PM10", "SO2"]


def test_what_polars_writes_is_read(tmp_path):
    frame = polars.DataFrame(
        {"station": ["KK01"], "symbol": ["PM2.5"], "time": ["2026-03-02T05:00:00Z"], "value": [1], "unit": ["mg/m3"]}
    ).with_columns(polars.col("time").str.to_datetime(time_zone="UTC"))
    frame.write_ipc_stream(tmp_path / "a")
    readings = parse((tmp_path / "a").read_bytes()).readings
    assert (readings.stations[0], readings.units[readings.unit[0]], readings.value[0]) == ("KK01", "mg/m3", 1.0)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_every_unit_and_zone_are_the_same_moments(unit):
    readings = parse(table(time=times(3, pa.timestamp(unit, tz="Asia/Ho_Chi_Minh")))).readings
    assert readings.time.tolist() == parse(table()).readings.time.tolist()


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (pa.array([12.3, None, 1e30], pa.float32()), [12.3, None, 1e30]),
        (pa.array([1, None, -(2**40)], pa.int64()), [1.0, None, -(2.0**40)]),
        (pa.array([Decimal("0.1"), None, Decimal("7.25")]), [0.1, None, 7.25]),
        (pa.array([float("nan"), float("inf"), -9999.0]), [None, None, -9999.0]),
    ],
)
def test_a_number_is_the_one_its_sender_reads_and_what_is_none_is_missing(values, read):
    value = parse(table(value=values)).readings.value
    assert [None if np.isnan(one) else one for one in value.tolist()] == read


def test_a_status_is_that_of_the_instrument_and_an_unknown_one_is_told():
    for told in (pa.array([1, None, 9], pa.int8()), pa.array(["01", None, "XX"]).dictionary_encode()):
        parsed = parse(table(status=told))
        assert parsed.readings.status.tolist() == [1, 0, -1]
        assert [(p.line, p.code) for p in parsed.problems] == [(3, "status")]


def test_rows_without_a_time_a_whole_second_or_a_name_are_refused_alone():
    moments = pa.array(
        [None, START * 1_000_000 + 500_000, (2**43 + 1) * 1_000_000, START * 1_000_000], pa.int64()
    ).cast(UTC)
    symbols = pa.array(["PM10", "PM10", "PM10", "x" * 41])
    parsed = parse(table(4, datastream=None, time=moments, symbol=symbols))
    assert [(p.line, p.code) for p in parsed.problems] == [
        (1, "instant"),
        (2, "subsecond"),
        (3, "instant"),
        (4, "symbol"),
    ]
    assert len(parsed.readings) == 0
    many = parse(table(5000, time=pa.array([None] * 5000, UTC)))
    assert (len(many.problems), sum(p.count for p in many.problems)) == (MOST_PROBLEMS + 1, 5000)


def test_impossible_datastreams_are_rows_that_belong_nowhere():
    told = pa.array([-1, 2**40, None], pa.int64())
    assert parse(table(datastream=told)).readings.datastream.tolist() == [-1, -1, -1]


NESTED = pa.array([[1.0], [2.0], [3.0]])


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"time": times(3, pa.timestamp("us"))}, "no_zone"),
        ({"time": None}, "schema"),
        ({"datastream": None}, "schema"),
        ({"symbol": pa.array(["a"] * 3)}, "schema"),
        ({"station": pa.array(["a"] * 3)}, "schema"),
        ({"note": pa.array(["a"] * 3)}, "schema"),
        ({"value": NESTED}, "column_type"),
        ({"value": pa.array(["1", "2", "3"])}, "column_type"),
        ({"value": pa.nulls(3)}, "column_type"),
        ({"time": pa.array(["2026-01-01"] * 3)}, "column_type"),
        ({"datastream": pa.array([1.0, 2.0, 3.0])}, "column_type"),
        ({"datastream": None, "symbol": NESTED}, "column_type"),
        ({"datastream": None, "symbol": pa.array([b"a"] * 3)}, "column_type"),
        ({"value": pa.DictionaryArray.from_arrays(pa.array([0, 0, 0]), pa.array([1.5]))}, "column_type"),
    ],
)
def test_columns_that_do_not_fit_refuse_the_stream(columns, code):
    assert refused(table(**columns)) == code


def test_a_column_twice_refuses_the_stream():
    data = table()
    assert refused(data.append_column("value", data["value"])) == "schema"


def test_a_stream_without_rows_is_empty():
    assert refused(table(0)) == "empty"


WHOLE = stream(table(3000), batch=1000, compression="zstd")


def test_a_stream_cut_anywhere_is_refused():
    for size in range(0, len(WHOLE), 97):
        assert refused(WHOLE[:size]) in ("arrow_unfinished", "arrow"), size
    assert refused(stream(table(), end=False)) == "arrow_unfinished"
    assert refused(WHOLE + b"x") == "arrow"


def test_a_file_or_anything_else_is_no_stream(tmp_path):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table().schema) as writer:
        writer.write_table(table())
    for body in (
        sink.getvalue().to_pybytes(),
        b"",
        b"PAR1",
        b"[]",
        bytes(1000),
        b"\xff" * 1000,
        b"\xff\xff\xff\xff\0\0\0\0",
    ):
        assert refused(body) in ("arrow", "arrow_unfinished")


@pytest.mark.slow
def test_broken_bytes_are_refused_or_read_and_never_break_us():
    """Every byte of the metadata flipped, and many of the data: an answer each time."""
    for body in (
        stream(table()),
        stream(table(datastream=None, symbol=pa.array(["a", "b", "a"]).dictionary_encode()), compression="lz4"),
    ):
        for place in range(len(body)):
            for flip in (0x01, 0x80, 0xFF):
                broken = bytearray(body)
                broken[place] ^= flip
                parsed = parse(bytes(broken))
                assert parsed.unreadable or len(parsed.readings) <= 3


def test_the_other_endianness_is_refused():
    """Arrow's writers leave the usual one out, so the message is written by hand: Message, then a Schema of nothing."""
    message = struct.pack("<I6H", 16, 12, 20, 0, 4, 8, 12) + struct.pack("<iB3xIq", 12, 1, 20, 0)
    schema = struct.pack("<3H2x", 6, 6, 4) + struct.pack("<ih2x", 8, 1)
    flat = message + schema + bytes(4)
    end = struct.pack("<II", 0xFFFFFFFF, 0)
    assert refused(struct.pack("<II", 0xFFFFFFFF, len(flat)) + flat + end) == "endianness"


def claims(body, old, new):
    """With one little-endian 64-bit number replaced wherever it stands."""
    assert struct.pack("<q", old) in body
    return body.replace(struct.pack("<q", old), struct.pack("<q", new))


def test_claims_of_more_than_there_is_cost_no_memory():
    plain, packed = stream(table(1237), batch=2000), stream(table(12_345), batch=20_000, compression="zstd")
    tracemalloc.start()
    assert refused(claims(plain, 1237, 2**40)) == "too_many"
    assert refused(claims(plain, 1237, -1)) == "too_many"
    assert refused(claims(plain, 1237 * 8, 2**50)) in ("arrow", "arrow_unfinished")
    before = pa.total_allocated_bytes()
    assert refused(claims(packed, 12_345 * 8, 2**45)) == "arrow_size"
    assert refused(claims(packed, 12_345 * 8, 2**20)) == "arrow"
    assert pa.total_allocated_bytes() - before < 1_000_000
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.slow
def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    rows = 1_000_000
    body = stream(table(rows, value=pa.array(np.zeros(rows))), batch=rows, compression="zstd")
    assert len(body) < 6_000_000
    monkeypatch.setattr(arrow_frames, "MOST_UNPACKED", 16_000_000)
    assert refused(body) == "arrow_size"


def test_too_many_batches_rows_and_series_are_refused(monkeypatch):
    monkeypatch.setattr(arrow_frames, "MOST_BATCHES", 10)
    assert refused(table(11), batch=1) == "arrow_size"
    monkeypatch.setattr(arrow_frames, "MOST_ROWS", 1000)
    assert refused(table(1001)) == "too_many"
    assert refused(table(2000), batch=999) == "too_many"
    monkeypatch.setattr(series, "MOST", 5)
    assert refused(table(6, datastream=pa.array(range(1, 7), pa.int32()))) == "too_many_series"
    assert refused(table(6, datastream=None, symbol=pa.array(list("abcdef")))) == "too_many_series"
    pairs = {"station": pa.array(list("aabbcc")), "symbol": pa.array(list("defdef"))}
    assert refused(table(6, datastream=None, **pairs)) == "too_many_series"


def test_a_schema_of_thousands_of_columns_is_refused():
    wide = table()
    for n in range(3000):
        wide = wide.append_column(f"c{n}", wide["value"])
    assert refused(wide) in ("arrow", "schema")


def test_an_index_outside_its_dictionary_is_refused():
    column = pa.DictionaryArray.from_arrays(pa.array([0, 99, 1], pa.int32()), pa.array(["a", "b"]), safe=False)
    assert refused(table(datastream=None, symbol=column)) == "arrow"


def test_a_long_text_that_stands_in_every_row_is_not_multiplied():
    long = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, np.int32)), pa.array(["x" * 1_000_000]))
    before = pa.total_allocated_bytes()
    parsed = parse(table(100_000, datastream=None, symbol=long), batch=200_000)
    assert len(parsed.readings) == 0
    assert parsed.problems[0].code == "symbol"
    assert pa.total_allocated_bytes() - before < 10_000_000
