"""TT 10 files: what FAULTS.md says of bytes and lines."""

from __future__ import annotations

import codecs
import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain.quality import Check
from nonnuoc.ingest.formats import tt10
from nonnuoc.ingest.formats.readings import MOST_PROBLEMS, Readings

LINES = "PM2,5\t34.5\tug/Nm3\t20260101120000\t00\r\nTemp\t-3\toC\t20260101120500\t01\r\n"
GROUPS = "PM2,5\t34.5\tug/Nm3\t20260101120000\t00\tTemp\t-3\toC\t20260101120500\t01"


def micros(*parts):
    at = datetime(*parts, tzinfo=timezone(timedelta(hours=7)))
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def parse(*bodies, comma=False):
    raw = [body.encode() if isinstance(body, str) else body for body in bodies]
    return tt10.parse(raw, comma=[comma] * len(raw))


def told(parsed):
    r = parsed.readings
    return [
        (r.symbols[s], v, r.units[u], t, st)
        for s, v, u, t, st in zip(r.symbol, r.value.tolist(), r.unit, r.time.tolist(), r.status.tolist(), strict=True)
    ]


def codes(parsed):
    return [(problem.line, problem.code) for problem in parsed.problems]


def line(symbol="pH", value="7.1", unit="-", time="20260101120000", status="00"):
    return "\t".join((symbol, value, unit, time, status)) + "\n"


EXPECTED = [
    ("PM2,5", 34.5, "ug/Nm3", micros(2026, 1, 1, 12), 0),
    ("Temp", -3.0, "oC", micros(2026, 1, 1, 12, 5), 1),
]


@pytest.mark.parametrize(
    "body",
    [
        LINES,
        GROUPS,
        GROUPS + "\r\n",
        GROUPS + "\t\r\n",
        "\r\n" + LINES.replace("\r\n", "\r\n\r\n"),
        LINES.replace("\r\n", "\r"),
        LINES.replace("\r\n", "\n"),
        LINES.replace("\r\n", "\t\r\n"),
        LINES.replace("\t", " \t "),
        codecs.BOM_UTF8 + LINES.encode(),
        codecs.BOM_UTF16_LE + GROUPS.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"),
    ],
)
def test_parse_reads_both_layouts_in_every_dress(body):
    parsed = parse(body)
    assert told(parsed) == EXPECTED
    assert (parsed.problems, parsed.unreadable) == ([], {})


def test_parse_numbers_lines_and_sources():
    parsed = parse(LINES, "\n\n" + GROUPS, line())
    assert parsed.readings.source.tolist() == [0, 0, 1, 1, 2]
    assert parsed.readings.line.tolist() == [1, 2, 3, 3, 1]
    assert set(parsed.readings.station.tolist()) == {-1}


def test_parse_of_nothing():
    assert len(tt10.parse([], comma=[]).readings) == 0


def test_parse_gives_each_body_its_own_decimal_mark():
    parsed = tt10.parse([line(value="12,5").encode(), line(value="12.5").encode()], comma=[True, False])
    assert parsed.readings.value.tolist() == [12.5, 12.5]
    wrong = tt10.parse([line(value="12,5").encode(), line(value="12.5").encode()], comma=[False, True])
    assert [(p.source, p.code) for p in wrong.problems] == [(0, "decimal_comma"), (1, "decimal_point")]
    assert len(wrong.readings) == 0


@pytest.mark.parametrize(("value", "expected"), [("1.234,5", 1234.5), ("-0,25", -0.25), ("7", 7.0), ("1,5e3", 1500.0)])
def test_parse_reads_decimal_commas_of_a_station_that_has_them(value, expected):
    assert parse(line(value=value), comma=True).readings.value.tolist() == [expected]


@pytest.mark.parametrize("value", ["---", "", " ", "NaN", "NULL", "Inf", "-Inf"])
def test_parse_reads_missing_values(value):
    parsed = parse(line(value=value))
    assert math.isnan(parsed.readings.value[0])
    assert (parsed.readings.kept.tolist(), parsed.problems) == ([0], [])


@pytest.mark.parametrize("value", ["-9999", "-999", "-999.0", "-99999"])
def test_parse_leaves_sentinels_as_sent(value):
    assert parse(line(value=value)).readings.value.tolist() == [float(value)]


@pytest.mark.parametrize(("value", "limit"), [("<LOD", math.nan), ("<0.05", 0.05), ("< 2", 2.0)])
def test_parse_reads_values_below_detection(value, limit):
    readings = parse(line(value=value)).readings
    assert readings.value.tolist() == [pytest.approx(limit, nan_ok=True)]
    assert readings.kept.tolist() == [Check.BELOW_DETECTION]


