from __future__ import annotations

import gzip
import re
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.domain.quality import VALIDATED, Check, Flag
from nonnuoc.look import figures
from nonnuoc.records.monitoring.observations import micros
from nonnuoc.records.places.models import River
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
    assert '<span class="tag provisional"' in page
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
    network.air("A1", timezone.now(), where=None, codes=("PM2.5", "PM10"), hours=14)
    network.air("A2", timezone.now(), where=None, hours=14)
    for_one = queries(lambda: text(client, "/stations/A1"))
    assert queries(lambda: text(client, "/stations/A2")) == for_one > 0


def test_every_number_leads_to_what_stands_behind_it(client: Client) -> None:
    at = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    network.air("A1", at, where=None, hours=14)
    page = text(client, "/stations/A1")
    numbers = re.findall(r'<a class="to-why[^"]*" href="(/stations/A1/why\?[^"]+)"', page)
    assert len(numbers) >= 4 * 2  # of each parameter its newest value and its hourly mean
    for number in (numbers[0], numbers[-1]):
        assert client.get(number.replace("&amp;", "&")).status_code == 200
    index = re.search(r'href="(/stations/A1/why\?property=VN_AQI&amp;mean=aqi_1h&amp;at=[^"]+)"', page)
    assert index and client.get(index[1].replace("&amp;", "&")).status_code == 200


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


@pytest.mark.parametrize(
    "query",
    [
        "since=01/01/0001&until=31/12/9999",
        "since=31/02/2026",
        "since=%00&until=%00",
        "since=24/11/2026&until=01/11/2026",
        "day=2026-13-45",
        "year=99999999999999999999",
        "year=-1&table=all",
        "property=" + "x" * 10_000,
        "mean=%D9%A2&period=%D9%A2",
    ],
)
def test_no_question_breaks_the_page(client: Client, query: str) -> None:
    network.air("A1", timezone.now(), where=None, codes=("PM2.5",), hours=14)
    assert "data-chart" in text(client, f"/stations/A1?{query}")
    assert client.head(f"/stations/A1?{query}").status_code == 200


def test_a_day_that_cannot_be_read_is_said_beside_the_form(client: Client) -> None:
    network.air("A1", timezone.now(), where=None, codes=("PM2.5",), hours=14)
    page = text(client, "/stations/A1?since=31/02/2026")
    assert "Không đọc được ngày" in page


def test_a_span_of_its_own_stays_in_every_link_and_in_the_file(client: Client) -> None:
    at = timezone.now()
    network.air("A1", at, where=None, hours=72)
    day = timezone.localdate(at - timedelta(days=1))
    page = text(client, f"/stations/A1?property=PM10&mean=mean_1h&since={day:%d/%m/%Y}&until={day:%d/%m/%Y}")
    span = f"since={day:%Y-%m-%d}T00%3A00&amp;until={day + timedelta(days=1):%Y-%m-%d}T00%3A00"
    assert f"/data/stations/A1/series.csv?property=PM10&amp;mean=mean_1h&amp;{span}" in page
    assert f"?property=O3&amp;mean=mean_1h&amp;{span}#chart" in page
    assert f'value="{day:%d/%m/%Y}"' in page
    assert "PM10 (trung bình 1 giờ)" in page or "PM10 từ" in page


def test_the_table_is_one_click_away_and_says_how_each_value_stands(client: Client) -> None:
    network.air("A1", timezone.now(), where=None, codes=("PM2.5",), hours=14)
    page = text(client, "/stations/A1?property=PM2.5")
    (link,) = re.findall(r'href="(\?[^"]+table=all)#data"', page)
    whole = text(client, "/stations/A1" + link.replace("&amp;", "&"))
    rows = re.findall(r'<td class="numeric"><a href="/stations/A1/why\?[^"]+"[^>]*>[^<]+</a></td>', whole)
    assert len(rows) > 100
    assert whole.count("<td>tạm thời</td>") == len(rows)


def test_a_water_station_says_that_its_class_is_not_known(client: Client) -> None:
    where = network.commune()
    river = River.objects.create(code="BG", name="sông Bằng Giang", source="test")
    network.water("W1", timezone.now(), where=where, river=river)
    page = text(client, "/stations/W1?property=COD")
    assert "QCVN 08:2023/BTNMT" in page and "A ≤ 10; B ≤ 15; C ≤ 20 mg/L" in page
    assert "Chưa có danh mục nào cho biết ở đây áp dụng mức nào" in page
    assert "giới hạn tùy mức phân loại nước" in page
    assert "áp dụng mức nào" not in text(client, "/stations/W1?property=N-NH4")


