from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from nonnuoc.portal import compare
from tests.portal import network

pytestmark = pytest.mark.django_db


def text(client: Client, path: str, language: str = "vi") -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def stations(*codes: str, **facts: object) -> None:
    at = timezone.now()
    for n, code in enumerate(codes):
        where = network.commune(f"0127{n}", f"Xã {code}", 106.2 + n / 10, 22.6)
        network.air(code, at, where=where, level=20 + 10 * n, seed=n, hours=26, codes=("PM2.5", "PM10"), **facts)


def test_stations_are_told_apart_by_line_and_name_and_the_title_says_what_is_seen(client: Client) -> None:
    stations("A1", "A2", "A3")
    page = text(client, "/compare?stations=A1,A2,A3&property=PM2.5&mean=mean_1h")
    assert re.search(r'<h1 id="answer">PM2\.5 trung bình: cao nhất ở Xã A3 \([\d,]+ µg/Nm³\), thấp nhất ở Xã A1', page)
    assert [page.count(f'class="line-{n}"') for n in (1, 2, 3, 4)] == [2, 2, 2, 0]  # the line and its key
    assert page.count('class="end-name"') == 3
    assert page.count('<th scope="row">') == 3
    assert "Xã A1 và Xã A2 cách nhau 10,3 km." in page
    assert "SỐ LIỆU MÔ PHỎNG" in page


def test_links_keep_the_stations_and_leave_one_out(client: Client) -> None:
    stations("A1", "A2", "A3")
    page = text(client, "/compare?stations=A1,A2&property=PM2.5&period=week")
    assert 'href="?stations=A1,A2&amp;property=PM10&amp;period=week#chart"' in page
    assert 'href="?stations=A2&amp;property=PM2.5&amp;mean=raw&amp;period=week"' in page
    assert 'href="?stations=A1,A2,A3&amp;property=PM2.5&amp;mean=raw&amp;period=week"' in page  # one to add
    assert '<input type="hidden" name="stations" value="A1,A2">' in page


def test_unequal_completeness_flags_and_standing_explain_a_difference(client: Client) -> None:
    at = timezone.now()
    full = network.air("A1", at, where=None, codes=("PM2.5",), hours=26)
    network.flagged(full, "PM2.5", at)
    network.air("A2", at, where=None, codes=("PM2.5",), hours=13)
    page = text(client, "/compare?stations=A1,A2&property=PM2.5&mean=raw")
    assert re.search(r"Tỷ lệ đo được không bằng nhau: Trạm A1 (9\d|100) %, Trạm A2 5\d %", page)
    assert "Trạm A1: 2 giá trị bị nghi ngờ hoặc bị loại." in page


def test_what_is_not_there_is_named_and_the_rest_is_shown(client: Client) -> None:
    stations("A1")
    network.planned("P1", where=None, name="Trạm quy hoạch")
    page = text(client, "/compare?stations=A1,P1,NOPE&property=PM2.5")
    assert "Không có trạm công khai nào mang mã NOPE." in page
    assert "Trạm quy hoạch không đo Bụi PM2.5" in page
    assert "PM2.5 ở Xã A1: trung bình" in page


def test_internal_stations_are_nobodys(client: Client) -> None:
    stations("A1")
    stations("A2", data_class="internal")
    page = text(client, "/compare?stations=A1,A2")
    assert "Không có trạm công khai nào mang mã A2." in page and "Xã A2" not in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "stations=",
        "stations=,,,",
        "stations=%00",
        "stations=" + "x" * 10_000,
        "stations=P1",
        "stations=NOPE",
        "stations=A1,A1&property=%00&mean=x&period=y&since=9999&until=0001",
        "stations=A1&stations=W1",
    ],
)
def test_nonsense_is_answered(client: Client, query: str) -> None:
    stations("A1")
    network.water("W1", timezone.now(), where=None)
    network.planned("P1", where=None)
    for language in ("vi", "en"):
        assert "</html>" in text(client, f"/compare?{query}", language)
    assert client.head(f"/compare?{query}").status_code == 200
    assert client.post(f"/compare?{query}").status_code == 405


def test_four_at_most_and_each_once(client: Client) -> None:
    codes = compare._codes(["A1,A2", "A2", "A3,A4,A5", "\0", "x" * 33])
    assert codes == ["A1", "A2", "A3", "A4"]


def test_more_stations_cost_no_more_to_name(client: Client, queries) -> None:
    stations("A1", "A2", "A3", "A4", "A5")
    two = queries(lambda: text(client, "/compare?stations=A1,A2"))
    assert queries(lambda: text(client, "/compare?stations=A3,A4")) == two
    assert queries(lambda: text(client, "/compare?stations=A1,A2,A3,A4")) == two + 2  # a series each


def test_nothing_in_the_span_is_said(client: Client) -> None:
    stations("A1", "A2")
    page = text(client, "/compare?stations=A1,A2&property=PM2.5&since=01/01/2020&until=02/01/2020")
    assert "không có giá trị nào dùng được" in page or "Không có giá trị" in page
    assert "data-compare" not in page


def test_distance_is_not_told_of_a_station_nobody_knows_the_place_of(client: Client) -> None:
    network.air("A1", timezone.now(), where=None, codes=("PM2.5",), hours=14)
    network.air("A2", timezone.now(), where=None, codes=("PM2.5",), hours=14)
    assert "cách nhau" not in text(client, "/compare?stations=A1,A2")