@pytest.mark.parametrize("unit", ["", "-", "µg/Nm3", "°C", "MPN/100 mL", "a unit of more than sixteen bytes"])
def test_parse_passes_units_through(unit):
    readings = parse(line(unit=unit)).readings
    assert readings.units[readings.unit[0]] == unit


@pytest.mark.parametrize("symbol", ["PM2,5", "Nhiệt độ", "a_symbol_longer_than_16_bytes", "x" * 40])
def test_parse_passes_symbols_through(symbol):
    readings = parse(line(symbol=symbol)).readings
    assert readings.symbols[readings.symbol[0]] == symbol


@pytest.mark.parametrize(("status", "code"), [("00", 0), ("01", 1), ("02", 2), ("03", 3)])
def test_parse_reads_the_statuses(status, code):
    assert parse(line(status=status)).readings.status.tolist() == [code]


@pytest.mark.parametrize("status", ["04", "99", "OK", "0", "000", "-1"])
def test_parse_keeps_a_value_of_unknown_status_unused(status):
    parsed = parse(line() + line(status=status))
    assert parsed.readings.status.tolist() == [0, -1]
    assert codes(parsed) == [(2, "status")]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (line(value="12,5"), "decimal_comma"),
        (line(value="12.5x"), "number"),
        (line(value="1_0"), "number"),
        (line(value="1e"), "number"),
        (line(symbol=""), "symbol"),
        (line(symbol="x" * 41), "symbol"),
        (line(unit="x" * 41), "unit"),
        (line(time="20260230000000"), "time"),
        (line(time="20261301000000"), "time"),
        (line(time="20260101240000"), "time"),
        (line(time="20260101126000"), "time"),
        (line(time="20260101120060"), "time"),
        (line(time="20250229000000"), "time"),
        (line(time="00000101000000"), "time"),
        (line(time="2026-01-01 12:00"), "time"),
        (line(time="202601011200"), "time"),
        (line(time=""), "time"),
        (line(time="２０２６０１０１１２００００"), "time"),
        ("pH\t7.1\t-\t20260101120000\n", "truncated"),
        ("pH\t7.1\t-\t20260101120000\t\n", "truncated"),
        ("pH\t7.1\n", "truncated"),
        ("pH;7.1;-;20260101120000;00\n", "truncated"),
    ],
)
def test_parse_refuses_the_bad_line_and_keeps_the_good_ones(bad, code):
    parsed = parse(line() + bad + line(value="8"))
    assert parsed.readings.value.tolist() == [7.1, 8.0]
    assert parsed.readings.line.tolist() == [1, 3]
    assert codes(parsed) == [(2, code)]
    assert parsed.unreadable == {}


def test_parse_lists_every_bad_line_with_what_was_found_and_how_to_mend_it():
    parsed = parse(line(value="12,5") + line() + line(time="x"))
    assert codes(parsed) == [(1, "decimal_comma"), (3, "time")]
    assert parsed.problems[0].detail.startswith("'12,5': a comma in a number")


@pytest.mark.parametrize("cut", range(1, 14))
def test_parse_of_a_truncated_group_refuses_its_line(cut):
    body = GROUPS[:-cut]
    parsed = parse(line() + body)
    assert parsed.readings.value.tolist() == [7.1]
    assert codes(parsed) == [(2, "truncated")]


@pytest.mark.parametrize("cut", range(1, len(line())))
def test_parse_of_a_truncated_file_never_takes_half_a_line(cut):
    body = line() + line(value="8")[:-cut]
    parsed = parse(body)
    assert parsed.readings.value.tolist() == ([7.1, 8.0] if cut == 1 else [7.1])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \r\n\r\n ", "empty"),
        (b"\t\t\n\t", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"pH;7.1;-;20260101120000;00\n", "separator"),
        (b"pH 7.1 - 20260101120000 00\n", "separator"),
        (line().encode() + b"\0", "nul"),
        ("°C\t".encode("cp1252"), "encoding"),
    ],
)
def test_parse_refuses_a_whole_body_and_reads_the_others(body, code):
    parsed = parse(line(), body, line(value="8"))
    assert parsed.readings.source.tolist() == [0, 2]
    assert {source: problem.code for source, problem in parsed.unreadable.items()} == {1: code}
    assert parsed.unreadable[1].line == 0


def test_parse_counts_what_it_does_not_list():
    parsed = parse("x\ty\n" * (MOST_PROBLEMS + 5), line(value="?") * (MOST_PROBLEMS + 7), line())
    listed = [problem for problem in parsed.problems if problem.code != "more"]
    more = {problem.source: problem.detail.split(":")[0] for problem in parsed.problems if problem.code == "more"}
    assert len(listed) == 2 * MOST_PROBLEMS
    assert more == {0: "5", 1: "7"}
    assert len(parsed.readings) == 1


