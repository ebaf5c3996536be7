from __future__ import annotations

import re
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.domain.quality import VALIDATED
from nonnuoc.portal import commune, sections
from nonnuoc.portal.sections import Answer, Part, Section
from nonnuoc.records.monitoring import observations
from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune
from tests.portal import network
from tests.portal.network import HOUR
from tests.records.places.conftest import square

pytestmark = pytest.mark.django_db


def text(client: Client, code: str = "01447") -> str:
    response = client.get(f"/communes/{code}")
    assert response.status_code == 200
    return response.content.decode()


def plain(page: str) -> str:
    """The page's words, without markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture
def places() -> tuple[Commune, Commune]:
    """Two communes, 19 km apart."""
    return (
        network.commune("01447", "Trà Lĩnh", 106.328, 22.784),
        network.commune("01288", "Tân Giang", 106.276, 22.6154),
    )


def test_a_commune_with_a_reporting_station_says_how_its_air_is_and_what_to_do(client: Client, places) -> None:
    network.air("A1", timezone.now(), where=places[0], level=12, hours=14, lon=106.33, lat=22.79)
    page = text(client)
    said = plain(page)
    assert re.search(r"Không khí ở phường Trà Lĩnh lúc \d\d:00: Tốt \(\d+\)\.", said)
    assert "Tự do thực hiện các hoạt động ngoài trời" in said
    assert "tạm thời" in said
    assert "Trạm gần nhất đang có số liệu: Trạm A1" not in said


def test_a_commune_without_one_says_so_and_shows_the_nearest_as_another_places_value(client: Client, places) -> None:
    network.air("A1", timezone.now(), where=places[1], level=12, hours=14, lon=106.276, lat=22.6154)
    page = text(client)
    said = plain(page)
    assert '<h1 id="answer">Chưa có trạm nào đo không khí ở phường Trà Lĩnh.</h1>' in page
    assert re.search(r"Trạm gần nhất đang có số liệu: Trạm A1 , cách 19 km về phía nam VN_AQI \d+, Tốt", said)
    assert "không phải không khí ở đây" in said
    assert "Tự do thực hiện các hoạt động ngoài trời" not in said  # advice is for where it was measured
    assert 'class="mark large' not in page


def test_a_silent_station_of_its_own_is_no_answer(client: Client, places) -> None:
    at = timezone.now()
    network.air("A1", at, where=places[0], hours=14, silent_h=5)
    network.air("A2", at, where=places[1], hours=14, lon=106.276, lat=22.6154)
    said = plain(text(client))
    assert "Hiện chưa biết không khí ở phường Trà Lĩnh ra sao." in said
    assert "Trạm A1: Mất tín hiệu từ" in said
    assert "Trạm gần nhất đang có số liệu: Trạm A2" in said


def test_a_planned_station_is_named_as_planned(client: Client, places) -> None:
    network.planned("P1", where=places[0])
    said = plain(text(client))
    assert "Chưa có trạm nào đo không khí ở phường Trà Lĩnh." in said
    assert "Trạm P1: Trong quy hoạch, chưa xây dựng." in said
    assert "Hiện không trạm nào cùng loại trong tỉnh có số liệu." in said


def test_a_province_without_stations_says_that_there_is_none(client: Client, places) -> None:
    said = plain(text(client))
    assert "Toàn tỉnh chưa đăng ký trạm nào thuộc loại này." in said
    assert "Phường Trà Lĩnh" in said
    assert "SỐ LIỆU MÔ PHỎNG" not in said


def test_a_station_without_a_position_is_about_as_far_as_its_commune(client: Client, places) -> None:
    network.air("A1", timezone.now(), where=places[1], hours=14)
    assert "cách khoảng 19 km về phía nam (chưa rõ vị trí trạm" in plain(text(client))


def test_water_and_rain_have_answers_of_their_own(client: Client, places) -> None:
    at = timezone.now()
    network.water("W1", at, where=places[0], wqi=82)
    level = network.instrument(network.station("R1", kind="rain_and_river_level", commune=places[0]), "WaterLevel")
    network.put(level, np.array([observations.micros(at - timedelta(minutes=4))]), np.array([1.25]))
    said = plain(text(client))
    assert re.search(r"Nước mặt ở phường Trà Lĩnh lúc \d\d:00: Tốt \(82\)\.", said)
    assert "tham khảo" in said
    assert re.search(r"Mưa và mực nước ở phường Trà Lĩnh lúc \d\d:\d\d: Mực nước 1,25 m\.", said)


def test_the_drawing_holds_its_own_stations_and_the_nearest_not_all(client: Client, places) -> None:
    at = timezone.now()
    network.water("W1", at, where=places[0], wqi=82, hours=2, lon=106.33, lat=22.79)
    network.water("W2", at, where=places[1], wqi=82, hours=2, lon=106.28, lat=22.62)
    network.water("W3", at, where=None, wqi=82, hours=2, lon=105.5, lat=22.9)
    page = text(client)
    assert "Trạm W3" in page
    assert page.count('<svg class="place ') == 2


def daily(code: str, where: Commune, values: list[float], *, quality: int = 1) -> None:
    """An air station whose last days had these daily indices."""
    thing = network.air(code, timezone.now(), where=where, hours=14)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    stamps = [observations.micros(midnight - timedelta(days=back)) for back in range(len(values))]
    stream = network.stream(thing, "VN_AQI", "aqi_24h")
    network.put(stream, np.array(stamps[::-1]), np.array(values), quality=quality)


def test_thirty_days_of_its_own_index_each_with_number_word_and_colour(client: Client, places) -> None:
    daily("A1", places[0], [42.0, 77.0, 130.0])
    page = text(client)
    month = page[page.index('<ol class="thirty-days">') : page.index("</ol>", page.index('<ol class="thirty-days">'))]
    yesterday = timezone.localdate() - timedelta(days=1)
    assert month.count("<li") == 30
    assert month.count('class="no-day"') == 27
    last = month[month.rindex("<li") :]
    assert f"{yesterday:%d/%m}" in last
    assert "aqi-3 rank-3" in last
    assert "130, Kém" in last
    assert "3 trên 30 ngày có chỉ số; 0 ngày đã thẩm định" in page
    assert "Không phải ở đây" not in page


def test_validated_days_are_told_apart(client: Client, places) -> None:
    daily("A1", places[0], [42.0], quality=1 + VALIDATED)
    page = text(client)
    assert '<li class="validated">' in page
    assert "1 ngày đã thẩm định" in page


def test_the_nearest_stations_days_are_said_to_be_not_of_here(client: Client, places) -> None:
    daily("A1", places[1], [42.0])
    assert "Không phải ở đây: VN_AQI tại Trạm A1, cách" in text(client)


def test_a_river_stations_days_show_their_worst_hour(client: Client, places) -> None:
    thing = network.water("W1", timezone.now(), where=places[0], wqi=82, hours=2)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    end = observations.micros(midnight)
    stream = network.stream(thing, "VN_WQI", "wqi_1h")
    network.put(stream, np.array([end - 2 * HOUR, end - HOUR, end]), np.array([70.0, 30.0, 90.0]))
    page = text(client)
    assert "30, Xấu" in page
    assert "Giờ kém nhất của mỗi ngày" in page


def test_what_is_not_measured_here_is_listed(client: Client, places) -> None:
    network.air("A1", timezone.now(), where=places[0], hours=14)
    said = plain(text(client))
    assert "40 trên 44 thông số chưa được đo ở đây." in said
    assert "Benzen" in said
    assert "không thông số nào trong 51 thông số được đo ở đây" in said


def test_facts_carry_their_sources_and_name_the_nearest_communes(client: Client, places) -> None:
    said = plain(text(client))
    assert "01447" in said
    assert "chưa nhập địa giới chính thức" in said
    assert "Các xã, phường gần nhất, tính từ điểm đến điểm Phường Tân Giang 19 km" in said
    assert "Địa chỉ cố định của trang này: http://testserver/communes/01447" in said


def test_with_boundaries_the_edge_counts_and_neighbours_touch(client: Client) -> None:
    for code, column in (("01001", 0), ("01002", 1), ("01003", 5)):
        shape = square(column, 0)
        one = network.commune(code, f"Xã {code}", shape.centroid.x, shape.centroid.y)
        one.boundary = geometry.to_wkb(geometry.as_multipolygon(shape))
        one.boundary_source = "bản đồ thử"
        one.save()
    inside = square(0, 0).centroid
    network.air("A1", timezone.now(), where=None, hours=14, lon=inside.x, lat=inside.y)
    here, beside = plain(text(client, "01001")), plain(text(client, "01002"))
    assert "trên địa bàn" in here  # nobody registered its commune; it stands inside the boundary
    assert "cách 2,6 km về phía tây" in beside
    assert "tính từ đường địa giới chính thức" in beside
    assert "Các xã, phường giáp ranh Phường Xã 01001" in beside
    assert "bản đồ thử" in beside


def test_a_subject_adds_a_section_in_one_line_and_one_with_nothing_to_say_is_not_shown(
    client: Client, places, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = commune.SECTIONS[-1].template
    facts = commune.SECTIONS[-1].part

    def warned(place: object) -> Part:
        return Part(facts(place).context, Answer("Lũ quét có thể xảy ra."))

    added = (
        Section("warning", "What is not measured here", 5, warned, about),
        Section("tasks", "About the station", 90, lambda place: None, about),
    )
    monkeypatch.setattr(commune, "SECTIONS", (*commune.SECTIONS, *added))
    page = text(client)
    assert '<h1 id="answer">Lũ quét có thể xảy ra.</h1>' in page
    assert page.index('id="warning"') < page.index('id="air"') < page.index('id="about"')
    assert 'id="tasks"' not in page


def test_sections_come_in_their_order_whatever_the_order_they_were_added_in() -> None:
    part = Part({})
    listed = [Section(str(n), "About the station", n, lambda place: part, "x") for n in (30, 10, 20)]
    assert [one.key for one in sections.shown(listed, None)] == ["10", "20", "30"]


@pytest.mark.parametrize("code", ["00000", "1447", "014470", "abcde", "٠١٤٤٧", "01447%00", "a" * 9000, "%F0%9F%98%80"])
def test_what_is_no_commune_is_not_found(client: Client, places, code: str) -> None:
    assert client.get(f"/communes/{code}").status_code == 404


def test_long_and_strange_names_stay_text(client: Client, places) -> None:
    places[0].name = "<script>" + "Rất dài " * 8 + "😀"
    places[0].save()
    page = text(client)
    assert "<script>Rất" not in page
    assert "&lt;script&gt;Rất" in page


@pytest.mark.slow
def test_the_page_costs_the_same_queries_for_one_and_for_three_stations(client: Client, places, queries) -> None:
    at = timezone.now()
    daily("A1", places[0], [42.0])
    text(client)
    for_one = queries(lambda: text(client))
    network.air("A2", at, where=places[1], hours=14)
    network.air("A3", at, where=places[1], hours=14)
    text(client)
    assert queries(lambda: text(client)) == for_one


def test_the_page_reads_in_english_and_takes_no_posts(client: Client, places) -> None:
    client.get("/language/en")
    assert "No station measures the air in phường Trà Lĩnh." in text(client)
    assert client.post("/communes/01447").status_code == 405
    assert client.head("/communes/01447").status_code == 200
