"""Wide tables, CSV and XLSX, read by a profile."""

from __future__ import annotations

import codecs
import io
import math
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain.quality import Check
from nonnuoc.ingest.formats import wide
from nonnuoc.ingest.formats.readings import Refused

DATA = Path(__file__).parents[4] / "shared" / "data"
PROFILE = {
    "time": {"columns": ["time"], "format": "iso"},
    "station": {"column": "station"},
    "columns": {"PM2.5 (µg/m3)": {"symbol": "PM2,5", "unit": "µg/m3"}, "pH": {"symbol": "pH", "unit": ""}},
}
HEAD = "time,station,PM2.5 (µg/m3),pH,note\n"
ROW = "2026-01-01 07:00,S1,12.5,7,fine\n"


def micros(*parts, hours=7):
    at = datetime(*parts, tzinfo=timezone(timedelta(hours=hours)))
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def profile(**changes):
    return {**PROFILE, **changes}


def parse(body, **changes):
    return wide.parse(body.encode() if isinstance(body, str) else body, profile(**changes))


def values(parsed):
    return [pytest.approx(value, nan_ok=True) for value in parsed.readings.value.tolist()]


def codes(parsed):
    return [(problem.line, problem.code) for problem in parsed.problems]


def xlsx(*rows, title="Sheet", change=None):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(body, part, edit):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, edit(source.read(name)) if name == part else source.read(name))
    return out.getvalue()


def test_parse_gives_readings_row_by_row():
    parsed = parse(HEAD + ROW + "2026-01-01 08:00,S2,13,7.1,\n")
    readings = parsed.readings
    assert (parsed.problems, parsed.unreadable) == ([], {})
    assert readings.value.tolist() == [12.5, 7.0, 13.0, 7.1]
    assert [readings.symbols[s] for s in readings.symbol] == ["PM2,5", "pH", "PM2,5", "pH"]
    assert [readings.units[u] for u in readings.unit] == ["µg/m3", "", "µg/m3", ""]
    assert [readings.stations[s] for s in readings.station] == ["S1", "S1", "S2", "S2"]
    assert readings.time.tolist() == [micros(2026, 1, 1, 7)] * 2 + [micros(2026, 1, 1, 8)] * 2
    assert readings.line.tolist() == [2, 2, 3, 3]
    assert set(readings.status.tolist()) == {0}


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + (HEAD + ROW).encode(),
        codecs.BOM_UTF16_LE + (HEAD + ROW).encode("utf-16-le"),
        (HEAD + ROW).replace("\n", "\r\n").encode(),
        (HEAD + ROW).replace("\n", "\r").encode(),
        (HEAD + "\n,,,,\n" + ROW).encode(),
        (HEAD + ROW.replace("12.5", '"12.5"')).encode(),
        (HEAD + ROW.replace("\n", ",,\n")).encode(),
    ],
)
def test_parse_reads_csv_in_every_dress(body):
    assert parse(body).readings.value.tolist() == [12.5, 7.0]


def test_parse_reads_a_named_encoding_only():
    body = (HEAD + ROW).encode("cp1252")
    assert parse(body, encoding="cp1252").readings.value.tolist() == [12.5, 7.0]
    assert parse(body).unreadable[0].code == "encoding"


def test_parse_reads_a_vietnamese_table():
    body = "Báo cáo\n\nNgày;Giờ;PM2.5 (µg/m3);pH\n31/12/2025;23:30;1.234,5;7,25\n"
    parsed = parse(
        body,
        time={"columns": ["Ngày", "Giờ"], "format": "%d/%m/%Y %H:%M"},
        station={"code": "CB01"},
        delimiter=";",
        decimal=",",
        skip=2,
    )
    assert parsed.readings.value.tolist() == [1234.5, 7.25]
    assert parsed.readings.time[0] == micros(2025, 12, 31, 23, 30)
    assert parsed.readings.stations == ("CB01",)
    assert parsed.readings.line.tolist() == [4, 4]


def test_parse_without_a_station_leaves_it_open():
    parsed = parse(HEAD + ROW, station={})
    assert parsed.readings.station.tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-01-01 07:00", micros(2026, 1, 1, 7, hours=8)),
        ("2026-01-01T07:00:00Z", micros(2026, 1, 1, 7, hours=0)),
        ("2026-01-01T07:00:00+07:00", micros(2026, 1, 1, 7)),
        ("2026-01-01", micros(2026, 1, 1, hours=8)),
    ],
)
def test_parse_takes_the_offset_of_the_profile_unless_the_cell_has_one(told, expected):
    body = HEAD + ROW.replace("2026-01-01 07:00", told)
    parsed = parse(body, time={"columns": ["time"], "format": "iso", "offset": "+08:00"})
    assert parsed.readings.time[0] == expected


