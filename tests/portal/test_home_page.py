from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

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


def test_home_names_the_worst_place_first_and_carries_the_banner(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), level=10)
    network.air("A2", at, where=network.commune("01477", "Trùng Khánh"), level=130)
    page = text(client)
    assert "Không khí kém nhất ở Trùng Khánh:" in page
    assert page.index("Tốt nhất ở Thục Phán:") > page.index("Không khí kém nhất ở Trùng Khánh:")
    assert page.index("Trạm A2") < page.index("Trạm A1")
    assert "SỐ LIỆU MÔ PHỎNG" in page


def test_home_says_planned_silent_and_never_heard_stations_as_such(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), silent_h=5)
    network.planned("P1", where=network.commune())
    network.instrument(network.station("N1", kind="ambient_air"), "PM2.5")
    page = text(client)
    assert "Im\N{NO-BREAK SPACE}lặng từ" in page
    assert "Trong quy hoạch, chưa xây dựng" in page
    assert "Chưa gửi số liệu nào" in page
    assert "Hiện chưa thể nói không khí ra sao." in page


def test_home_does_not_call_an_old_index_now(client: Client) -> None:
    network.air("A1", timezone.now() - timedelta(hours=6), where=network.commune(), level=12)
    assert "Không khí ở Thục Phán: Tốt" not in text(client)


def test_home_costs_the_same_queries_for_one_and_three_stations(client: Client, django_assert_num_queries) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune())
    with django_assert_num_queries(4):
        text(client)
    network.air("A2", at, where=network.commune("01477", "Trùng Khánh"))
    network.water("W1", at, where=network.commune("01288", "Tân Giang"))
    with django_assert_num_queries(4):
        text(client)


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
