from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from nonnuoc import rules
from nonnuoc.domain.quality import VALIDATED
from nonnuoc.portal import substances, unmeasured
from nonnuoc.records.monitoring import judged, observations, selectors
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places import province, services
from tests.portal import network
from tests.portal.network import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def text(client: Client) -> str:
    response = client.get("/unknown")
    assert response.status_code == 200
    return response.content.decode()


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_an_empty_system_says_that_nothing_is_known_yet(client: Client) -> None:
    assert "Chưa biết gì: chưa nạp danh sách xã, phường." in text(client)


@pytest.mark.slow
def test_the_counts_stand_at_the_top_and_lead_to_what_they_count(client: Client) -> None:
    services.load_province()
    network.air("A1", timezone.now(), where=network.commune("01447"), hours=14)
    page = text(client)
    said = plain(page)
    assert "55 trên 56 xã, phường chưa có trạm hoạt động; 93 thông số" in said
    anchors = re.findall(r'<b>(\d+)</b><a href="#([a-z]+)">', page)
    assert len(anchors) == 9
    for _, anchor in anchors:
        assert f'id="{anchor}"' in page
    assert said.count("Cần gì để biết") >= 9


def test_communes_are_listed_with_the_distance_to_the_nearest_air_station(client: Client) -> None:
    network.air("A1", timezone.now(), where=network.commune("01447", "Trà Lĩnh", 106.328, 22.784), hours=14)
    network.commune("01288", "Tân Giang", 106.276, 22.6154)
    said = plain(text(client))
    assert "1 trên 2 xã, phường chưa có trạm hoạt động" in said
    assert "Tân Giang 19 km · Trà Lĩnh – chưa biết" in said


def test_stations_from_which_nothing_comes_say_why_and_since_when(client: Client) -> None:
    at = timezone.now()
    where = network.commune()
    network.planned("P1", where=where)
    network.air("S1", at, where=where, hours=14, silent_h=5)
    network.instrument(network.station("N1", kind="ambient_air"), "PM2.5")
    network.station("R1", kind="ambient_air", state=Thing.State.RETIRED)
    network.air("A1", at, where=where, hours=14, lon=106.0, lat=22.0)
    page = text(client)
    quiet = page[page.index('id="quiet"') : page.index('id="positions"')]
    assert "Trong quy hoạch, chưa xây dựng" in quiet
    assert "KH-UBND 3/2026, 6.2" in quiet
    assert "Mất" in quiet
    assert "Chưa gửi số liệu nào" in quiet
    assert "Trạm R1" not in quiet
    assert "Trạm A1" not in quiet
    lost = page[page.index('id="positions"') : page.index('id="classes"')]
    assert "Trạm P1" in lost
    assert "Trạm A1" not in lost


def test_limits_by_class_are_counted_with_whom_they_would_judge(client: Client) -> None:
    network.water("W1", timezone.now(), where=network.commune(), hours=2)
    page = text(client)
    graded = [one for one in rules.load("qcvn08", on=timezone.localdate()).data["limit"] if one.get("grade")]
    classes = page[page.index('id="classes"') : page.index('id="provisional"')]
    assert f"đặt {len(graded)} giới hạn" in classes
    assert "Trạm W1" in classes


def test_the_share_of_judged_numbers_is_counted_by_station(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=network.commune(), hours=10, codes=("PM2.5",))
    stream = network.stream(thing, "PM2.5", "mean_1h")
    last = observations.micros(at) // HOUR * HOUR
    network.put(stream, np.array([last - 2 * HOUR, last - HOUR]), np.array([5.0, 6.0]), quality=1 + VALIDATED)
    until = at.replace(minute=0, second=0, microsecond=0)
    counted = judged.between([thing.id], until - timedelta(days=30), until)
    assert counted == {thing.id: judged.Judged(held=9, judged=2)}
    said = plain(text(client))
    assert "Trạm A1 9 2 22,2 %" in said


def test_samples_count_too_and_a_station_that_sent_nothing_is_absent() -> None:
    at = timezone.now()
    thing = network.station("W1", kind="surface_water")
    empty = network.station("W2", kind="surface_water")
    network.put(network.instrument(thing, "BOD5", None), np.array([observations.micros(at) - HOUR]), np.array([3.0]))
    counted = judged.between([thing.id, empty.id], at - timedelta(days=1), at)
    assert counted == {thing.id: judged.Judged(held=1, judged=0)}


