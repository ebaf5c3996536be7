from __future__ import annotations

import gzip
import math
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.look import province
from nonnuoc.records.monitoring import observations
from tests.look import messages
from tests.portal import network

pytestmark = pytest.mark.django_db


def text(client: Client, path: str = "/") -> str:
    response = client.get(path, headers={"accept-language": "vi"})
    assert response.status_code == 200
    return response.content.decode()


def test_home_of_an_empty_province_says_why_it_is_empty_and_what_fills_it(client: Client) -> None:
    page = text(client)
    assert "Ở đây chưa có trạm nào đo không khí Cao Bằng." in page
    assert "Chưa có trạm nào được đăng ký" in page
    assert "data-map" not in page
    assert "SỐ LIỆU MÔ PHỎNG" not in page


def test_home_with_one_station_answers_in_a_sentence(client: Client) -> None:
    network.air("A1", timezone.now(), where=network.commune(), level=12, simulated=False)
    page = text(client)
    assert "Không khí ở Thục Phán: Tốt\N{NO-BREAK SPACE}(" in page
    assert "Tự do thực hiện các hoạt động ngoài trời" in page
    assert "tạm thời" in page
    assert "SỐ LIỆU MÔ PHỎNG" not in page


@pytest.mark.slow
def test_home_names_the_worst_place_first_and_carries_the_banner(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), level=10)
    network.air("A2", at, where=network.commune("01477", "Trùng Khánh"), level=130)
    page = text(client)
    assert "Nơi ô nhiễm nhất: Trùng Khánh – " in page
    assert page.index("Nơi ít ô nhiễm nhất: Thục Phán – Tốt") > page.index("Nơi ô nhiễm nhất: Trùng Khánh – ")
    assert page.index("Trạm A2") < page.index("Trạm A1")
    assert "SỐ LIỆU MÔ PHỎNG" in page


def test_home_says_planned_silent_and_never_heard_stations_as_such(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), silent_h=5)
    network.planned("P1", where=network.commune())
    network.instrument(network.station("N1", kind="ambient_air"), "PM2.5")
    page = text(client)
    assert "Mất\N{NO-BREAK SPACE}tín\N{NO-BREAK SPACE}hiệu từ" in page
    assert "Trong quy hoạch, chưa xây dựng" in page
    assert "Chưa gửi số liệu nào" in page
    assert "Hiện chưa thể nói không khí ra sao." in page


def test_home_says_it_simply_when_all_is_good(client: Client) -> None:
    at = timezone.now()
    for code, place in (("A1", "Thục Phán"), ("A2", "Trùng Khánh")):
        network.air(code, at, where=network.commune("01273" if code == "A1" else "01477", place), level=10)
    assert "Không khí ở cả 2 trạm: Tốt" in text(client)


def test_home_draws_the_stations_before_any_script_none_over_another(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), level=12, hours=14)
    network.planned("P1", where=network.commune())
    page = text(client)
    places = re.findall(r'<svg class="place ([^"]*)" x="([\d.]+)" y="([\d.]+)"', page)
    assert sorted(kinds for kinds, _, _ in places) == ["aqi-1 hollow", "planned none hollow"]
    (_, x1, y1), (_, x2, y2) = places
    assert math.hypot(float(x1) - float(x2), float(y1) - float(y2)) > 30


def test_home_and_the_station_say_that_the_clock_is_wrong_until_a_file_is_stored_again(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at - timedelta(hours=3), where=network.commune(), hours=14)
    one = network.held("A1", at - timedelta(minutes=9), "clock_ahead", thing)
    assert "Đồng hồ của trạm sai: tệp gửi lúc" in text(client)
    page = text(client, "/stations/A1")
    assert "đồng hồ của trạm chạy nhanh; hãy chỉnh lại đồng hồ và gửi lại tệp." in page
    assert f"/receipts/{one.uuid}" in page
    raw = network.stream(thing, "PM2.5", "raw")
    network.put(raw, np.array([observations.micros(at - timedelta(minutes=5))]), np.array([20.0]))
    assert "Đồng hồ của trạm sai" not in text(client)


def test_the_province_is_named_by_its_data() -> None:
    words = Path(messages.ROOT, "locale", "vi", "LC_MESSAGES", "django.po").read_text()
    assert province.name() == "Cao Bằng"
    assert province.name() not in words


def test_home_does_not_call_an_old_index_now(client: Client) -> None:
    network.air("A1", timezone.now() - timedelta(hours=6), where=network.commune(), level=12)
    assert "Không khí ở Thục Phán: Tốt" not in text(client)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/data/stations.geojson"])
def test_the_stations_cost_the_same_queries_for_one_and_for_three(client: Client, queries, path: str) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), hours=14)
    for_one = queries(lambda: client.get(path))
    network.air("A2", at, where=network.commune("01477", "Trùng Khánh"), hours=14)
    network.water("W1", at, where=network.commune("01288", "Tân Giang"))
    assert queries(lambda: client.get(path)) == for_one > 0


@pytest.mark.slow
def test_home_of_fifty_stations_stays_under_60_kb_compressed(client: Client) -> None:
    at = timezone.now()
    for number in range(3):
        network.air(f"A{number}", at, where=network.commune(), hours=14)
    for number in range(50):
        network.planned(f"P{number:02}", where=network.commune())
    assert len(gzip.compress(text(client).encode())) < 60_000


def test_home_is_english_for_those_who_ask(client: Client) -> None:
    network.air("A1", timezone.now(), where=network.commune(), level=12)
    response = client.get("/language/en", {"next": "/"})
    assert (response.status_code, response.headers["location"]) == (302, "/")
    assert "The air at Thục Phán is Good" in client.get("/").content.decode()


def test_language_never_leads_to_another_site(client: Client) -> None:
    response = client.get("/language/en", {"next": "https://example.org/"})
    assert response.headers["location"] == "/"
    assert client.get("/language/xx").status_code == 404