@pytest.mark.parametrize("cell", ["", " ", "NA", "na", "---", "NaN", "NULL", "Inf"])
def test_parse_reads_missing_cells(cell):
    assert values(parse(HEAD + ROW.replace("12.5", cell), missing=["NA"])) == [math.nan, 7.0]


def test_parse_reads_censored_and_sentinel_cells():
    readings = parse(HEAD + ROW.replace("12.5", "<0.05").replace(",7,", ",-9999,")).readings
    assert readings.value.tolist() == [0.05, -9999.0]
    assert readings.kept.tolist() == [Check.BELOW_DETECTION, 0]


def test_parse_is_all_or_nothing_and_lists_every_bad_row():
    body = HEAD + "".join(
        (
            ROW,
            ROW.replace("12.5", "12,5x").replace(",7,", ",oops,"),
            ROW.replace("2026-01-01", "2026-02-30"),
            ROW.replace("S1", ""),
            "2026-01-01 07:00,S1,1\n",
            ROW.replace("\n", ",extra\n"),
            ROW.replace("12.5", '"12,5"'),
        )
    )
    parsed = parse(body)
    assert len(parsed.readings) == 0
    assert parsed.unreadable[0].code == "rows_refused"
    assert parsed.unreadable[0].detail.startswith("6: ")
    assert codes(parsed) == [
        (3, "columns"),
        (4, "time"),
        (5, "station"),
        (6, "columns"),
        (7, "columns"),
        (8, "decimal_comma"),
    ]


def test_parse_lists_both_bad_cells_of_a_row():
    parsed = parse(HEAD + ROW.replace("12.5", "abc").replace(",7,", ",7;1,"))
    assert codes(parsed) == [(2, "number"), (2, "number")]
    assert parsed.problems[0].detail.startswith("'PM2.5 (µg/m3) = abc'")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "profile"),
        (HEAD, "empty"),
        ("time,station,pH\n" + ROW, "profile"),
        (HEAD.replace("note", "pH") + ROW, "profile"),
        (HEAD + ROW.replace("12.5", '"12.5'), "profile"),
        (HEAD + ROW.replace("fine", "x" * 200_000), "profile"),
        (HEAD + ROW + "\0", "nul"),
        (b"PK\x03\x04 not a workbook", "archive"),
    ],
)
def test_parse_refuses_what_the_profile_does_not_fit(body, code):
    parsed = parse(body)
    assert (parsed.unreadable[0].code, len(parsed.readings)) == (code, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"time": {"columns": [], "format": "iso"}},
        {"time": {"columns": ["time"]}},
        {"time": {"columns": ["time"], "format": "%H:%M"}},
        {"time": {"columns": ["time"], "format": "%Q"}},
        {"time": {"columns": ["time"], "format": "iso", "offset": "Asia/Ho_Chi_Minh"}},
        {"columns": {}},
        {"columns": {"pH": "pH"}},
        {"columns": {"pH": {"symbol": ""}}},
        {"decimal": ";"},
        {"delimiter": ";;"},
        {"encoding": "zlib"},
        {"encoding": "unknown"},
        {"encoding": 8},
        {"skip": -1},
        {"skip": "2"},
        {"sheet": 1},
    ],
)
def test_profile_refuses_what_cannot_be_used(change):
    with pytest.raises(ValueError):
        wide.Profile.from_json(profile(**change))


def test_profile_survives_json():
    chosen = wide.Profile.from_json(profile(decimal=",", skip=3, sheet="Số liệu", missing=["NA"]))
    assert wide.Profile.from_json(chosen.to_json()) == chosen


HEADINGS = ["time", "station", "PM2.5 (µg/m3)", "pH"]


def test_parse_reads_a_workbook():
    body = xlsx(
        HEADINGS,
        [datetime(2026, 1, 1, 7, 30), "S1", 12.5, 7],
        [],
        ["2026-01-01 08:00", 2, "<0.05", None],
        title="Số liệu",
    )
    parsed = parse(body, sheet="Số liệu")
    assert values(parsed) == [12.5, 7.0, 0.05, math.nan]
    assert parsed.readings.time.tolist() == [micros(2026, 1, 1, 7, 30)] * 2 + [micros(2026, 1, 1, 8)] * 2
    assert parsed.readings.stations == ("S1", "2")
    assert parsed.readings.line.tolist() == [2, 2, 4, 4]