def test_the_targets_of_the_plan_state_no_starting_value_and_carry_their_section(client: Client) -> None:
    targets = list(province.targets())
    assert len(targets) == 19
    assert [one.baseline for one in targets] == [None] * 19
    assert all(one.section and one.vi and one.en and "Cao Bằng" in one.document for one in targets)
    said = plain(text(client))
    assert "II.11.2" in said
    assert "Tỷ lệ che phủ rừng: 56,15 %" in said
    assert "không nêu" in said


def test_a_province_without_a_plan_has_no_targets(tmp_path, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "province.toml").write_text('code = "99"\nname = "X"\nvn2000 = "EPSG:9210"\n')
    monkeypatch.setattr(province, "FOLDER", tmp_path)
    assert list(province.targets()) == []
    assert 'id="targets"' not in text(client)


def test_what_is_not_read_from_the_law_is_named_as_that(client: Client) -> None:
    said = plain(text(client))
    assert "Cách đổi đơn vị đo : quy ước của hệ thống, không phải quy định pháp luật." in said
    assert "QCVN 08:2023/BTNMT : 30 mục chưa đọc được trong chính văn bản nên không dùng." in said


def test_every_parameter_the_law_names_has_a_name_in_both_languages() -> None:
    on = timezone.localdate()
    registered = {one["code"] for one in rules.load("properties", on=on).data["property"]}
    for kind in unmeasured.KINDS:
        for one in unmeasured.named(kind, on):
            assert one.code in registered | set(substances.UNREGISTERED), one.code
    assert substances.name("Cl2", Thing.Kind.AMBIENT_AIR, on) == "Clo (Cl2)"
    assert substances.name("Cl2", Thing.Kind.WASTEWATER, on) == "Clo dư"


def test_what_an_active_station_has_sent_is_measured_and_what_is_only_registered_is_not() -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=None, hours=2, codes=("PM2.5",))
    network.instrument(thing, "CO")
    sent = unmeasured.measured(selectors.stations_now(at))
    assert sent[Thing.Kind.AMBIENT_AIR] == {"PM2.5"}
    assert sent[Thing.Kind.SURFACE_WATER] == set()


def test_a_station_that_has_just_fallen_silent_is_there_with_since_when(client: Client) -> None:
    network.air("S1", timezone.now(), where=network.commune(), hours=14, silent_h=0.5)
    page = text(client)
    quiet = plain(page[page.index('id="quiet"') : page.index('id="positions"')])
    assert re.search(r"Trạm S1 Không khí phường Thục Phán Mất.tín.hiệu từ", quiet)


@pytest.mark.slow
def test_with_very_many_stations_the_page_stays_small_and_says_how_many_more_there_are(client: Client) -> None:
    where = network.commune()
    network.properties()
    known = [
        Thing(code=f"P{n:04}", name=f"Trạm {n}", kind="ambient_air", state="planned", commune=where)
        for n in range(2000)
    ]
    Thing.objects.bulk_create(known)
    page = text(client)
    assert '<b>2000</b><a href="#quiet">' in page
    assert "và 1900 nữa" in plain(page)
    assert len(gzip.compress(page.encode())) < 60_000


@pytest.mark.slow
def test_the_page_costs_the_same_queries_for_one_and_for_three(client: Client, queries) -> None:
    at = timezone.now()
    others = network.commune("01288", "Tân Giang"), network.commune("01477", "Trùng Khánh")
    network.air("A1", at, where=network.commune(), hours=14)
    text(client)
    cache.clear()
    for_one = queries(lambda: text(client))
    network.water("W1", at, where=others[0])
    network.planned("P1", where=others[1])
    cache.clear()
    assert queries(lambda: text(client)) == for_one


def test_the_page_reads_in_english_and_takes_no_posts(client: Client) -> None:
    network.commune()
    client.get("/language/en")
    assert "1 of 1 communes and wards have no working station" in text(client)
    assert client.post("/unknown").status_code == 405
    assert client.head("/unknown").status_code == 200
