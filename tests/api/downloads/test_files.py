from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import openpyxl
import pandas
import polars
import pyarrow.parquet
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from nonnuoc.api.downloads import files, workbook
from nonnuoc.look import tabular_csv
from nonnuoc.records.monitoring import arrays, keys, observations
from nonnuoc.records.monitoring.models import StationKey
from nonnuoc.records.monitoring.rows import Rows, micros
from tests.api.downloads.series import LONG_AGO, SPAN, START, VALUES, body, long, stream, table
from tests.portal import network

pytestmark = pytest.mark.django_db
FORMATS = ("csv", "json", "parquet", "xlsx")


def replaced(raw: network.Datastream, value: float) -> datetime:
    """The first value is corrected; the moment before that is given."""
    observations.connection.cursor().execute(
        "UPDATE observation SET stored = now() - interval '2 days' WHERE datastream_id = %s", [raw.id]
    )
    one = Rows(np.array([raw.id]), np.array([micros(START)]), np.array([value]), np.array([0]), np.array([1]))
    observations.write(one, by="somebody", reason="corrected", at=timezone.now())
    return timezone.now() - timedelta(days=1)


def test_csv_holds_every_value_with_its_flags_at_full_precision(client: Client) -> None:
    raw = stream()
    _, rows = table(client, f"/api/datastreams/{raw.id}.csv?{SPAN}")
    assert [list(row.values()) for row in rows] == [
        ["2026-03-02T00:05:00+07:00", "12.5", "good", "", "provisional", "2"],
        ["2026-03-02T00:10:00+07:00", "-0.1", "good", "", "validated", "2"],
        ["2026-03-02T00:15:00+07:00", "900.0", "fail", "spike rate_of_change", "provisional", "2"],
        ["2026-03-02T00:20:00+07:00", "", "missing", "missing late", "provisional", "2"],
        ["2026-03-02T00:25:00+07:00", "0.30000000000000004", "suspect", "flat_line", "provisional", "2"],
        ["2026-03-02T00:30:00+07:00", "1e-7", "not_evaluated", "", "provisional", "2"],
    ]


def test_the_head_says_what_a_reader_must_know(client: Client) -> None:
    raw = stream(simulated=True)
    told, _ = table(client, f"/api/datastreams/{raw.id}.csv?{SPAN}&quality=usable")
    assert next(iter(told)) == "SIMULATED DATA"
    assert told["unit"] == "µg/Nm3" and told["procedure"] == "raw" and told["method"] == "A1 PM2.5"
    assert told["span"] == "2026-03-02T00:00:00+07:00 <= time < 2026-03-03T00:00:00+07:00"
    assert told["licence"] == "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
    assert told["time zone"].startswith("+07:00")
    assert told["quality"].startswith("usable values")
    assert told["property"] == "PM2.5 – Fine particles PM2.5"
    assert datetime.fromisoformat(told["taken"]).utcoffset() == timedelta(hours=7)


def test_no_text_becomes_a_formula_in_whatever_country_the_file_is_opened(client: Client) -> None:
    text = body(client, f"/api/datastreams/{stream().id}.csv?{SPAN}").decode()
    for separator in ",;\t":
        for line in text.splitlines():
            for cell in line.split(separator):
                assert not cell.lstrip(' "').startswith(("=", "+", "@")), (separator, cell)


def test_an_index_names_its_rule_and_who_leads_it(client: Client) -> None:
    thing = network.air("A1", timezone.now(), where=None, hours=14)
    told, rows = table(client, f"/api/datastreams/{network.stream(thing, 'VN_AQI', 'aqi_1h').id}.csv")
    assert told["procedure"].startswith("aqi_1h – 1459/QĐ-TCMT (valid from")
    assert told["status"] == "the parameter that leads the index"
    assert {row["status"] for row in rows} <= {"PM2.5", "PM10", "O3", "NO2", ""}


@pytest.mark.parametrize(("quality", "count"), [("all", 6), ("usable", 4), ("validated", 1)])
def test_the_quality_filter(client: Client, quality: str, count: int) -> None:
    raw = stream()
    assert len(table(client, f"/api/datastreams/{raw.id}.csv?{SPAN}&quality={quality}")[1]) == count


def test_json_says_the_same(client: Client) -> None:
    raw = stream()
    told = json.loads(body(client, f"/api/datastreams/{raw.id}.json?{SPAN}"))
    assert told["about"]["simulated"] is False
    assert told["about"]["station"].startswith("A1 – Trạm =HYPERLINK")
    assert [one["name"] for one in told["columns"]] == ["time", "value", "flag", "checks", "standing", "status"]
    assert told["columns"][1]["unit"] == "µg/Nm3"
    assert [one["value"] for one in told["observations"]] == [None if value != value else value for value in VALUES]
    assert told["observations"][0] == {
        "time": "2026-03-02T00:05:00+07:00",
        "value": 12.5,
        "flag": "good",
        "checks": "",
        "standing": "provisional",
        "status": 2,
    }
    empty = json.loads(body(client, f"/api/datastreams/{raw.id}.json?since=2020&until=2021"))
    assert empty["observations"] == []


