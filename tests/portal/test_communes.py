from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.portal import labels
from nonnuoc.records.places import services
from tests.portal import network

pytestmark = pytest.mark.django_db


def text(client: Client, path: str = "/communes/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def names(page: str) -> list[str]:
    return re.findall(r'<div><a href="[0-9]{5}">([^<]*)</a>', page)


def test_a_province_without_communes_says_how_it_gets_them(client: Client) -> None:
    page = text(client)
    assert "Chưa nạp danh sách xã, phường." in page
    assert "load_province" in page
    assert 'class="land"' not in page


@pytest.mark.slow
def test_all_communes_stand_there_in_vietnamese_order_wards_first(client: Client) -> None:
    services.load_province()
    page = text(client)
    found = names(page)
    assert "0 trên 56 xã, phường có trạm quan trắc riêng." in page
    assert found[:6] == ["Nùng Trí Cao", "Tân Giang", "Thục Phán", "Bạch Đằng", "Bảo Lạc", "Bảo Lâm"]
    assert found.index("Cần Yên") > found.index("Canh Tân")
    assert found.index("Đàm Thủy") > found.index("Cốc Pàng")
    assert len(found) == 56


@pytest.mark.slow
def test_a_commune_shows_its_own_index_and_the_others_how_far_the_next_is(client: Client) -> None:
    services.load_province()
    own = network.commune("01447")
    network.air("A1", timezone.now(), where=own, level=12, hours=14, lon=own.lon, lat=own.lat)
    page = text(client)
    assert "1 trên 56 xã, phường có trạm quan trắc riêng." in page
    end = page.index('<a href="01447">')
    row = page[page.rindex("<li>", 0, end) : page.index("</li>", end)]
    assert "aqi-1 rank-1" in row
    assert "Không khí: Tốt (" in row
    assert "trạm không khí gần nhất" not in row
    assert re.search(r'<a href="01288">Tân Giang</a><p class="quiet">trạm không khí gần nhất: 19 km \(Trà Lĩnh\)', page)


@pytest.mark.slow
def test_a_planned_station_is_said_but_does_not_count(client: Client) -> None:
    services.load_province()
    network.planned("P1", where=network.commune("01447"))
    page = text(client)
    assert "0 trên 56" in page
    assert "Không khí: trong quy hoạch, chưa xây dựng" in page
    assert "toàn tỉnh chưa có trạm đo không khí" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=tra", ["Trà Lĩnh"]),
        ("q=Tr%C3%A0+L%C4%A9nh", ["Trà Lĩnh"]),
        ("q=lang", ["Hạ Lang"]),
        ("q=&kind=phuong", ["Nùng Trí Cao", "Tân Giang", "Thục Phán"]),
        ("q=quang+l&kind=xa", ["Quang Long", "Quảng Lâm"]),
        ("q=01447", ["Trà Lĩnh"]),
    ],
)
def test_communes_are_found_with_and_without_marks(client: Client, query: str, found: list[str]) -> None:
    services.load_province()
    assert sorted(names(text(client, f"/communes/?{query}"))) == sorted(found)


@pytest.mark.slow
def test_finding_nothing_says_what_to_try(client: Client) -> None:
    services.load_province()
    page = text(client, "/communes/?q=Atlantis")
    assert "Không có xã, phường nào mang tên này" in page
    assert names(page) == []


@pytest.mark.parametrize(
    "query", ["q=%00", f"q={'a' * 10_000}", "kind=mars", "kind=%00", "q=%F0%9F%98%80", "q=%27--", "q=%D9%A1%D9%A2"]
)
def test_strange_questions_are_answered(client: Client, query: str) -> None:
    network.commune()
    assert client.get(f"/communes/?{query}").status_code == 200


def test_a_name_is_shown_as_text_and_never_as_markup(client: Client) -> None:
    network.commune("01999", '<b>"x"</b> 😀 عربي')
    page = text(client)
    assert "&lt;b&gt;&quot;x&quot;&lt;/b&gt; 😀 عربي" in page
    assert '<b>"x"' not in page


@pytest.mark.slow
def test_the_list_costs_the_same_queries_for_one_and_for_three_stations(client: Client, queries) -> None:
    services.load_province()
    at = timezone.now()
    network.air("A1", at, where=network.commune(), hours=14)
    text(client)
    for_one = queries(lambda: text(client))
    network.air("A2", at, where=network.commune("01477"), hours=14)
    network.water("W1", at, where=network.commune("01288"))
    text(client)
    assert queries(lambda: text(client)) == for_one


@pytest.mark.slow
def test_the_list_stays_small_with_many_stations(client: Client) -> None:
    services.load_province()
    for number in range(60):
        network.planned(f"P{number}", where=network.commune("01447"))
    assert len(gzip.compress(text(client).encode())) < 60_000


def test_the_list_reads_in_english_and_takes_no_posts(client: Client) -> None:
    network.commune()
    client.get("/language/en")
    assert "0 of 1 communes and wards have a station of their own." in text(client)
    assert client.post("/communes/").status_code == 405
    assert client.head("/communes/").status_code == 200


def test_no_name_on_the_drawing_lies_over_another_or_over_a_mark() -> None:
    points = [labels.Point(20 + 73 * (n % 13), 30 + 60 * (n // 13), 4, "Nùng Trí Cao") for n in range(104)]
    placed = labels.place(points, 1000, 560)
    boxes = [label.box for label in placed if label]
    assert len(boxes) > 90
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            assert one[0] >= other[2] or one[2] <= other[0] or one[1] >= other[3] or one[3] <= other[1]
    for point in points:
        assert not any(x < point.x < r and y < point.y < b for x, y, r, b in boxes)


def test_a_name_that_would_leave_the_drawing_goes_to_the_other_side() -> None:
    (label,) = labels.place([labels.Point(990, 100, 4, "Đàm Thủy")], 1000, 560)
    assert label is not None
    assert label.anchor == "end"


@pytest.mark.slow
def test_the_names_of_the_whole_province_find_a_place(client: Client) -> None:
    services.load_province()
    assert text(client).count('<text class="name"') == 56
