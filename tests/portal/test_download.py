from __future__ import annotations

import csv
import gzip
import io
import tracemalloc
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.domain.quality import LATE, VALIDATED, Check, Flag
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

pytestmark = pytest.mark.django_db
START = timezone.make_aware(datetime(2026, 3, 2, 0, 5))
SPAN = "since=02/03/2026&until=03/03/2026"


def lines(client: Client, path: str) -> tuple[list[str], list[dict[str, str]]]:
    """(comments, rows) of a file, read as a spreadsheet reads it."""
    response = client.get(path)
    assert response.status_code == 200, response.content
    assert response.streaming
    every = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    comments = [row[0] for row in every[:-1] if row[0].startswith("#")]
    assert all(len(row) == 1 for row in every[: len(comments)])
    head, *rows, [end] = every[len(comments) :]
    assert end == f"# end: {len(rows)} rows"
    return comments, [dict(zip(head, row, strict=True)) for row in rows]


def values() -> network.Thing:
    thing = network.station("A1", kind="ambient_air", name='Trạm =HYPERLINK("x"),=1+1\nthứ hai')
    raw = network.instrument(thing, "PM2.5")
    quality = [1, VALIDATED | 1, Flag.FAIL | Check.SPIKE | Check.RATE_OF_CHANGE, Flag.MISSING | Check.MISSING | LATE]
    value = np.array([12.5, -0.1, 900.0, np.nan])
    network.put(raw, micros(START) + np.arange(4) * network.STEP, value, quality=quality, status=2)
    return thing


def test_every_row_of_the_span_with_flag_checks_standing_and_status(client: Client) -> None:
    values()
    _, rows = lines(client, f"/data/stations/A1/series.csv?property=PM2.5&mean=raw&{SPAN}")
    assert [list(row.values()) for row in rows] == [
        ["2026-03-02T00:05:00+07:00", "12.5", "good", "", "provisional", "2"],
        ["2026-03-02T00:10:00+07:00", "-0.1", "good", "", "validated", "2"],
        ["2026-03-02T00:15:00+07:00", "900.0", "fail", "spike rate_of_change", "provisional", "2"],
        ["2026-03-02T00:20:00+07:00", "", "missing", "missing late", "provisional", "2"],
    ]


def test_the_head_says_what_a_reader_must_know_and_no_name_becomes_a_formula(client: Client) -> None:
    values()
    comments, _ = lines(client, f"/data/stations/A1/series.csv?property=PM2.5&mean=raw&{SPAN}")
    told = dict(one.removeprefix("# ").split(": ", 1) for one in comments)
    assert told["station"] == 'A1 – Trạm =HYPERLINK("x")\u201a=1+1 thứ hai'  # a comma that ends no cell
    assert told["unit"] == "µg/Nm3" and told["procedure"] == "raw"
    assert told["span"] == "2026-03-02T00:00:00+07:00 <= time < 2026-03-04T00:00:00+07:00"
    assert told["licence"].startswith("CC BY 4.0")
    assert told["link"].startswith("http://testserver/stations/A1?property=PM2.5&mean=raw&since=")
    assert "calibrating" in told["status"] and "+07:00" in told["time zone"]
    assert "SIMULATED DATA" not in " ".join(comments)


def test_an_index_names_its_rule_and_who_leads_it_and_simulated_data_say_so(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=None, hours=14)
    comments, rows = lines(client, "/data/stations/A1/series.csv?property=VN_AQI&mean=aqi_1h&period=week")
    assert comments[0].startswith("# SIMULATED DATA")
    assert any("procedure: aqi_1h – 1459/QĐ-TCMT (valid from" in one for one in comments)
    assert rows and {row["status"] for row in rows} <= {"PM2.5", "PM10", "O3", "NO2", ""}
    _, means = lines(client, "/data/stations/A1/series.csv?property=PM2.5&mean=mean_1h&period=week")
    assert {row["status"] for row in means} == {"100"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("property=NOPE", 404),
        ("property=PM2.5&mean=NOPE", 404),
        ("property=%00", 404),
        ("since=bog", 400),
        ("since=03/03/2026&until=02/03/2026", 400),
        ("since=01/01/2001&until=02/03/2026", 400),
    ],
)
def test_a_file_is_just_what_was_asked_for_or_none(client: Client, query: str, status: int) -> None:
    values()
    assert client.get(f"/data/stations/A1/series.csv?{query}").status_code == status


def test_who_may_not_see_the_station_gets_no_file(client: Client) -> None:
    thing = values()
    thing.data_class = "internal"
    thing.save()
    assert client.get("/data/stations/A1/series.csv").status_code == 404
    assert client.get("/data/stations/%00/series.csv").status_code == 404
    assert client.post("/data/stations/A1/series.csv").status_code == 405


@pytest.mark.slow
def test_a_long_span_is_streamed_in_constant_memory(client: Client) -> None:
    raw = network.instrument(network.station("A1", kind="ambient_air"), "PM2.5")
    days = 400
    time = micros(START) + np.arange(days * 288) * network.STEP
    network.put(raw, time, np.linspace(1, 99, len(time)))
    asked = {"property": "PM2.5", "since": "02/03/2026", "until": f"{START + timedelta(days=days):%d/%m/%Y}"}
    response = client.get("/data/stations/A1/series.csv", asked, headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    tracemalloc.start()
    packed = b"".join(response.streaming_content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    body = gzip.decompress(packed)
    assert body.count(b",good,,provisional,0\n") == len(time)
    assert peak < len(body)  # months of it, never the whole