def test_parse_joins_a_day_and_a_time_of_day_of_a_workbook():
    body = xlsx(["d", "t", "station", "PM2.5 (µg/m3)", "pH"], [date(2026, 1, 1), time(7, 5), "S1", 1, 7])
    parsed = parse(body, time={"columns": ["d", "t"], "format": "%Y-%m-%d %H:%M"})
    assert parsed.readings.time[0] == micros(2026, 1, 1, 7, 5)


def test_parse_joins_numbers_of_a_workbook_into_a_date():
    body = xlsx(["y", "m", "d", "station", "PM2.5 (µg/m3)", "pH"], [2026, 1, 31, "S1", 1, 7])
    parsed = parse(body, time={"columns": ["y", "m", "d"], "format": "%Y %m %d"})
    assert parsed.readings.time[0] == micros(2026, 1, 31)


def test_parse_refuses_formulas_errors_and_words_among_numbers():
    def spoil(sheet):
        sheet["C2"] = "=1+1"
        sheet["D3"] = "#DIV/0!"
        sheet["D3"].data_type = "e"
        sheet["F4"] = "=1+1"  # in no column that is used

    at = datetime(2026, 1, 1, 7)
    body = xlsx(
        [*HEADINGS, "t", "u"],
        [at, "S1", 1, 7],
        [at, "S1", 1, 7],
        [at, "S1", 1, 7],
        [at, "S1", "cao", 7],
        [at, "S1", True, 7],
        [at, "S1", at, 7],
        change=spoil,
    )
    assert codes(parse(body)) == [(2, "formula"), (3, "number"), (5, "number"), (6, "number"), (7, "number")]


def test_parse_refuses_a_sheet_that_is_not_there():
    assert parse(xlsx(HEADINGS), sheet="Other").unreadable[0].code == "profile"


SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx(HEADINGS, [datetime(2026, 1, 1, 7), "S1", 1, 7])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "edit", "code"),
    [
        (SHEET, lambda xml: xml.replace(b'r="D2"', b'r="XFD1048576"'), "workbook_size"),
        (SHEET, lambda xml: xml.replace(b' r="D2"', b""), "workbook"),
        (SHEET, lambda xml: xml.replace(b"<sheetData>", b"<!-- --><sheetData>"), "workbook"),
        (SHEET, lambda xml: xml + b" " * 60_000_000, "archive_size"),
        (SHEET, lambda xml: xml + b" " * 3_000_000, "archive_ratio"),
        (SHEET, lambda xml: xml[:300], "workbook"),
        ("xl/workbook.xml", lambda xml: b"<x/>", "profile"),
        ("xl/_rels/workbook.xml.rels", lambda xml: b"<x/>", "workbook"),
    ],
)
def test_parse_refuses_workbooks_that_would_grow_or_hide_cells(part, edit, code):
    assert parse(repacked(GOOD, part, edit)).unreadable[0].code == code


def test_parse_refuses_a_long_text_shown_in_many_cells():
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 50_000))
    body = repacked(
        GOOD, SHEET, lambda xml: xml.split(b"<sheetData>")[0] + f"<sheetData>{rows}</sheetData></worksheet>".encode()
    )
    out = io.BytesIO(body)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/sharedStrings.xml", "<sst><si><t>" + "x" * 32_000 + "</t></si></sst>")
    assert parse(out.getvalue()).unreadable[0].code == "workbook_size"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet='a,";\n1.5é', max_size=80).map(str.encode))
def test_parse_and_examine_of_anything_read_or_refuse(body):
    parsed = wide.parse(HEAD.encode() + body, PROFILE)
    assert (len(parsed.readings) > 0) != (0 in parsed.unreadable)
    try:
        wide.examine(body)
    except Refused as refused:
        assert refused.code


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_parse_of_damaged_workbooks_reads_or_refuses(changes):
    body = bytearray(GOOD)
    for at, byte in changes:
        body[at] = byte
    parsed = wide.parse(bytes(body), PROFILE)
    assert (len(parsed.readings) > 0) != (0 in parsed.unreadable)


