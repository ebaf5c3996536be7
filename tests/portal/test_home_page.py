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

from nonnuoc.domain.quality import VALIDATED, Check, Flag
from nonnuoc.look import province
from nonnuoc.portal import home, listing, notices, sketch
from nonnuoc.portal.notices import Notice
from nonnuoc.records.accounts import preferences
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places.models import River
from tests.look import messages
from tests.portal import network

pytestmark = pytest.mark.django_db


def text(client: Client, path: str = "/") -> str:
    response = client.get(path, headers={"accept-language": "vi"})
    assert response.status_code == 200
    return response.content.decode()


def row_of(page: str, code: str) -> str:
    """The row of a station in the list."""
    found = re.search(rf'<li class="row" data-station="{code}">.*?</li>', page, re.DOTALL)
    assert found
    return found.group()


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
    for_one = queries(lambda: fresh(client, path))
    network.air("A2", at, where=network.commune("01477", "Trùng Khánh"), hours=14)
    network.water("W1", at, where=network.commune("01288", "Tân Giang"))
    assert queries(lambda: fresh(client, path)) == for_one > 0


def fresh(client: Client, path: str) -> None:
    """The page as if nobody had asked for it before."""
    home._page.cache_clear()
    preferences.forget()
    client.get(path)


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


def test_home_answers_for_the_waters_in_a_second_sentence(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), hours=14)
    network.water("W1", at, where=network.commune("01288", "Tân Giang"), wqi=82)
    page = text(client)
    assert "Nước mặt ở Tân Giang: Tốt\N{NO-BREAK SPACE}(82)." in page
    assert "Sử dụng cho mục đích cấp nước sinh hoạt nhưng cần các biện pháp xử lý phù hợp." in page
    assert "tham khảo: từ trạm tự động" in page


def test_home_names_the_worst_water_of_several(client: Client) -> None:
    at = timezone.now()
    river = River.objects.create(code="bang", name="Bằng Giang", source="test")
    network.water("W1", at, where=network.commune("01288", "Tân Giang"), wqi=60, river=river)
    network.water("W2", at, where=network.commune("01290", "Đàm Thủy"), wqi=95)
    expected = "Nước sông, hồ kém nhất: sông Bằng Giang ở Tân Giang – Trung bình\N{NO-BREAK SPACE}(60)."
    assert expected in text(client)


def test_home_says_that_the_waters_are_not_known(client: Client) -> None:
    network.water("W1", timezone.now() - timedelta(hours=9), where=network.commune("01288", "Tân Giang"))
    assert "Hiện chưa thể nói nước sông, hồ ra sao: chưa trạm nào gửi đủ số liệu." in text(client)


def test_every_number_has_its_age_and_its_standing(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=network.commune(), level=12, hours=14)
    last = observations.micros(at) // network.STEP * network.STEP
    row = row_of(text(client), "A1")
    assert re.search(r"VN_AQI lúc \d\d:00( \d\d/\d\d/\d{4})?, (vừa xong|\d+ phút trước)", row)
    assert re.search(r"đo lúc \d\d:\d\d( \d\d/\d\d/\d{4})?, (vừa xong|\d phút trước)", row)
    assert row.count('class="tag provisional"') == 2
    network.put(network.stream(thing, "PM2.5", "raw"), np.array([last]), np.array([9.0]), quality=1 | VALIDATED)
    row = row_of(text(client), "A1")
    assert row.count('class="tag validated"') == 1  # that value says it itself
    assert row.count('class="tag provisional"') == 4  # the index, and the three others


def test_a_value_that_is_doubted_or_older_than_the_others_says_so(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=network.commune(), hours=14)
    last = observations.micros(at) // network.STEP * network.STEP
    network.put(
        network.stream(thing, "O3", "raw"), np.array([last]), np.array([55.0]), quality=Flag.SUSPECT | Check.SPIKE
    )
    assert "O3 55,0 µg/Nm³ (nghi ngờ)" in row_of(text(client), "A1")


def test_notices_stand_above_everything_and_only_when_there_are_any(client: Client, monkeypatch) -> None:
    assert "notices" not in text(client)
    told = [Notice("Lũ trên <sông> Bằng.\nHạn chế qua ngầm.", timezone.now() - timedelta(minutes=190), "/communes/")]
    monkeypatch.setattr(notices, "SOURCES", [lambda at: told])
    page = text(client)
    assert "Lũ trên &lt;sông&gt; Bằng.<br>Hạn chế qua ngầm." in page
    assert "3 giờ trước" in page
    assert page.index("Hạn chế qua ngầm") < page.index("<h1")


def test_the_administrators_notice_is_shown_in_the_readers_language(client: Client, monkeypatch) -> None:
    kept = {"site.notice": "Trang thử nghiệm.", "site.notice_en": "A trial.", "map.tiles": ""}
    monkeypatch.setattr(preferences, "read", kept.__getitem__)
    assert "Trang thử nghiệm." in text(client)
    assert "A trial." in text(client, "/?lang=en")
    kept["site.notice_en"] = ""
    assert "Trang thử nghiệm." in text(client, "/?lang=en")


