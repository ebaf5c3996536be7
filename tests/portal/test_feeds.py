from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.portal import events
from nonnuoc.portal.events import Change, Silence
from nonnuoc.records.monitoring import observations, selectors
from nonnuoc.records.monitoring.models import Thing
from tests.portal import network

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 14, 7, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def index(values: list[float], at: datetime = AT, **facts: object) -> Thing:
    """An air station that works, whose last hourly indices are these."""
    thing = network.air("A1", at, where=network.commune(), hours=1, **facts)
    hour = observations.micros(at) // network.HOUR * network.HOUR
    stamps = np.arange(hour - (len(values) - 1) * network.HOUR, hour + 1, network.HOUR)
    network.put(network.stream(thing, "VN_AQI", "aqi_1h"), stamps, np.array(values))
    return thing


def changes(at: datetime = AT) -> list[tuple[int, int, int]]:
    """(rank before, rank after, hours ago), the newest first."""
    found = [one for one in events.of(selectors.stations_now(at), at) if isinstance(one, Change)]
    return [(one.before.rank, one.after.rank, round((at - one.time) / timedelta(hours=1))) for one in found]


def test_worse_is_told_at_once_and_better_once_it_has_held() -> None:
    index([40, 40, 60, 40, 40, 40])
    assert changes() == [(2, 1, 1), (1, 2, 3)]


def test_an_index_that_wavers_around_a_bound_is_told_once() -> None:
    index([40, 51, 50, 51, 50, 51, 50, 51])
    assert changes() == [(1, 2, 6)]


def test_an_hour_without_an_index_is_no_change() -> None:
    index([40, np.nan, 40, np.nan, 60])
    assert changes() == [(1, 2, 0)]


def test_what_was_told_stays_told_when_more_hours_come() -> None:
    index([40, 60, 60, 40, 40])
    before = changes()
    later = AT + timedelta(hours=1)
    thing = Thing.objects.get(code="A1")
    hour = observations.micros(later) // network.HOUR * network.HOUR
    network.put(network.stream(thing, "VN_AQI", "aqi_1h"), np.array([hour]), np.array([60.0]))
    assert [(b, a, ago - 1) for b, a, ago in changes(later)][1:] == before


def silences(at: datetime = AT) -> list[tuple[bool, datetime]]:
    found = events.of(selectors.stations_now(at), at)
    return [(one.ended, one.time) for one in found if isinstance(one, Silence)]


def raw(thing: Thing, code: str, since: datetime, until: datetime) -> None:
    time = np.arange(observations.micros(since), observations.micros(until) + 1, network.STEP)
    network.put(network.stream(thing, code, "raw"), time, np.full(len(time), 20.0))


@pytest.fixture
def station() -> Thing:
    """PM2.5 and O3 for two days until two hours before AT, with nothing between 20 and 15 hours before."""
    thing = network.station("S1", kind="ambient_air")
    for code in ("PM2.5", "O3"):
        network.instrument(thing, code)
        raw(thing, code, AT.replace(minute=0) - timedelta(hours=48), AT.replace(minute=0) - timedelta(hours=20))
        raw(thing, code, AT.replace(minute=0) - timedelta(hours=15), AT.replace(minute=0) - timedelta(hours=2))
    return thing


def test_a_station_that_falls_silent_comes_back_and_is_silent_again(station: Thing) -> None:
    hour = AT.replace(minute=0)
    assert silences() == [
        (False, hour - timedelta(hours=2)),
        (True, hour - timedelta(hours=15)),
        (False, hour - timedelta(hours=20)),
    ]


def test_a_station_one_of_whose_instruments_speaks_is_not_silent(station: Thing) -> None:
    raw(station, "O3", AT.replace(minute=0) - timedelta(hours=20), AT.replace(minute=0) - timedelta(hours=15))
    assert silences() == [(False, AT.replace(minute=0) - timedelta(hours=2))]


def test_a_station_that_was_never_heard_did_not_fall_silent() -> None:
    network.instrument(network.station("N1", kind="ambient_air"), "PM2.5")
    network.planned("P1", where=None)
    assert [one for one in silences() if one[0]] == []
    assert events.of([one for one in selectors.stations_now(AT) if one.code == "P1"], AT) == []


def feed(client: Client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


@pytest.mark.parametrize("path", ["/feed.atom", "/stations/A1/feed.atom", "/communes/01273/feed.atom"])
def test_the_feeds_are_atom_with_entries_that_name_themselves_for_good(client: Client, path: str) -> None:
    index([40, 60, 60, 130], timezone.now(), name="Trạm <A> & B")
    root = feed(client, path)
    for needed in ("id", "title", "updated", "author", "link"):
        assert root.find(ATOM + needed) is not None
    assert root.find(f"{ATOM}link[@rel='self']").attrib["href"] == f"http://testserver{path}"  # type: ignore[union-attr]
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) >= 2
    assert all(str(one).startswith("tag:testserver,2026:/stations/A1/VN_AQI/") for one in ids)
    assert ids == [entry.findtext(f"{ATOM}id") for entry in feed(client, path).findall(f"{ATOM}entry")]
    assert entries[0].findtext(f"{ATOM}title") == "[mô phỏng] Không khí ở Thục Phán: từ Trung bình sang Kém (130)"
    summary = entries[0].findtext(f"{ATOM}summary") or ""
    assert "Trạm &lt;A&gt; &amp; B: VN_AQI 130 lúc" in summary
    assert "tạm thời" in summary


def test_a_feed_speaks_the_language_of_its_address(client: Client) -> None:
    index([40, 60], timezone.now())
    title = feed(client, "/feed.atom?lang=en").find(f"{ATOM}entry/{ATOM}title")
    assert title is not None and title.text == "[simulated] Air at Thục Phán: from Good to Moderate (60)"


def test_a_feed_of_nothing_is_a_feed(client: Client) -> None:
    network.commune()
    assert feed(client, "/feed.atom").findall(f"{ATOM}entry") == []
    assert feed(client, "/communes/01273/feed.atom").findall(f"{ATOM}entry") == []


@pytest.mark.parametrize(
    "path",
    ["/stations/NONE/feed.atom", "/communes/99999/feed.atom", "/communes/%00/feed.atom", "/communes/١٢٣٤٥/feed.atom"],
)
def test_a_feed_of_what_there_is_not_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.slow
def test_a_feed_costs_the_same_for_two_stations_and_for_four(client: Client, queries) -> None:
    at = timezone.now()
    for code in ("A1", "A2"):
        network.air(code, at, where=network.commune(), hours=14)
    for_two = queries(lambda: client.get("/feed.atom"))
    for code in ("A3", "A4"):
        network.air(code, at, where=network.commune(), hours=14)
    assert queries(lambda: client.get("/feed.atom")) == for_two > 0
