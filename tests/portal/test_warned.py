"""Public warnings as everybody reads them: above every page, on their own, as a feed and as CAP, over and changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from nonnuoc.look import aloud
from nonnuoc.look import warned as above
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.warnings import services
from nonnuoc.records.warnings.models import PublicWarning
from tests.desk.staff import said
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db


@pytest.fixture
def an() -> Person:
    return warned.officer("An")


@pytest.fixture
def binh() -> Person:
    return warned.officer("Binh", Role.LEADER)


@pytest.fixture
def publish(an: Person, binh: Person) -> Any:
    def work(**facts: Any) -> PublicWarning:
        made = warned.published(an, binh, **{"status": "Actual"} | facts)
        above.forget()
        return made

    return work


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return said(answer)


def test_a_real_warning_stands_above_every_public_page_and_not_above_the_desks(client: Client, publish, an) -> None:
    made = publish(headline_vi="Khói dày ở Thục Phán")
    for path in ("/", "/communes/", "/network", "/method", "/components", "/nowhere"):
        page = client.get(path).content.decode()
        assert f'href="/warnings/{made.identifier}"' in page.split("<main")[0], path
    client.force_login(an)
    assert "Khói dày" not in client.get("/desk/account/").content.decode()


@pytest.mark.parametrize("status", ["Test", "Exercise"])
def test_what_is_not_real_stands_above_no_page(client: Client, publish, status: str) -> None:
    made = publish(status=status)
    assert 'class="warned"' not in client.get("/method").content.decode()
    page = client.get(f"/warnings/{made.identifier}")
    word = {"Test": "THỬ NGHIỆM", "Exercise": "DIỄN TẬP"}[status]
    assert f"{word} – không phải cảnh báo thật" in said(page)
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    listed = text(client, "/warnings")
    assert ("DIỄN TẬP – không phải" in listed) == (status == "Exercise")
    assert "Không có cảnh báo nào đang có hiệu lực." in listed


def test_the_gravest_two_stand_first_and_the_way_to_all(client: Client, publish) -> None:
    for severity in ("Minor", "Extreme", "Moderate"):
        publish(severity=severity, headline_vi=f"Mức {severity}")
    head = client.get("/method").content.decode().split("<main")[0]
    assert head.index("Mức Extreme") < head.index("Mức Moderate")
    assert "Mức Minor" not in head
    assert "Tất cả 3 cảnh báo đang có hiệu lực" in head


def test_a_new_warning_changes_the_tag_of_a_kept_page_and_pages_are_kept_for_seconds(client: Client, publish) -> None:
    above.forget()
    first = client.get("/method")
    assert first.headers["Cache-Control"] == "public, max-age=20, stale-while-revalidate=5"
    publish()
    again = client.get("/method", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 200 and again.headers["ETag"] != first.headers["ETag"]


def test_a_page_asks_nothing_more_for_its_banner(client: Client, publish, queries) -> None:
    publish()
    client.get("/method")
    assert queries(lambda: client.get("/method")) == 0


def test_an_expired_one_is_gone_at_its_minute(publish) -> None:
    made = publish()
    assert [one.id for one in above.in_force()] == [made.id]
    assert above.in_force(made.expires) == ()


def test_its_page_answers_first_what_where_until_when_and_what_to_do(client: Client, publish) -> None:
    made = publish(headline_vi="Khói dày ở Thục Phán")
    page = text(client, f"/warnings/{made.identifier}").split("Khói dày ở Thục Phán", 3)[-1]
    places = [page.index(part) for part in ("phường Thục Phán", "Việc cần làm ngay", "Ở trong nhà.", "Nơi có hiệu lực")]
    assert places == sorted(places)
    english = text(client, f"/warnings/{made.identifier}?lang=en")
    assert "Air pollution" in english and "Stay indoors." in english


def test_what_has_no_english_is_shown_in_vietnamese_and_says_so(client: Client, publish) -> None:
    made = publish(description_en="", description_vi="Khói từ bãi rác.")
    page = client.get(f"/warnings/{made.identifier}?lang=en").content.decode()
    assert '<div class="prose" lang="vi"><p>Khói từ bãi rác.' in page


def test_an_old_link_says_at_once_what_became_of_it(client: Client, publish, an, binh) -> None:
    first = publish(headline_vi="Bản đầu")
    update = services.write(services.update(first, by=an), by=an, headline_vi="Bản hai")
    second = services.approve(services.propose(update, by=an), by=binh)
    old = text(client, f"/warnings/{first.identifier}")
    assert "Cảnh báo này đã được cập nhật lúc" in old and "Bản hai" in old
    assert old.index("đã được cập nhật") < old.index("Việc đã được khuyên làm")
    last = services.approve(services.cancel(second, why="Đã dập tắt.", by=an), by=binh)
    above.forget()
    assert "Cảnh báo này đã được hủy lúc" in text(client, f"/warnings/{first.identifier}")
    assert "Đã dập tắt." in text(client, f"/warnings/{last.identifier}")
    assert 'class="warned"' not in client.get("/method").content.decode()
    listed = text(client, "/warnings")
    assert "Không có cảnh báo nào đang có hiệu lực." in listed and "đã hủy" in listed


def test_one_that_ran_out_says_so(client: Client, publish) -> None:
    made = publish()
    ago = timezone.now() - timedelta(hours=1)
    PublicWarning.objects.update(effective=ago - timedelta(hours=2), expires=ago)
    assert "Cảnh báo này đã hết hiệu lực từ" in text(client, f"/warnings/{made.identifier}")


def test_it_tells_what_was_measured_beyond_which_limit_only_where_that_is_public(client: Client, an, binh) -> None:
    thing = warned.air()
    draft = services.draft_from(warned.smog(thing), by=an)
    made = services.approve(services.propose(draft, by=an), by=binh)
    page = client.get(f"/warnings/{made.identifier}")
    assert [one.value for one in page.context["whys"]] == ["250"]
    assert f"/stations/{thing.code}?property=VN_AQI" in page.content.decode()
    Thing.objects.update(data_class="restricted")
    assert client.get(f"/warnings/{made.identifier}").context["whys"] == []


@pytest.mark.parametrize(
    "path", ["/warnings/none", "/warnings/none.cap", "/warnings/none/loudspeaker", "/warnings/%00"]
)
def test_what_is_not_published_is_not_there(client: Client, an: Person, path: str) -> None:
    warned.proposed(an)
    assert client.get(path).status_code == 404
    assert client.get("/warnings.atom?status=Draft").status_code == 404


def test_cap_and_feed_are_open_to_every_site_and_kept_for_seconds(client: Client, publish) -> None:
    made = publish()
    publish(status="Test")
    feed, cap = client.get("/warnings.atom"), client.get(f"/warnings/{made.identifier}.cap")
    for answer, kind in ((feed, "application/atom+xml"), (cap, "application/cap+xml")):
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "max-age=20" in answer.headers["Cache-Control"]
    entries = etree.fromstring(feed.content).findall("{*}entry")
    assert [one.findtext("{*}id") for one in entries] == [f"urn:nonnuoc:{made.identifier}"]
    assert etree.fromstring(cap.content).findtext("{*}identifier") == made.identifier
    links = [one.get("href") for one in entries[0].findall("{*}link")]
    assert links == [
        f"http://testserver/warnings/{made.identifier}",
        f"http://testserver/warnings/{made.identifier}.cap",
    ]
    tests = etree.fromstring(client.get("/warnings.atom?status=Test").content)
    assert len(tests.findall("{*}entry")) == 1


def test_pages_lead_to_the_feed_and_search_engines_find_the_page(client: Client, publish) -> None:
    made = publish()
    assert 'type="application/atom+xml" title="Cảnh báo cho cộng đồng" href="/warnings.atom"' in (
        client.get("/method").content.decode()
    )
    assert f"<loc>http://testserver/warnings/{made.identifier}</loc>" in client.get("/sitemap.xml").content.decode()


def test_a_commune_and_a_station_show_their_own(client: Client, publish) -> None:
    here, there = warned.place(), warned.place("01288", name="Tân Giang")
    thing = warned.air(commune=here)
    publish(communes=[here], headline_vi="Chỉ ở đây")
    for path, shown in (
        (f"/communes/{here.code}", True),
        (f"/stations/{thing.code}", True),
        (f"/communes/{there.code}", False),
    ):
        assert ("Cảnh báo ở đây" in text(client, path)) == shown, path
    assert "Chỉ ở đây" in text(client, f"/warnings?commune={here.code}")
    assert "Không có cảnh báo nào đang có hiệu lực ở phường Tân Giang." in text(
        client, f"/warnings?commune={there.code}"
    )


def test_a_link_that_is_shared_has_a_picture(client: Client, publish) -> None:
    answer = client.get(f"/cards/warnings/{publish().identifier}.png")
    assert answer.status_code in (200, 404)  # 404: the front end's letters are not built
    assert answer.status_code == 404 or answer.content.startswith(b"\x89PNG")


def test_the_list_costs_the_same_for_one_and_for_three(client: Client, publish, queries) -> None:
    publish()
    client.get("/warnings")
    one = queries(lambda: client.get("/warnings"))
    publish()
    publish()
    assert queries(lambda: client.get("/warnings")) == one


def test_the_script_says_each_sentence_twice_in_vietnamese_whatever_the_page_speaks(client: Client, publish) -> None:
    made = publish(status="Exercise")
    page = text(client, f"/warnings/{made.identifier}/loudspeaker?lang=en")
    assert page.count("Đây là diễn tập, không phải cảnh báo thật.") == 4  # at the beginning and at the end, twice
    assert page.count("Ở trong nhà.") == 2


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Bụi PM2.5 là 63,2 µg/Nm³", "bụi mịn P M hai phẩy năm là 63 phẩy 2 mi-crô-gam trên mét khối"),
        ("lúc 14:05 26/11/2026", "lúc 14 giờ 5 phút ngày 26 tháng 11 năm 2026"),
        ("đến 20:00 ngày 06/01/2027", "đến 20 giờ ngày 6 tháng 1 năm 2027"),
        ("VN_AQI từ 150-200", "chỉ số chất lượng không khí từ 150 đến 200"),
        ("vượt giới hạn (QCVN 05:2023/BTNMT, bảng 1)", "vượt giới hạn"),
        ("giảm 40 %", "giảm 40 phần trăm"),
    ],
)
def test_signs_and_numbers_are_read_out(written: str, spoken: str) -> None:
    assert aloud.aloud(written) == spoken


def test_no_sentence_is_longer_than_a_breath_where_it_has_commas() -> None:
    long = ", ".join(["khi thấy khó thở thì đến trạm y tế"] * 9)
    parts = list(aloud.sentences(long))
    assert len(parts) > 1 and all(len(one.split()) <= aloud.BREATH for one in parts)
