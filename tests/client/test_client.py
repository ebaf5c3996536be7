"""The client against a live server: series with their meaning, values sent and heard again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from django.utils import timezone

from nonnuoc.client import Client, ClientError, NotAllowedError, NotFoundError, RefusedError
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.monitoring import news, observations, services
from tests.api import observed
from tests.api.observed import NOON, PM25, World
from tests.portal import network

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def there(live_server: Any) -> World:
    """The observed world, committed: another thread answers."""
    return observed.build()


@pytest.fixture
def client(live_server: Any, there: World) -> Client:
    return Client(live_server.url)


def test_stations_are_a_table(client: Client, there: World) -> None:
    found = client.stations().set_index("code")
    assert set(found.index) == there.readable("anybody")
    assert found.loc["KK01", ["kind", "lon", "lat", "position"]].tolist() == ["ambient_air", 106.26, 22.67, "own"]
    assert found.loc["KK01", "heard"] == pd.Timestamp(NOON)


def test_with_a_key_one_reads_what_one_may(live_server: Any, there: World) -> None:
    _, secret = access_keys.make(there.people["x"], name="notebook")
    assert set(Client(live_server.url, secret).stations()["code"]) == there.readable("x")
    with pytest.raises(NotAllowedError, match="This key is not known here"):
        Client(live_server.url, "wrong").stations()


def test_datastreams_and_their_newest_values(client: Client, there: World) -> None:
    streams = client.datastreams(station="KK01", procedure="raw")
    assert streams[["property", "unit"]].values.tolist() == [["PM2.5", "µg/Nm3"], ["PM10", "µg/Nm3"]]
    newest = client.latest(station=["KK01", "NM01"], property="PM2.5", procedure="raw")
    assert newest[["datastream", "value", "flag"]].values.tolist() == [[there.stream("KK01", "PM2.5").id, PM25, "good"]]
    assert newest.attrs["licence"].startswith("https://creativecommons.org/")


def test_a_series_of_pandas_knows_what_it_is(client: Client, there: World) -> None:
    raw = there.stream("KK01", "PM2.5")
    found = client.observations(station="KK01", property="PM2.5", since=NOON - timedelta(hours=1), until=NOON)
    assert list(found.columns[:2]) == ["time", "value"]
    assert found["time"].iloc[0] == pd.Timestamp(NOON - timedelta(hours=1))
    assert len(found) == 12
    held = observations.read(raw.id, NOON - timedelta(hours=1), NOON).value
    np.testing.assert_array_equal(found["value"], held)
    assert found.attrs["unit"] == "µg/Nm3"
    assert found.attrs["licence"].startswith("CC BY 4.0")
    assert f"/api/datastreams/{raw.id}.parquet?" in found.attrs["link"]


@pytest.mark.parametrize("how", ["polars", "arrow"])
def test_the_same_series_in_other_frames(client: Client, there: World, how: Any) -> None:
    number = there.stream("KK01", "PM2.5").id
    span = {"since": NOON - timedelta(hours=1), "until": NOON}
    found = client.observations(number, **span, frame=how)
    assert isinstance(found, pl.DataFrame if how == "polars" else pa.Table)
    values = found["value"].to_list() if how == "polars" else found["value"].to_pylist()
    np.testing.assert_array_equal(np.array(values, float), client.observations(number, **span)["value"])
    told = found.attrs if how == "polars" else {k.decode(): v.decode() for k, v in found.schema.metadata.items()}
    assert told["unit"] == "µg/Nm3"


def test_hours_instead_of_single_values(client: Client, there: World) -> None:
    span = {"since": NOON - timedelta(hours=3), "until": NOON}
    found = client.observations(there.stream("KK01", "PM2.5").id, resolution="hourly", **span)
    assert {"time", "mean", "completeness"} <= set(found.columns)
    assert len(found) == 3


def test_what_stood_at_a_time(client: Client, there: World) -> None:
    span = {"since": NOON, "until": NOON + timedelta(minutes=1)}
    number = there.stream("KK01", "PM2.5").id
    before = client.observations(number, as_of=observed.CORRECTED - timedelta(minutes=1), **span)
    assert (before["value"].tolist(), client.observations(number, **span)["value"].tolist()) == ([91.5], [PM25])


def test_a_long_series_comes_in_pieces(client: Client, there: World) -> None:
    number = there.stream("KK01", "PM10").id
    pieces = list(client.pieces(number, rows_at_once=30))
    assert [len(piece) for piece in pieces] == [30, 30, 13]
    pd.testing.assert_frame_equal(
        pd.concat(pieces, ignore_index=True)[["time", "value"]], client.observations(number)[["time", "value"]]
    )


def test_a_datastream_that_is_not_named_is_asked_for(client: Client, there: World) -> None:
    with pytest.raises(ValueError, match="by its number, or by station= and property="):
        client.observations()
    with pytest.raises(ClientError, match="KK01 DO raw names none with values"):
        client.observations(station="KK01", property="DO")
    with pytest.raises(NotFoundError):
        client.observations(there.stream("XT01", "COD").id)
    with pytest.raises(RefusedError, match="in since"):
        client.observations(there.stream("KK01", "PM2.5").id, since="yesterweek")


def test_entities_over_all_pages(client: Client, there: World) -> None:
    codes = {one["name"] for one in client.entities("Things", top=1, select="name")}
    assert codes == {"Trạm KK01", "Trạm NM01"}


@pytest.mark.parametrize("how", ["pandas", "series", "polars", "columns"])
def test_values_are_sent_and_read_again(live_server: Any, there: World, how: str) -> None:
    secret = services.new_key(there.things["KK01"], label="", by=None)
    client = Client(live_server.url, secret)
    now = timezone.now().replace(second=0, microsecond=0)
    times = pd.date_range(end=now, periods=3, freq="5min").tz_convert("Asia/Ho_Chi_Minh")
    values = [11.5, 12.5, 13.5]
    frame = pd.DataFrame({"time": times, "value": values})
    data = {
        "pandas": frame,
        "series": pd.Series(values, index=times),
        "polars": pl.from_pandas(frame),
        "columns": {"time": pa.array(times), "value": values},
    }[how]
    receipt = client.send(data, symbol="PM2.5", station="KK01")
    assert (receipt["state"], receipt["stored"], receipt["refused"]) == ("committed", 3, 0)
    read = client.observations(station="KK01", property="PM2.5", since=times[0].to_pydatetime(), until="2100")
    assert read["value"].tolist() == values
    assert client.send(data, symbol="PM2.5", station="KK01")["repeats"] == 1
    with pytest.raises(NotAllowedError):
        Client(live_server.url).send(data, symbol="PM2.5", station="KK01")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"time": pd.date_range("2026-11-26", periods=1), "value": [1.0]}, "times with a zone"),
        ({"when": [1], "value": [1.0]}, "when: send only the columns"),
        ({"value": [1.0]}, "there is no column time"),
    ],
)
def test_what_cannot_be_sent_is_told_before_it_is(columns: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Client("http://127.0.0.1:1", "key").send(pa.table(columns), datastream=1)


def test_news_are_watched_over_lines_that_end(live_server: Any, there: World) -> None:
    """The web server lets go after each answer: the client comes again by itself."""
    raw = there.stream("KK01", "PM2.5")
    heard: Iterator[Any] = Client(live_server.url).watch(station="KK01", property="PM2.5", procedure="raw")
    found: list[Any] = []
    listening = threading.Thread(target=lambda: found.append(next(heard)))
    listening.start()
    last = str(news.mark().heard)
    stop = threading.Event()
    time = observations.micros(NOON)
    while listening.is_alive() and not stop.wait(0.5):
        time += network.STEP
        network.put(raw, np.array([time]), np.array([77.0]))
    listening.join()
    assert (found[0].station, found[0].datastreams[0]["value"]) == ("KK01", 77.0)
    again = next(Client(live_server.url).watch(station="KK01", after=last))
    assert (again.station, again.simulated) == ("KK01", False)