def test_parquet_is_typed_and_tells_the_same_in_its_schema(client: Client) -> None:
    raw = stream()
    read = pyarrow.parquet.read_table(io.BytesIO(body(client, f"/api/datastreams/{raw.id}.parquet?{SPAN}")))
    assert str(read.schema.field("time").type) == "timestamp[us, tz=Asia/Ho_Chi_Minh]"
    assert read.schema.field("value").metadata[b"unit"].decode() == "µg/Nm3"
    assert str(read.schema.field("status").type) == "int32"
    assert read.schema.metadata[b"licence"].startswith(b"CC BY 4.0")
    assert read["value"].to_pylist() == [None if value != value else value for value in VALUES]
    assert read["time"].to_pylist()[0] == START
    assert read["checks"].to_pylist()[2] == "spike rate_of_change"


def test_a_workbook_tells_first_what_it_is_and_has_real_times(client: Client) -> None:
    raw = stream(simulated=True)
    book = openpyxl.load_workbook(io.BytesIO(body(client, f"/api/datastreams/{raw.id}.xlsx?{SPAN}")))
    assert book.sheetnames == ["about", "data"]
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert about["SIMULATED DATA"].startswith("invented")
    assert about["station"].startswith("A1 – Trạm =HYPERLINK")
    assert about["licence"].startswith("CC BY 4.0")
    head, *rows = book["data"].iter_rows(values_only=True)
    assert head == ("time", "value", "flag", "checks", "standing", "status")
    assert rows[0] == (datetime(2026, 3, 2, 0, 5), 12.5, "good", None, "provisional", 2)
    assert rows[3] == (datetime(2026, 3, 2, 0, 20), None, "missing", "missing late", "provisional", 2)
    assert rows[4][1] == 0.1 + 0.2
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_more_rows_than_a_sheet_holds_go_on_in_another(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 4)
    raw = stream()
    book = openpyxl.load_workbook(io.BytesIO(body(client, f"/api/datastreams/{raw.id}.xlsx?{SPAN}")))
    assert book.sheetnames == ["about", "data", "data 2"]
    assert [sheet.max_row for sheet in (book["data"], book["data 2"])] == [4, 4]
    assert book["data 2"]["A1"].value == "time"