def test_ones_own_commune_is_found_by_a_plain_form(client: Client) -> None:
    network.commune()
    page = text(client)
    assert re.search(r'<form class="find-commune" action="/communes/" role="search">', page)
    assert '<option value="phường Thục Phán">' in page
    assert client.get("/communes/", {"q": "thuc phan"}).status_code in (200, 302)


@pytest.fixture
def crowd() -> None:
    """90 planned air stations, and 3 that stand alone among their kind."""
    communes = [network.commune(f"0{n:04}", f"Nơi {n}", 106 + n / 50, 22.5 + n / 90) for n in range(30)]
    for number in range(90):
        network.planned(f"P{number:03}", where=communes[number % 30])
    for number in range(3):
        network.planned(f"W{number}", where=communes[number], kind="surface_water")


@pytest.mark.slow
def test_long_groups_are_shortened_and_paged(client: Client, crowd: None) -> None:
    page = text(client)
    assert page.count('<li class="row"') == listing.FIRST + 3
    assert "12 trong số 90 trạm, xấu nhất đứng trước." in page
    assert 'href="?kind=ambient_air#stations"' in page
    first, second = text(client, "/?kind=ambient_air"), text(client, "/?kind=ambient_air&page=2")
    assert first.count('<li class="row"') == listing.PAGE
    assert second.count('<li class="row"') == 90 - listing.PAGE
    assert "49 đến 90 trong số 90 trạm" in second
    assert 'rel="prev"' in second and 'rel="next"' not in second
    codes = re.findall(r'data-station="([^"]+)"', first + second)
    assert sorted(codes) == [f"P{n:03}" for n in range(90)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=ambient_air&page=99999", 90 - listing.PAGE),
        ("kind=ambient_air&page=-1", listing.PAGE),
        ("kind=ambient_air&page=%D9%A3", listing.PAGE),
        ("kind=ambient_air&page=" + "9" * 5000, listing.PAGE),
        ("kind=groundwater", listing.FIRST + 3),
        ("kind=%00&page=2", listing.FIRST + 3),
        ("page=2", listing.FIRST + 3),
    ],
)
def test_what_cannot_be_asked_is_taken_for_its_default(client: Client, crowd: None, query: str, shown: int) -> None:
    assert text(client, f"/?{query}").count('<li class="row"') == shown


@pytest.mark.slow
def test_in_a_crowd_the_drawing_shows_one_mark_for_those_it_covers(client: Client, crowd: None) -> None:
    page = text(client)
    places = re.findall(r'<svg class="place [^"]*" x="([\d.]+)" y="([\d.]+)"', page)
    more = [int(n) for n in re.findall(r'class="more"[^>]*>\+(\d+)<', page)]
    assert len(places) + sum(more) == 93
    points = [(float(x), float(y)) for x, y in places]
    assert min(math.dist(a, b) for i, a in enumerate(points) for b in points[:i]) >= 2 * sketch.RADIUS


def test_a_page_that_has_not_changed_is_drawn_once_and_one_that_has_is_new(client: Client) -> None:
    thing = network.air("A1", timezone.now(), where=network.commune(), hours=14)
    text(client)
    home._page.cache_clear()
    text(client)
    text(client)
    if home._page.cache_info().misses == 1:  # else a minute began between them
        assert home._page.cache_info().hits == 1
    Thing.objects.filter(id=thing.id).update(name="Một tên khác")
    assert "Một tên khác" in text(client)


def test_a_base_map_of_the_administrators_choice_is_allowed_by_its_origin_alone(client: Client, monkeypatch) -> None:
    network.planned("P1", where=network.commune())
    policy = client.get("/").headers["content-security-policy"]
    assert "http" not in policy
    kept = {"map.tiles": "https://tiles.example.vn/a/{z}/{x}/{y}.png", "map.attribution": "© Nền <X>"}
    monkeypatch.setattr(preferences, "read", lambda code: kept.get(code, ""))
    response = client.get("/")
    widened = response.headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://tiles.example.vn;" in widened
    assert "connect-src 'self' https://tiles.example.vn;" in widened
    assert widened.count("https://") == 2
    page = response.content.decode()
    assert 'data-tiles="https://tiles.example.vn/a/{z}/{x}/{y}.png"' in page
    assert "© Nền &lt;X&gt;</p>" in page
    assert "https://" not in client.get("/unknown").headers["content-security-policy"]


def test_long_strange_names_stay_words(client: Client) -> None:
    where = network.commune()
    network.planned("P1", where=where, name="<b>Trạm</b> " + "dài " * 30 + "🌊 مرحبا")
    page = text(client)
    assert "&lt;b&gt;Trạm&lt;/b&gt;" in page
    assert "🌊 مرحبا" in page
