"""The pages every register has on the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.models import Document
from tests.desk.staff import said
from tests.records.accounts import staff
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db
LIST = "/desk/registers/facilities/"
PDF = b"%PDF-1.7\n%synthetic\n"


def entered(person: Person) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(person)
    return client


@pytest.fixture
def here() -> Commune:
    return staff.commune("01273")


@pytest.fixture
def desk(here: Commune) -> Client:
    return entered(kept.officer())


def form_of(desk: Client, address: str, **changes: str) -> dict[str, str]:
    """What the browser would send of the form at this address."""
    form = desk.get(address).context["form"]
    held = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in held.items() if value is not None} | changes


def test_every_register_has_its_pages_and_every_act_its_route(desk: Client) -> None:
    whole = desk.get("/desk/registers/")
    for register in REGISTERS:
        assert f'href="/desk/registers/{register.key}/"' in whole.content.decode()
        assert desk.get(f"/desk/registers/{register.key}/").status_code == 200
        assert desk.get(f"/desk/registers/{register.key}/places.geojson").status_code == 200
        for act in register.acts:
            assert reverse(act.route, args=["x"])


def test_the_list_answers_first_and_says_what_it_does_not_know(desk: Client) -> None:
    kept.facility("Mỏ Tốc Tát", state="operating", **kept.PLACE)
    kept.facility("Xưởng giấy bản Dìa Trên")
    page = said(desk.get(LIST))
    assert "2 facilities 1 of them in a place not known yet" in page
    assert "place not known yet" in page
    narrowed = desk.get(LIST, {"q": "toc tat", "state": "operating"})
    assert "1 facility match" in said(narrowed)
    assert [(chip.words, chip.without) for chip in narrowed.context["chips"]] == [
        ("“toc tat”", "?state=operating"),
        ("State: operating", "?q=toc+tat"),
    ]
    assert "No entry matches" in said(desk.get(LIST, {"q": "nothing like it"}))


def test_what_a_filter_gets_wrong_is_told_beside_it(desk: Client) -> None:
    kept.facility()
    page = desk.get(LIST, {"started_from": "tomorrow"})
    field = next(one for one in page.context["controls"] if one.key == "started_from")
    assert "tomorrow" in field.fault
    assert field.value == "tomorrow"
    assert "1 facility" in said(page)


def test_a_list_costs_the_same_for_one_entry_and_for_thirty(
    desk: Client, here: Commune, queries: Callable[[Callable[[], object]], int]
) -> None:
    zone = kept.zone()
    kept.facility(zone=zone, commune=here, **kept.PLACE)
    desk.get(LIST)
    list_, map_ = (lambda: desk.get(LIST)), (lambda: desk.get(f"{LIST}places.geojson"))
    one = queries(list_), queries(map_)
    for number in range(29):
        kept.facility(f"Xưởng {number}", zone=zone, commune=here, **kept.PLACE)
    assert (queries(list_), queries(map_)) == one


def test_an_entry_is_registered_changed_withdrawn_and_brought_back(desk: Client) -> None:
    answer = desk.post(
        f"{LIST}new",
        form_of(desk, f"{LIST}new", name="Mỏ Tốc Tát", source="Báo cáo 12", lat="22,6658", lon="106.258",
                position_source="GPS", state="operating"),
    )  # fmt: skip
    made = Facility.objects.get()
    assert answer.url == f"{LIST}{made.code}/"
    assert (made.lat, made.lon, made.data_class) == (22.6658, 106.258, "internal")

    change = f"{LIST}{made.code}/change"
    desk.post(change, form_of(desk, change, state="closed", reason="Kiểm tra 03/2026"))
    page = said(desk.get(f"{LIST}{made.code}/"))
    assert "Version 2: changed by Officer – Kiểm tra 03/2026 State operating → closed" in page
    assert "106.25800° E" in page

    withdraw = f"{LIST}{made.code}/withdraw"
    assert desk.post(withdraw, {"reason": " "}).status_code == 422
    desk.post(withdraw, {"reason": "nhầm tỉnh"})
    assert "It stays readable here" in said(desk.get(f"{LIST}{made.code}/"))
    assert made.code not in desk.get(LIST).content.decode()
    assert "1 facility, withdrawn from the register" in said(desk.get(LIST, {"withdrawn": "yes"}))
    desk.post(withdraw, {"reason": "đúng tỉnh"})
    assert Facility.objects.get().withdrawn is None


def test_a_form_sent_twice_registers_once(desk: Client) -> None:
    told = form_of(desk, f"{LIST}new", name="Xưởng", source="x")
    first, again = desk.post(f"{LIST}new", told), desk.post(f"{LIST}new", told)
    assert first.url == again.url
    assert Facility.objects.count() == 1


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(desk: Client) -> None:
    told = form_of(desk, f"{LIST}new", name="Xưởng", source="x", business_code="12", started="khi nào",
                   lat="22.6", lon="", position_source="")  # fmt: skip
    answer = desk.post(f"{LIST}new", told)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"started"}
    assert answer.context["form"]["name"].value() == "Xưởng"
    answer = desk.post(f"{LIST}new", told | {"started": ""})
    assert set(answer.context["form"].errors) == {"lon"}
    assert not Facility.objects.exists()


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ({"lat": "106.258", "lon": "22.6658"}, "changed places"),
        ({"vn2000_easting": "2507474,368", "vn2000_northing": "552008.075"}, "changed places"),
        ({"vn2000_zone": "EPSG:5897", "vn2000_easting": "552008.075", "vn2000_northing": "2507474,368"}, "105°45′"),
        ({"vn2000_easting": "552008.075"}, "easting and northing"),
    ],
)
def test_a_position_the_wrong_way_round_is_recognised(desk: Client, typed: dict[str, str], means: str) -> None:
    staff.commune("01274").__class__.objects.filter(code="01274").update(lon=106.25, lat=22.66)
    Commune.objects.filter(code="01273").update(lon=106.2, lat=22.7)
    answer = desk.post(f"{LIST}new", form_of(desk, f"{LIST}new", name="X", source="x", position_source="GPS", **typed))
    assert means in str(answer.context["form"].errors)


def test_metres_of_vn2000_become_degrees(desk: Client) -> None:
    Commune.objects.filter(code="01273").update(lon=106.25, lat=22.66)
    typed = {"vn2000_easting": "552008.075", "vn2000_northing": "2507474,368", "position_source": "bản đồ 1:10.000"}
    desk.post(f"{LIST}new", form_of(desk, f"{LIST}new", name="X", source="x", **typed))
    made = Facility.objects.get()
    assert made.lon == pytest.approx(106.258, abs=1e-6)
    assert made.lat == pytest.approx(22.6658, abs=1e-6)


def test_what_nobody_touched_is_not_rounded(desk: Client) -> None:
    made = kept.facility(lon=106.123456789, lat=22.123456789, position_source="GPS")
    change = f"{LIST}{made.code}/change"
    desk.post(change, form_of(desk, change, reason="x", name="Tên mới"))
    made.refresh_from_db()
    assert (made.name, made.lon, made.version) == ("Tên mới", 106.123456789, 2)


def test_nothing_is_overwritten_unknowingly(desk: Client) -> None:
    made = kept.facility("Tên cũ")
    change = f"{LIST}{made.code}/change"
    told = form_of(desk, change, name="Của tôi", reason="x")
    keeping.change(FACILITIES, made.code, {"name": "Của người khác", "sector": "giấy"}, by=None)

    answer = desk.post(change, told)
    assert answer.status_code == 409
    assert "Tên cũ → Của người khác" in said(answer)
    assert answer.context["form"]["name"].value() == "Của tôi"
    assert Facility.objects.get().name == "Của người khác"

    desk.post(change, told | {"version": str(answer.context["form"]["version"].value())})
    assert Facility.objects.get().name == "Của tôi"


def test_who_may_not_write_is_offered_nothing_and_refused(here: Commune) -> None:
    far = staff.commune("01279")
    own, foreign = kept.facility("Gần", commune=here), kept.facility("Xa", commune=far)
    villager = entered(kept.villager("01273"))
    assert f"{own.code}/change" in villager.get(f"{LIST}{own.code}/").content.decode()
    assert f"{foreign.code}/change" not in villager.get(f"{LIST}{foreign.code}/").content.decode()
    assert villager.get(f"{LIST}{foreign.code}/change").status_code == 403
    assert villager.post(f"{LIST}{foreign.code}/withdraw", {"reason": "x"}).status_code == 403
    offered = dict(villager.get(f"{LIST}new").context["form"].fields["commune"].choices)
    assert list(offered) == ["01273"]
    reader = entered(kept.enterprise())
    assert "Register a new one" not in said(reader.get(LIST))
    assert reader.get(f"{LIST}new").status_code == 403


def test_nothing_leaks_to_who_may_not_read_it(here: Commune) -> None:
    """Not in a list, a count, a map, a proposal, a page, an error, nor in the order of a list."""
    secret = kept.zone("Khu tuyệt mật", code="tuyet-mat", data_class="restricted")
    hidden = kept.facility("Bí mật Alpha", data_class="internal", commune=staff.commune("01279"), **kept.PLACE)
    shown = kept.facility("Công khai", commune=here, zone=secret, contact="Ông Nông 0912345678")
    far = entered(kept.enterprise())
    tries = [
        "/desk/registers/", LIST, f"{LIST}?q=alpha", f"{LIST}?zone=tuyet-mat", f"{LIST}?sort=zone", f"{LIST}?q=nong",
        f"{LIST}places.geojson", f"{LIST}targets/zone?q=tuyet", f"{LIST}{hidden.code}/", f"{LIST}{hidden.code}/change",
        f"{LIST}{shown.code}/", "/desk/registers/zones/tuyet-mat/", f"{LIST}{hidden.code}/documents/1",
    ]  # fmt: skip
    for address in tries:
        told = far.get(address).content.decode()
        for word in ("Bí mật Alpha", "Khu tuyệt mật", "0912345678"):
            assert word not in told, address
    assert "not open to you" in said(far.get(f"{LIST}{shown.code}/"))
    absent = far.get(f"{LIST}x-1/")
    assert said(far.get(f"{LIST}{hidden.code}/")) == said(absent).replace("x-1", hidden.code)


def test_documents_are_added_handed_out_safely_and_taken_out_of_sight(desk: Client) -> None:
    made = kept.facility()
    add = f"{LIST}{made.code}/document"
    page = b"<html><script>alert(1)</script>"
    refused = desk.post(add, {"file": SimpleUploadedFile("a.pdf", page), "data_class": "public"})
    assert refused.status_code == 422
    assert "Only PDF" in said(refused)
    desk.post(add, {"file": SimpleUploadedFile("quyết định.pdf", PDF, "text/html"), "data_class": "internal"})
    held = Document.objects.get()

    file = f"{LIST}{made.code}/documents/{held.pk}"
    answer = desk.get(file)
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Client().get(f"/registers/facilities/{made.code}/documents/{held.pk}").status_code == 404
    desk.post(f"{file}/remove")
    assert desk.get(file).status_code == 404


def test_what_carries_an_entry_on_is_named(desk: Client) -> None:
    gone, into = kept.facility("Cũ"), kept.facility("Mới")
    keeping.withdraw(FACILITIES, gone.code, reason="trùng", by=None)
    Facility.objects.filter(pk=gone.pk).update(merged_into=into)
    page: Any = desk.get(f"{LIST}{gone.code}/")
    assert page.context["carried_on"] == ("Mới", f"{LIST}{into.code}/")