@pytest.mark.slow
def test_libreoffice_opens_the_workbook(client: Client, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("NOT TESTED: no LibreOffice on this machine (Debian: apt install libreoffice-calc)")
    raw = stream()
    (tmp_path / "book.xlsx").write_bytes(body(client, f"/api/datastreams/{raw.id}.xlsx?{SPAN}"))
    # every sheet into a file of its own, shown as it is formatted
    wish = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    told = [program, home, "--headless", "--convert-to", wish, "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")]
    subprocess.run(told, check=True, timeout=120, capture_output=True)
    about = dict(row[:2] for row in csv.reader((tmp_path / "book-about.csv").open(encoding="utf-8")))
    rows = list(csv.reader((tmp_path / "book-data.csv").open(encoding="utf-8")))
    assert about["station"].startswith("A1 – Trạm =HYPERLINK")
    assert rows[0][:2] == ["time", "value"]
    assert rows[1] == ["2026-03-02 00:05:00", "12.5", "good", "", "provisional", "2"]
    assert rows[3][1:4] == ["900", "fail", "spike rate_of_change"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_file_is_named_and_links_to_its_licence_and_to_itself_as_of_then(client: Client, suffix: str) -> None:
    raw = stream()
    response = client.get(f"/api/datastreams/{raw.id}.{suffix}?{SPAN}")
    assert response["Content-Disposition"].startswith(f'attachment; filename="A1_PM2.5_raw_20260302_20260303.{suffix}"')
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in response["Link"]
    assert "as_of=" in response["Link"] and 'rel="cite-as"' in response["Link"]
    assert response["Content-Type"].split(";")[0] == files.FORMATS[suffix].content_type.split(";")[0]


@pytest.mark.parametrize("query", ["", "&resolution=hourly"])
def test_the_link_in_the_file_gives_the_same_after_the_values_were_changed(client: Client, query: str) -> None:
    raw = stream()
    path = f"/api/datastreams/{raw.id}.csv?{SPAN}{query}"
    told, before = table(client, path)
    link = told["link"].removeprefix("http://testserver")
    taken = datetime.fromisoformat(unquote(link).partition("as_of=")[2])
    one = Rows(np.array([raw.id]), np.array([micros(START)]), np.array([55.0]), np.array([0]), np.array([1]))
    observations.write(one, by="somebody", reason="corrected", at=timezone.now())
    with observations.connection.cursor() as cursor:  # the clock of a transaction stands still, and this is all one
        cursor.execute("UPDATE observation SET stored = %s WHERE value = 55", [taken + timedelta(microseconds=1)])
        cursor.execute("UPDATE monitoring_observationhistory SET replaced_at = %s", [taken + timedelta(microseconds=1)])
    assert table(client, link)[1] == before
    assert table(client, path)[1] != before


def test_as_of_a_moment(client: Client) -> None:
    raw = stream()
    before = replaced(raw, 77.0)
    query = f"/api/datastreams/{raw.id}.csv?{SPAN}"
    then = before.astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert table(client, f"{query}&as_of={then}")[1][0]["value"] == "12.5"
    told, rows = table(client, query)
    assert rows[0]["value"] == "77.0"
    assert "as of" not in told
    earlier = (before - timedelta(days=9)).strftime("%Y-%m-%d")
    assert table(client, f"{query}&as_of={earlier}")[1] == []


def test_hours_days_and_months_with_their_completeness(client: Client) -> None:
    raw = stream()
    told, rows = table(client, f"/api/datastreams/{raw.id}.csv?{SPAN}&resolution=hourly")
    usable = [12.5, -0.1, 0.1 + 0.2, 1e-7]
    assert list(rows[0].values()) == [
        *("2026-03-02T01:00:00+07:00", "2026-03-02T00:00:00+07:00"),
        *(repr(sum(usable) / 4), "-0.1", "12.5", "4", "12", "33.3"),
    ]
    assert list(rows[1].values())[2:] == ["", "", "", "0", "12", "0.0"]
    assert len(rows) == 24
    assert told["span"] == "2026-03-02T00:00:00+07:00 < time <= 2026-03-03T00:00:00+07:00"
    assert "no minimum" in told["completeness"]
    _, days = table(client, f"/api/datastreams/{raw.id}.csv?{SPAN}&resolution=daily&function=max")
    assert list(days[0]) == ["time", "start", "max", "count", "expected", "completeness"]
    assert days[0]["expected"] == "288"
    _, months = table(client, f"/api/datastreams/{raw.id}.csv?{SPAN}&resolution=monthly&quality=validated")
    assert (months[0]["start"], months[0]["count"], months[0]["mean"]) == ("2026-03-01T00:00:00+07:00", "1", "-0.1")


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_holds_windows_too(client: Client, suffix: str) -> None:
    raw = stream()
    assert body(client, f"/api/datastreams/{raw.id}.{suffix}?{SPAN}&resolution=daily")


def test_without_a_span_there_is_everything(client: Client) -> None:
    raw = stream()
    assert len(table(client, f"/api/datastreams/{raw.id}.csv")[1]) == 6
    _, months = table(client, f"/api/datastreams/{raw.id}.csv?resolution=monthly")
    assert months[0]["start"] == "2026-03-01T00:00:00+07:00"
    none = network.instrument(network.station("A2", kind="ambient_air"), "PM10")
    for query in ("", "?resolution=hourly"):
        assert table(client, f"/api/datastreams/{none.id}.csv{query}")[1] == [] or query


def test_what_may_not_be_read_is_not_there(client: Client) -> None:
    hidden = stream("A1", data_class="restricted")
    gone = client.get(f"/api/datastreams/{hidden.id}.csv")
    nothing = client.get("/api/datastreams/999999999.csv")
    assert gone.status_code == nothing.status_code == 404
    assert gone.json()["code"] == nothing.json()["code"] == "unknown"
    assert client.get(f"/api/datastreams/{hidden.id}.pdf").status_code == 404
    assert client.get("/api/datastreams/9999999999.csv").status_code == 404
    assert client.post(f"/api/datastreams/{hidden.id}.csv").status_code == 405


def test_a_station_reads_its_own_and_keeps_it_to_itself(client: Client) -> None:
    own, foreign = stream("A1", data_class="restricted"), stream("B1", data_class="restricted")
    StationKey.objects.create(thing=own.thing, sha256=keys.digest("secret"))
    bearer = {"authorization": "Bearer secret"}
    for path in (f"/api/datastreams/{own.id}.csv?{SPAN}", f"/api/datastreams/{own.id}/aggregates?{SPAN}"):
        response = client.get(path, headers=bearer)
        assert response.status_code == 200
        assert "private" in response["Cache-Control"] and "Authorization" in response["Vary"]
        assert client.get(path.replace(f"/{own.id}", f"/{foreign.id}"), headers=bearer).status_code == 404
        assert client.get(path).status_code == 404
    assert "public" in client.get(f"/api/datastreams/{stream('C1').id}.csv?{SPAN}")["Cache-Control"]


def test_readers_of_csv_read_it_as_the_documentation_says(client: Client) -> None:
    raw = body(client, f"/api/datastreams/{stream().id}.csv?{SPAN}")
    frame = pandas.read_csv(io.BytesIO(raw), comment="#", parse_dates=["time"])
    assert frame["value"].tolist()[:3] == [12.5, -0.1, 900.0]
    assert frame["time"][0] == pandas.Timestamp(START)
    other = polars.read_csv(io.BytesIO(raw), comment_prefix="#", try_parse_dates=True)
    assert other["flag"].to_list() == frame["flag"].tolist()


def test_head_asks_for_the_same_without_its_body(client: Client) -> None:
    response = client.head(f"/api/datastreams/{stream().id}.csv?{SPAN}")
    assert response.status_code == 200
    assert response.getvalue() == b""


def test_text_is_compressed_for_those_who_read_that(client: Client) -> None:
    raw = stream()
    path = f"/api/datastreams/{raw.id}.csv?{SPAN}"
    for accept, packed in (
        ("gzip, br", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("gzip;q=0", False),
        ("", False),
    ):
        response = client.get(path, headers={"accept-encoding": accept})
        assert (response.get("Content-Encoding") == "gzip") is packed, accept
        text = response.getvalue()
        assert b"2026-03-02T00:05:00+07:00,12.5" in (gzip.decompress(text) if packed else text)
        assert "Accept-Encoding" in response["Vary"]


@pytest.mark.slow
def test_many_pages_of_rows_are_given_whole_and_in_order(client: Client) -> None:
    raw = long(60)
    _, rows = table(client, f"/api/datastreams/{raw.id}.csv")
    assert len(rows) == 60 * 288
    stamps = [datetime.fromisoformat(row["time"]) for row in rows]
    assert stamps == [LONG_AGO + timedelta(minutes=5) * n for n in range(60 * 288)]
    read = pyarrow.parquet.read_table(io.BytesIO(body(client, f"/api/datastreams/{raw.id}.parquet")))
    assert read["value"].to_pylist() == [float(row["value"]) for row in rows]
    told = json.loads(body(client, f"/api/datastreams/{raw.id}.json"))
    assert [one["value"] for one in told["observations"]] == read["value"].to_pylist()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_long_series_is_streamed_in_constant_memory(client: Client, suffix: str) -> None:
    raw = long(400)
    response = client.get(f"/api/datastreams/{raw.id}.{suffix}", headers={"accept-encoding": "gzip"})
    tracemalloc.start()
    packed = b"".join(response.streaming_content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    whole = gzip.decompress(packed)
    assert whole.count({"csv": b",good,", "json": b'"flag":"good"'}[suffix]) == 400 * 288
    assert peak < len(whole) * 0.8


def fetching(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """So often the database answers; then it is away."""
    real, left = arrays.fetch, iter(range(times))

    def fetch(*told: Any) -> Any:
        if next(left, None) is None:
            raise OperationalError("the connection is closed")
        return real(*told)

    monkeypatch.setattr(arrays, "fetch", fetch)


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_what_breaks_off_is_seen_to_be_broken(client: Client, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = long(60)
    fetching(monkeypatch, 3)
    response = client.get(f"/api/datastreams/{raw.id}.{suffix}", headers={"accept-encoding": "identity"})
    assert response.status_code == 200
    pieces: list[bytes] = []
    with pytest.raises(OperationalError):
        for piece in response.streaming_content:
            pieces.append(piece)
    whole = b"".join(pieces)
    assert whole.count(b"good") >= 10_000
    if suffix == "csv":
        assert whole.endswith(tabular_csv.BROKEN)
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(whole)


def test_a_database_that_is_away_from_the_beginning_is_told_as_such(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = stream()
    fetching(monkeypatch, 0)
    for suffix in FORMATS:
        response = client.get(f"/api/datastreams/{raw.id}.{suffix}?{SPAN}")
        assert (response.status_code, response.json()["code"]) == (503, "away")


def test_a_workbook_nobody_can_open_is_refused_with_advice(client: Client) -> None:
    response = client.get(f"/api/datastreams/{stream().id}.xlsx?since=1950&until=now")
    assert response.status_code == 400
    assert response.json()["parameter"] == "since"
    assert "CSV" in response.json()["detail"]
