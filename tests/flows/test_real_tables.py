"""Real tables of history: looked through, corrected as a person would, kept, read – and the indices follow.

The indices are of 12/11/2019 and say nothing about the years before: the tables' years are moved behind that.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from nonnuoc.config.cli import nonnuoc
from nonnuoc.domain import water
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.rules import load
from tests import factories as f
from tests.flows import test_real_air as air

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HONG_KONG = DATA / "water" / "hongkong_rivers_monthly_2019.csv"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not there: nothing real to read"),
]
BEIJING_TIME = timezone(timedelta(hours=8))
RIVER = {  # what a person knows of Hong Kong's headings, beyond what the proposal understands by itself
    "5-Day Biochemical Oxygen Demand (mg/L)": "BOD5",
    "Ammonia-Nitrogen (mg/L)": "N-NH4",
    "Nitrate-Nitrogen (mg/L)": "N-NO3",
    "Nitrite-Nitrogen (mg/L)": "N-NO2",
    "Orthophosphate Phosphorus (mg/L)": "P-PO4",
    "Water Temperature (°C)": "Temp",
}
UNDERSTOOD = {
    "Dissolved Oxygen (mg/L)": "DO",
    "pH": "pH",
    "Chemical Oxygen Demand (mg/L)": "COD",
    "Total Organic Carbon (mg/L)": "TOC",
    "Arsenic (μg/L)": "As",
    "Lead (μg/L)": "Pb",
}


def run(*words: object) -> str:
    answer = CliRunner().invoke(nonnuoc, [str(word) for word in words])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def propose(file: Path, *options: str) -> dict:
    return json.loads(run("profile", "propose", file, *options))


def take_in(file: Path, mapping: dict, tmp_path: Path) -> str:
    kept = tmp_path / "profile.json"
    kept.write_text(json.dumps(mapping))
    run("profile", "keep", file.stem, kept)
    answer = CliRunner().invoke(nonnuoc, ["ingest", str(file), "--profile", file.stem])
    return answer.stdout


def moved(file: Path, year: str, to: str, folder: Path) -> Path:
    copy = folder / file.name
    copy.write_text(file.read_text().replace(year, to))
    return copy


def test_hong_kongs_rivers_get_a_water_quality_index(tmp_path: Path) -> None:
    table = moved(HONG_KONG, '"2019-', '"2024-', tmp_path)
    with table.open(encoding="utf-8-sig") as opened:
        rows = list(csv.DictReader(opened))
    codes = sorted({row["Station"] for row in rows})[:3]
    wanted = {*RIVER.values(), *UNDERSTOOD.values()}
    for code in codes:
        f.station(code, sorted(wanted), kind=Thing.Kind.SURFACE_WATER, interval_s=None)

    mapping = propose(table)
    assert (mapping["station"], mapping["time"]["columns"]) == ({"column": "Station"}, ["Dates"])
    proposed = {heading: column["symbol"] for heading, column in mapping["columns"].items()}
    assert {heading: proposed[heading] for heading in UNDERSTOOD} == UNDERSTOOD
    known = {heading: mapping["columns"][heading] for heading in UNDERSTOOD}
    named = {heading: {"symbol": s, "unit": heading.rpartition("(")[2][:-1]} for heading, s in RIVER.items()}
    mapping |= {"columns": known | named, "time": {**mapping["time"], "offset": "+08:00"}}
    told = take_in(table, mapping, tmp_path)
    others = len([row for row in rows if row["Station"] not in codes])
    assert f" {others * len(mapping['columns'])} refused" in told  # their stations are not registered

    thing = Thing.objects.get(code="AN1")
    held = f.held(thing, "VN_WQI", "wqi")
    own = [row for row in rows if row["Station"] == "AN1"]
    assert len(held) == len({row["Dates"] for row in own}) == 12
    expected = [index(row) for row in sorted(own, key=lambda row: row["Dates"])]
    np.testing.assert_allclose(held.value, expected)
    assert f.moments(held)[0].astimezone(BEIJING_TIME) == datetime(2024, 1, 17, tzinfo=BEIJING_TIME)
    computed = [len(f.held(Thing.objects.get(code=code), "VN_WQI", "wqi")) for code in codes]
    assert min(computed) > 0


def index(row: dict[str, str]) -> float:
    """VN_WQI of one sample, cell by cell; what is below detection is not used."""
    values = {}
    for heading, code in {**RIVER, **UNDERSTOOD}.items():
        micro = 1000 if "μg" in heading else 1
        number = row[heading]
        values[code] = np.nan if number in ("null", "") or "<" in number else float(number) / micro
    table = load("vn_wqi", on=datetime.fromisoformat(row["Dates"]).date()).data
    return float(water.wqi(table, {k: [v] for k, v in values.items()}, [values["Temp"]]).value[0])


def test_beijings_air_gets_an_air_quality_index(tmp_path: Path) -> None:
    lines = air.BEIJING.read_text().splitlines()
    smog = next(n for n, line in enumerate(lines) if ",2013,12,1,0," in line)
    file = tmp_path / "beijing.csv"
    file.write_text("\n".join([lines[0], *lines[smog : smog + 96]]).replace(",2013,", ",2023,"))
    thing = f.station("BJ01", {p: p for p in air.POLLUTANTS}, interval_s=3600)

    mapping = propose(file, "--station", "BJ01")
    assert mapping["station"] == {"code": "BJ01"}
    assert set(mapping["columns"]) == set(air.POLLUTANTS)
    assert mapping["missing"] == ["NA"]
    columns = {heading: {**column, "unit": "ug/m3"} for heading, column in mapping["columns"].items()}
    mapping |= {"columns": columns, "time": {**mapping["time"], "offset": "+08:00"}}
    take_in(file, mapping, tmp_path)

    series = air.beijing(96)
    held = f.held(thing, "VN_AQI", "aqi_1h")
    start = datetime(2023, 12, 1, tzinfo=BEIJING_TIME)
    index = dict(zip(f.moments(held), held.value.tolist(), strict=True))
    checked = 0
    for hour in range(12, 95):  # the last one is not over yet
        expected = air.expected_index(series, hour)
        value = index.get(start + timedelta(hours=hour))
        if expected is not None:
            assert value is not None and abs(value - expected[0]) <= 0.5 + 1e-9
            checked += 1
    assert checked > 60


def test_hanois_concentrations_are_read_though_its_headings_need_a_person(tmp_path: Path) -> None:
    thing = f.station("HN01", {"PM2,5": "PM2.5"}, interval_s=3600)
    table = moved(air.HANOI, "2018", "2022", tmp_path)
    mapping = propose(table, "--station", "HN01")
    assert mapping["time"] == {"columns": ["Date (LT)"], "format": "%Y-%m-%d %I:%M %p", "offset": "+07:00"}
    mapping["columns"] = {"Raw Conc.": {"symbol": "PM2,5", "unit": "UG/M3"}}
    told = take_in(table, mapping, tmp_path)
    assert "8338 values stored, 1 unchanged, 0 refused" in told  # one hour is there twice
    assert f.held(thing, "PM2.5").value.tolist()[1:3] == [69.2, 75.5]  # the file ends with a midnight of 2019
    assert np.isfinite(f.held(thing, "VN_AQI", "aqi_1h").value).sum() > 6000