def test_parse_refuses_a_line_of_more_than_a_megabyte_only():
    long = "\t".join(["pH\t7.1\t-\t20260101120000\t00"] * 45_000) + "\n"
    parsed = parse(line() + long + line(value="8"))
    assert parsed.readings.value.tolist() == [7.1, 8.0]
    assert codes(parsed) == [(2, "line_too_long")]
    assert parsed.readings.line.tolist() == [1, 3]


def test_parse_numbers_the_lines_of_a_large_body():
    body = line() * 60_000 + line(value="x") + line()
    parsed = parse(line(), body, line())
    assert parsed.readings.line.tolist() == [1, *range(1, 60_001), 60_002, 1]
    assert codes(parsed) == [(60_001, "number")]


def test_parse_reads_dates_from_1900_to_9999():
    parsed = parse(line(time="19000101000000") + line(time="20240229235959") + line(time="99991231235959"))
    assert parsed.readings.time.tolist() == [
        micros(1900, 1, 1),
        micros(2024, 2, 29, 23, 59, 59),
        micros(9999, 12, 31, 23, 59, 59),
    ]
    assert codes(parse(line(time="18991231235959"))) == [(1, "time")]


NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=False),
    st.integers(-(10**16), 10**16).map(float),
    st.decimals(-10_000, 10_000, places=3).map(float),
)
NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
ROWS = st.tuples(
    NAMES, NUMBERS, NAMES | st.just(""), st.integers(-2_000_000_000, 4_000_000_000), st.integers(0, 3), st.booleans()
)


def made(rows):
    symbols, units = ([*dict.fromkeys(row[part] for row in rows)] for part in (0, 2))
    n = len(rows)
    return Readings(
        source=np.zeros(n, np.int32),
        symbol=np.array([symbols.index(row[0]) for row in rows], np.int32),
        unit=np.array([units.index(row[2]) for row in rows], np.int32),
        station=np.full(n, -1, np.int32),
        time=np.array([row[3] * 1_000_000 for row in rows], np.int64),
        value=np.array([row[1] for row in rows], np.float64),
        status=np.array([row[4] for row in rows], np.int16),
        kept=np.array([row[5] * int(Check.BELOW_DETECTION) for row in rows], np.int16),
        line=np.arange(1, n + 1, dtype=np.int32),
        symbols=tuple(symbols),
        units=tuple(units),
    )


@pytest.mark.slow
@given(st.lists(ROWS, min_size=1, max_size=12), st.sampled_from(["lines", "groups"]), st.booleans())
def test_parse_gives_back_what_was_written(rows, layout, comma):
    readings = made(rows)
    parsed = parse(tt10.write(readings, layout=layout, comma=comma), comma=comma)
    assert parsed.problems == []
    assert told(parsed) == [
        (row[0], pytest.approx(row[1], abs=0, rel=0, nan_ok=True), row[2], row[3] * 1_000_000, row[4]) for row in rows
    ]
    assert parsed.readings.kept.tolist() == readings.kept.tolist()


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(0, 12))
def test_parse_of_plain_decimals_is_as_exact_as_float(value, places):
    shown = f"{value:.{places}f}"
    assert parse(line(value=shown)).readings.value.tolist() == ([float(shown)] if len(shown) <= 64 else [])


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(st.binary(max_size=200), max_size=4))
def test_parse_of_random_bytes_reads_or_refuses(bodies):
    parsed = tt10.parse(bodies, comma=[False] * len(bodies))
    answered = set(parsed.unreadable) | {p.source for p in parsed.problems} | set(parsed.readings.source.tolist())
    assert answered == set(range(len(bodies)))


@pytest.mark.slow
@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(["pH", "7.1", "20260101120000", "00", "\t", "\n", "\r", " ", "<", ",", "-", "é"]), max_size=40
    )
)
def test_parse_of_nearly_right_text_reads_or_refuses(tokens):
    parsed = parse("".join(tokens), line())
    assert 1 in parsed.readings.source
    assert (0 in parsed.unreadable) or parsed.problems or len(parsed.readings) > 1 or not "".join(tokens).split()


MEMORY = """
import resource
from nonnuoc.ingest.formats import tt10
body = {body}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
parsed = tt10.parse([body], comma=[False])
print(len(parsed.readings), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        'b"PM2,5\\t34.5\\tug/Nm3\\t20260101120000\\t00\\r\\n" * 1_270_000',
        'b"a\\n\\t" * 17_000_000',
        'b"\\t" * 50_000_000',
        'b"\\xff\\xfe" + "pH\\t---\\t\\t20260101120000\\t00\\n".encode("utf-16-le") * 900_000',
    ],
)
def test_parse_of_50_mb_takes_bounded_memory(body):
    ran = subprocess.run([sys.executable, "-c", MEMORY.format(body=body)], capture_output=True, text=True, check=True)
    unit = 1024 if sys.platform != "darwin" else 1
    assert int(ran.stdout.split()[1]) * unit <= 250 * 1024 * 1024