def test_the_calendar_shows_every_day_its_index_or_that_there_is_none(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=None, codes=("PM2.5",), hours=14)
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    stamps = np.array([micros(today - timedelta(days=n)) for n in (3, 1, 0)])
    network.put(
        network.stream(thing, "VN_AQI", "aqi_24h"), stamps, np.array([42.0, 166.0, 87.4]), quality=[VALIDATED | 1, 1, 1]
    )
    page = text(client, "/stations/A1")
    days = {n: timezone.localdate(today - timedelta(days=n)) for n in (4, 3, 2, 1)}
    assert f'<td class="aqi-1 sure"><a href="?day={days[4]}&amp;property=VN_AQI#chart">{days[4].day}<b>42</b>' in page
    assert f'<td class="aqi-4"><a href="?day={days[2]}&amp;property=VN_AQI#chart">{days[2].day}<b>166</b>' in page
    assert f'<td class="aqi-2"><a href="?day={days[1]}&amp;property=VN_AQI#chart">{days[1].day}<b>87</b>' in page
    assert f'<td class="no">{days[3].day}<b>–' in page
    assert page.count('<table class="month">') in (1, 2)
    assert "Không có chỉ số nào:" in page  # the other months, in one line
    assert '<abbr title="Thứ Hai">T2</abbr>' in page


def test_the_calendar_of_water_shows_the_worst_hour_of_a_day(client: Client) -> None:
    at = timezone.now()
    thing = network.water("W1", at, where=None, wqi=82, hours=48)
    yesterday = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=9)
    network.put(network.stream(thing, "VN_WQI", "wqi_1h"), np.array([micros(yesterday)]), np.array([47.0]))
    page = text(client, "/stations/W1")
    assert (
        f'<td class="wqi-4"><a href="?day={yesterday:%Y-%m-%d}&amp;property=VN_WQI#chart">{yesterday.day}<b>47</b>'
        in page
    )
    assert "mỗi ngày hiện giờ xấu nhất" in page


def test_hours_and_months_are_a_table_and_little_data_is_said(client: Client) -> None:
    thing = network.station("A1", kind="ambient_air")
    network.instrument(thing, "PM2.5")
    end = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    stamps = micros(end) - np.arange(100 * 24)[::-1] * network.HOUR
    hour = (stamps - 1 + 7 * network.HOUR) // network.HOUR % 24
    value = np.where(hour == 18, 60.0, 10.0 + hour / 24)
    mean = network.stream(thing, "PM2.5", "mean_1h")
    network.put(mean, stamps, value, status=100)
    network.put(network.stream(thing, "PM2.5", "raw"), stamps[-3:], value[-3:])
    page = text(client, "/stations/A1?property=PM2.5&year=all")
    assert "PM2.5 cao nhất lúc 18–19 giờ" in page
    row = page[page.index('<th scope="row">18–19</th>') : page.index('<th scope="row">19–20</th>')]
    assert re.findall(r'class="shade-7">60,0', row)
    assert page.count('<th scope="row">') >= 24


def test_what_is_missing_is_said_with_its_reason(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=None, codes=("PM2.5", "O3"), hours=30)
    network.instrument(thing, "CO")  # never heard
    ozone = network.stream(thing, "O3", "raw")
    last = micros(at) // network.STEP * network.STEP
    hour = last // network.HOUR * network.HOUR - 5 * network.HOUR
    lost = hour + np.arange(1, 10) * network.STEP
    network.put(ozone, lost, np.full(9, 0.0), status=1, quality=Flag.FAIL | Check.STATUS)
    network.put(network.stream(thing, "O3", "mean_1h"), np.array([hour + network.HOUR]), np.array([1.0]), status=25)
    page = text(client, "/stations/A1")
    missing = page[page.index('id="missing"') : page.index('id="about"')]
    assert "Chưa từng nhận được số liệu của: Cacbon monoxit (CO)" in missing
    assert "thiết bị tự báo: đang hiệu chuẩn" in missing
    assert "50 phút" in missing


def test_a_silent_station_says_what_is_silent_and_what_the_index_lacks(client: Client) -> None:
    network.air("A1", timezone.now(), where=network.commune(), silent_h=30)
    page = text(client, "/stations/A1")
    missing = page[page.index('id="missing"') : page.index('id="about"')]
    assert "PM2.5 mất tín hiệu từ" in missing
    assert "Không đủ số liệu" in missing or "chỉ số" in missing
    assert "đang kéo dài" in missing and "không có tệp nào mang giá trị đến" in missing
