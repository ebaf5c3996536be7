from __future__ import annotations

import gzip
import re
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.look import figures
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

pytestmark = pytest.mark.django_db


def text(client: Client, path: str) -> str:
    response = client.get(path, headers={"accept-language": "vi"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.slow
def test_station_opens_with_the_sentence_then_how_sure_and_how_old(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), level=12)
    page = text(client, "/stations/A1")
    hour = timezone.localtime(at).replace(minute=0)
    assert f"Không khí ở Thục Phán lúc {figures.clock(hour)}: Tốt\N{NO-BREAK SPACE}(" in page
    assert "tạm thời: chưa có người thẩm định" in page
    assert "giá trị mới nhất" in page
    assert "SỐ LIỆU MÔ PHỎNG" in page


def test_station_shows_units_decimal_comma_means_and_limits(client: Client) -> None:
    network.air("A1", timezone.now(), where=None, level=60)
    page = text(client, "/stations/A1")
    assert "µg/Nm³" in page
    assert "trung bình 24 giờ" in page
    assert "vượt giới hạn" in page
    assert "NaN" not in page


def test_station_that_nobody_knows_is_not_found(client: Client) -> None:
    assert client.get("/stations/NOPE").status_code == 404


def test_planned_station_says_that_it_is_planned(client: Client) -> None:
    network.planned("P1", where=network.commune())
    page = text(client, "/stations/P1")
    assert "trong quy hoạch, chưa xây dựng." in page
    assert "Ở đây chưa đo gì" in page
    assert "data-chart" not in page


@pytest.mark.slow
def test_silent_station_says_since_when_and_shows_its_last_day(client: Client) -> None:
    network.air("A1", timezone.now(), where=network.commune(), silent_h=30)
    page = text(client, "/stations/A1")
    assert "Không khí ở Thục Phán: lúc này chưa biết." in page
    assert "Mất\N{NO-BREAK SPACE}tín\N{NO-BREAK SPACE}hiệu từ" in page
    assert "Chỉ số gần nhất là" in page
    assert "data-chart" in page


@pytest.mark.slow
def test_chart_changes_by_links_alone(client: Client) -> None:
    network.air("A1", timezone.now(), where=None, hours=72)
    page = text(client, "/stations/A1?property=O3&period=week&mean=mean_1h")
    assert "O3 (trung bình 1 giờ)" in page
    assert '<path class="line" d="M' in page
    assert "QCVN 05:2023/BTNMT, từ 12/09/2023" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", ["property=X&period=eon&mean=y", "hour=nonsense", "hour=9999-99-99T00:00", "hour=%00"]
)
def test_nonsense_in_the_address_gives_the_page_as_it_is(client: Client, query: str) -> None:
    network.air("A1", timezone.now(), where=None, hours=14)
    assert "data-chart" in text(client, f"/stations/A1?{query}")


@pytest.mark.slow
def test_flagged_values_are_hollow_and_explained(client: Client) -> None:
    at = timezone.now()
    network.flagged(network.air("A1", at, where=None), "PM2.5", at)
    page = text(client, "/stations/A1?property=PM2.5")
    assert 'class="flagged failed"' in page
    assert "bị loại: giá trị nhảy" in page
    assert "nghi ngờ: thay đổi quá nhanh" in page


@pytest.mark.slow
def test_receipts_behind_an_hour_carry_their_sha256(client: Client) -> None:
    at = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    thing = network.air("A1", at, where=None, hours=14)
    network.receipt(thing, at - timedelta(minutes=5))
    network.receipt(thing, at - timedelta(hours=3))
    page = text(client, "/stations/A1")
    assert page.count("<code>") == 1
    earlier = (at - timedelta(hours=3)).isoformat().replace("+", "%2B")
    assert f"CB_CS01_A1_{at - timedelta(hours=3):%Y%m%d%H%M%S}.txt" in text(client, f"/stations/A1?hour={earlier}")


def test_water_station_marks_its_index_indicative(client: Client) -> None:
    network.water("W1", timezone.now(), where=network.commune())
    page = text(client, "/stations/W1")
    assert "tham khảo: Quyết định dành cho mẫu lấy định kỳ" in page
    assert "Sử dụng cho mục đích cấp nước sinh hoạt" in page


@pytest.mark.slow
def test_station_costs_the_same_queries_whatever_it_measures(client: Client, queries) -> None:
    network.air("A1", timezone.now(), where=None, codes=("PM2.5",), hours=14)
    network.air("A2", timezone.now(), where=None, hours=14)
    for_one = queries(lambda: text(client, "/stations/A1"))
    assert queries(lambda: text(client, "/stations/A2")) == for_one > 0


def test_every_number_leads_to_its_receipts_in_one_click(client: Client) -> None:
    at = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    thing = network.air("A1", at, where=None, hours=14)
    network.receipt(thing, at)
    page = text(client, "/stations/A1")
    newest = re.search(r'<a class="to-receipts" href="(\?hour=[^"#]+)#receipts"><span class="strong">', page)
    assert newest
    behind = text(client, "/stations/A1" + newest[1].replace("&amp;", "&"))
    assert f"CB_CS01_A1_{at:%Y%m%d%H%M%S}.txt</a>" in behind


@pytest.mark.slow
def test_a_year_of_five_minute_values_stays_under_60_kb_compressed(client: Client) -> None:
    network.air("A1", timezone.now(), where=None, codes=("PM2.5",), hours=365 * 24)
    page = text(client, "/stations/A1?property=PM2.5&period=year&mean=raw")
    assert 'class="band"' in page
    assert len(gzip.compress(page.encode())) < 60_000


def test_the_title_counts_days_over_a_limit_exactly_however_thin_the_chart(client: Client) -> None:
    thing = network.station("A1", kind="ambient_air")
    network.instrument(thing, "PM2.5")
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    stamps = micros(midnight) - np.arange(300 * 24)[::-1] * network.HOUR
    value = np.full(len(stamps), 20.0)
    value[[-1, -2, -30]] = 80  # 00:00 belongs to the day that ends: two hours of yesterday, one of the day before
    network.put(network.stream(thing, "PM2.5", "mean_24h"), stamps, value, status=100)
    page = text(client, "/stations/A1?property=PM2.5&period=year&mean=mean_24h")
    assert "PM2.5 (trung bình 24 giờ) vượt" in page
    assert "trong 2 ngày" in page
