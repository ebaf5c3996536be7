from __future__ import annotations

import gzip
import re
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.domain.quality import Check, Flag
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import availability, counting, observations
from nonnuoc.records.monitoring.models import Datastream, Sensor, Thing
from tests.portal import network

pytestmark = pytest.mark.django_db
BAD = ["x", "%00", "-1", "٣", "9" * 30, "a" * 10_000, "0001-01-01", "<b>"]


def text(client: Client, path: str = "/network") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def stations() -> None:
    at = timezone.now()
    where = network.commune()
    network.air("A1", at, where=where, hours=30)
    network.air("A2", at, where=network.commune("01477", "Trùng Khánh"), silent_h=5, hours=30)
    network.planned("P1", where=where)
    network.station("R1", kind="surface_water", state=Thing.State.RETIRED)
    network.instrument(network.station("N1", kind="ambient_air"), "PM2.5")
    counting.refresh(at)


@pytest.mark.slow
def test_network_opens_with_how_many_speak_and_names_the_others(client: Client, stations: None) -> None:
    page = plain(text(client))
    assert "1 trong 5 trạm đang gửi số liệu. 1 mất tín hiệu, 1 chưa gửi lần nào, 1 quy hoạch, 1 ngừng hẳn." in page
    assert "Mất tín hiệu từ" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "mất tín hiệu 5 giờ" in page
    for name in ("Trạm A1", "Trạm A2", "Trạm P1", "Trạm R1", "Trạm N1"):
        assert name in page


@pytest.mark.slow
def test_the_page_the_file_and_the_inside_say_the_same_figures(client: Client, stations: None) -> None:
    silent = network.stream(Thing.objects.get(code="A2"), "PM2.5", "raw")
    inside = availability.of([silent.id]).of(silent.id, "24h")
    assert 0 < inside.usable < inside.expected == 288
    found = {one["code"]: one for one in client.get("/data/network").json()["stations"]}
    told = next(one for one in found["A2"]["parameters"] if one["property"] == "PM2.5")["availability"]["24h"]
    assert told == {
        "expected": inside.expected,
        "arrived": inside.arrived,
        "usable": inside.usable,
        "arrived_percent": inside.arrived_percent,
        "usable_percent": inside.usable_percent,
    }
    row = re.search(r"<tr>(?:(?!</tr>).)*>Trạm A2<.*?</tr>", text(client, "/network?span=24h"), re.S)
    assert row is not None
    assert f"<b>{inside.usable_percent:.1f}</b>".replace(".", ",") in row[0]
    assert found["P1"]["availability"]["24h"] is None


@pytest.mark.slow
def test_a_doubted_value_is_said_in_a_word(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=None, hours=3)
    last = observations.micros(at) // network.STEP * network.STEP
    network.put(
        network.stream(thing, "O3", "raw"), np.array([last]), np.array([9.0]), quality=Flag.SUSPECT | Check.SPIKE
    )
    network.put(network.stream(thing, "NO2", "raw"), np.array([last]), np.array([9.0]), status=1, quality=Flag.FAIL)
    page = text(client)
    assert 'class="figure doubted" data-label="O3"><span>nghi ngờ' in page
    assert 'class="figure doubted" data-label="NO2"><span>đang hiệu chuẩn' in page
    assert 'class="figure fresh" data-label="PM10"' in page


@pytest.mark.slow
def test_filters_narrow_and_count_what_they_leave(client: Client, stations: None) -> None:
    page = text(client, "/network?state=silent")
    assert "Trạm A2" in page
    assert "Trạm A1" not in page
    assert "Không khí (1)" in page, "of the silent ones"
    assert "mất tín hiệu (1)" in page
    commune = text(client, "/network?commune=phường+Trùng+Khánh")
    assert "Trạm A2" in commune
    assert "Trạm P1" not in commune
    assert "Không có trạm nào phù hợp" in text(client, "/network?kind=surface_water&state=silent")


@pytest.mark.parametrize("name", ["kind", "state", "commune", "span", "page", "unheard"])
@pytest.mark.parametrize("value", BAD)
def test_what_cannot_be_asked_for_is_left_out(client: Client, name: str, value: str) -> None:
    network.planned("P1", where=network.commune())
    assert "Trạm P1" in text(client, f"/network?{name}={value}")
    assert client.get(f"/data/network?{name}={value}").json()["found"] == 1


def test_an_empty_network_says_what_fills_it(client: Client) -> None:
    page = text(client)
    assert "Chưa có trạm nào được đăng ký." in page
    assert "Ở đây chưa đăng ký gì" in page


def test_before_anything_was_counted_the_page_says_so(client: Client) -> None:
    network.air("A1", timezone.now(), where=None, hours=3)
    page = text(client)
    assert "ở đây chưa đếm lần nào" in page
    assert "NaN" not in page
    assert "None" not in page


def test_what_is_not_public_is_not_there(client: Client) -> None:
    network.planned("P1", where=network.commune(), data_class=DataClass.INTERNAL)
    assert "P1" not in text(client)
    assert client.get("/data/network").json()["stations"] == []


def test_post_is_refused_and_head_works(client: Client) -> None:
    for path in ("/network", "/data/network"):
        assert client.post(path).status_code == 405
        assert client.head(path).status_code == 200


def test_names_of_all_kinds_do_not_break_out(client: Client) -> None:
    network.planned("P1", where=None, name="<script>alert(1)</script> محطة 🌊 " + "dài" * 40)
    page = text(client)
    assert "<script>alert" not in page
    assert "محطة 🌊" in page


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), hours=3)
    with django_assert_max_num_queries(12) as one:
        text(client)
    for code in ("A2", "A3", "A4"):
        network.air(code, at, where=network.commune(), hours=3)
    with django_assert_max_num_queries(len(one)):
        text(client)


def many(number: int, each: int) -> None:
    """Stations whose instruments have spoken, written in bulk."""
    network.properties()
    where, at = network.commune(), timezone.now()
    sensor = Sensor.objects.create(kind=Sensor.Kind.INSTRUMENT, name="instrument")
    codes = list(network.ObservedProperty.objects.order_by("order")[2 : 2 + each])
    things = Thing.objects.bulk_create(
        Thing(code=f"S{i:04}", name=f"Trạm quan trắc tự động số {i}", kind="ambient_air", state="active", commune=where)
        for i in range(number)
    )
    Datastream.objects.bulk_create(
        Datastream(
            thing=thing, observed_property=code, sensor=sensor, procedure="raw", symbol=code.code, interval_s=300,
            latest_time=at - timedelta(seconds=i % 300), latest_received=at,
            latest_value=1, latest_status=0, latest_quality=1,
        )
        for i, thing in enumerate(things) for code in codes
    )  # fmt: skip


@pytest.mark.slow
def test_two_thousand_stations_come_fifty_at_a_time(client: Client) -> None:
    many(2000, 12)
    response = client.get("/network")
    page = response.content.decode()
    assert len(gzip.compress(response.content)) < 60_000
    assert "2000 trong 2000 trạm đang gửi số liệu." in page
    assert "1–50 trong 2000 trạm" in page
    assert page.count('data-label="PM2.5"') == 50
    assert "1951–2000 trong 2000 trạm" in text(client, "/network?page=40")
    assert "1951–2000 trong 2000 trạm" in text(client, "/network?page=41")
    data = client.get("/data/network").json()
    assert (len(data["stations"]), data["pages"]) == (50, 40)
    assert data["next"].endswith("/data/network?page=2")