def test_examine_proposes_a_profile_that_reads_the_table():
    body = "Báo cáo 2025\nNgày;Trạm;PM2.5 (µg/m3);Ghi chú\n" + "".join(
        f"{day:02d}/01/2025;KK1;{day},5;{'NA' if day == 3 else ''}\n" for day in range(1, 29)
    )
    proposal = wide.examine(body.encode())
    assert proposal.headings == ("Ngày", "Trạm", "PM2.5 (µg/m3)", "Ghi chú")
    assert (proposal.profile.delimiter, proposal.profile.decimal, proposal.profile.skip) == (";", ",", 1)
    assert proposal.profile.columns == {"PM2.5 (µg/m3)": ("PM2.5", "µg/m3")}
    assert any("day before the month" in doubt for doubt in proposal.doubts)
    assert wide.parse(body.encode(), proposal.profile).readings.value.tolist() == [day + 0.5 for day in range(1, 29)]


def test_examine_proposes_for_a_workbook():
    body = xlsx(HEADINGS, *([datetime(2026, 1, n, 7), "S1", n, 7.5] for n in range(1, 20)))
    proposal = wide.examine(body)
    assert len(wide.parse(body, proposal.profile).readings) == 38


def test_examine_says_what_it_could_not_find():
    proposal = wide.examine(b"a,b\nx,y\nz,w\n")
    assert proposal.profile is None
    assert len(proposal.doubts) == 2


def real(name):
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{name} is not on this machine")
    return file.read_bytes()


@pytest.mark.real_data
@pytest.mark.slow
def test_parse_reads_the_air_of_beijing():
    gases = {name: {"symbol": name, "unit": "µg/m3"} for name in ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")}
    parsed = wide.parse(
        real("air/beijing_aotizhongxin_hourly_2013_2017.csv"),
        {
            "time": {"columns": ["year", "month", "day", "hour"], "format": "%Y %m %d %H", "offset": "+08:00"},
            "station": {"column": "station"},
            "columns": gases,
            "missing": ["NA"],
        },
    )
    readings = parsed.readings
    assert (len(readings), readings.stations, parsed.problems) == (35_064 * 6, ("Aotizhongxin",), [])
    assert readings.time[0] == micros(2013, 3, 1, hours=8)
    assert readings.value[:6].tolist() == [4.0, 4.0, 4.0, 7.0, 300.0, 77.0]


@pytest.mark.real_data
@pytest.mark.slow
def test_parse_reads_the_air_of_ha_noi():
    parsed = wide.parse(
        real("air/hanoi_us_embassy_pm25_2018.csv"),
        {
            "time": {"columns": ["Date (LT)"], "format": "%Y-%m-%d %I:%M %p"},
            "station": {"code": "HN-US"},
            "columns": {"Raw Conc.": {"symbol": "PM2,5", "unit": "ug/m3"}},
        },
    )
    readings = parsed.readings
    assert (len(readings), parsed.problems) == (8_339, [])
    assert (readings.time[0], readings.value[0]) == (micros(2018, 1, 1, 1), 69.2)
    assert -999.0 in readings.value  # a sentinel, as sent


@pytest.mark.real_data
@pytest.mark.slow
def test_parse_reads_the_rivers_of_hong_kong():
    body = real("water/hongkong_rivers_monthly_2019.csv")
    parsed = wide.parse(
        body,
        {
            "time": {"columns": ["Dates"], "format": "iso", "offset": "+08:00"},
            "station": {"column": "Station"},
            "columns": {
                "Dissolved Oxygen (mg/L)": {"symbol": "DO", "unit": "mg/L"},
                "5-Day Biochemical Oxygen Demand (mg/L)": {"symbol": "BOD5", "unit": "mg/L"},
                "Ammonia-Nitrogen (mg/L)": {"symbol": "NH4", "unit": "mg/L"},
                "Flow (m³/s)": {"symbol": "Flow", "unit": "m3/s"},
            },
        },
    )
    readings = parsed.readings
    assert (len(readings), len(readings.stations), parsed.problems) == (984 * 4, 82, [])
    below = readings.kept == Check.BELOW_DETECTION
    assert [int(below[readings.symbol == number].sum()) for number in range(4)] == [0, 40, 7, 0]
    assert np.isnan(readings.value[readings.symbol == 3]).sum() == 352
    assert len(wide.parse(body, wide.examine(body).profile).readings) == 984 * 52


def test_one_odd_cell_among_many_leaves_its_column_proposed():
    rows = "".join(f"2026-01-01 {hour:02}:00,S1,{'7x' if hour == 5 else hour},text\n" for hour in range(24))
    proposal = wide.examine(f"time,station,pH,note\n{rows}".encode())
    assert set(proposal.profile.columns) == {"pH"}


def test_what_can_be_told_is_told_without_a_profile():
    proposal = wide.examine(b"time;note\n2026-01-01 07:00;x y\n")
    assert (proposal.profile, proposal.guess.times, proposal.guess.delimiter) == (None, ("time",), ";")
