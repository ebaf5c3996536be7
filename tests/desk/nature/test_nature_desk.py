"""Found in the field and reported from a telephone; judged by an expert, one by one or many at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.registers.nature import judging
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.pattern.models import Document
from tests.records.accounts import staff
from tests.records.registers.nature import wild

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
DRAFT = {"state": "reported", "data_class": "internal"}


@pytest.fixture(autouse=True)
def ground() -> None:
    wild.communes()


def enter(client: Client, role: str, commune: Any = None) -> Person:
    someone = staff.person(role)
    kind = Office.Kind.COMMUNE if commune else Office.Kind.DEPARTMENT
    staff.task(someone, staff.office(f"office-{role}", kind, commune=commune), role)
    client.force_login(someone)
    return someone


def form(**facts: Any) -> dict[str, Any]:
    told = {
        "token": str(uuid.UUID(int=7)),
        "species": "Onis simulata",
        "day": "2026-03-01",
        "basis": "HumanObservation",
    }
    return {
        **told,
        "commune": wild.WEST,
        "lat": "22,61",
        "lon": "106.21",
        "uncertainty_m": "12",
        "note": "two",
        **facts,
    }


def test_a_commune_officer_reports_with_a_photo_and_learns_what_became_of_it(client: Client):
    west, _ = wild.communes()
    here = enter(client, Role.COMMUNE_OFFICER, west)
    kind = wild.species(local_name="Cá giả")
    page = client.get("/desk/nature/report")
    assert "geolocation=(self)" in page["Permissions-Policy"]
    assert "geolocation=()" in client.get("/desk/nature/")["Permissions-Policy"]
    photo = {"photo": SimpleUploadedFile("a.png", PNG, "image/png")}
    for _ in range(2):  # the button was pressed twice
        answer = client.post("/desk/nature/report", {**form(species="cá giả"), **photo})
        photo["photo"].seek(0)
        assert (answer.status_code, answer["Location"]) == (302, "/desk/nature/report")
    one = Occurrence.objects.get()
    assert (one.species, one.state, one.data_class, one.found_in) == (kind, "reported", "internal", west)
    assert (one.lon, one.lat, one.uncertainty_m, one.recorded_by) == (106.21, 22.61, 12.0, here.name)
    assert Document.objects.get().data_class == "internal"
    judging.judge([one.code], "refused", reason="Là cá nuôi", by=None)
    assert "Là cá nuôi" in client.get("/desk/nature/report").content.decode()


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"species": "Ignota prima"}, "Không có loài nào duy nhất mang tên này"),
        ({"lat": "", "lon": "", "commune": ""}, "Ghi nơi"),
        ({"lon": ""}, "kinh độ và vĩ độ"),
        ({"lat": "106.21", "lon": "22.61"}, "106,21"),
        ({"day": "2099-01-01"}, "Ngày này chưa đến"),
        ({"uncertainty_m": "gần"}, "Nhập"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(facts: dict[str, str], told: str, client: Client):
    enter(client, Role.OFFICER)
    wild.species()
    answer = client.post("/desk/nature/report", form(**facts))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert told in body
    assert ">two</textarea>" in body.replace("\n", "")
    assert not Occurrence.objects.exists()


def test_a_place_outside_ones_bounds_is_refused(client: Client):
    west, _ = wild.communes()
    enter(client, Role.COMMUNE_OFFICER, west)
    wild.species()
    assert client.post("/desk/nature/report", form(lon="106.4")).status_code == 422
    assert not Occurrence.objects.exists()
    assert client.get("/desk/nature/review").status_code == 403


def test_an_expert_judges_many_at_once(client: Client):
    enter(client, Role.OFFICER)
    kind = wild.species(sensitivity="km-10")
    codes = [wild.found(kind, **DRAFT).code for _ in range(3)]
    body = client.get("/desk/nature/review").content.decode()
    assert all(code in body for code in codes)
    refused = client.post("/desk/nature/review", {"state": "doubtful", "reason": "", "code": codes})
    assert refused.status_code == 422
    assert refused.content.decode().count(" checked") >= 3  # what was ticked stays ticked
    assert client.post("/desk/nature/review", {"state": "validated"}).status_code == 422  # none was ticked
    client.post("/desk/nature/review", {"state": "validated", "publish": "on", "code": codes[:2]})
    assert sorted(Occurrence.objects.values_list("state", "data_class")) == [
        ("reported", "internal"),
        ("validated", "public"),
        ("validated", "public"),
    ]
    gone = client.post("/desk/nature/review", {"state": "validated", "code": ["oc-none", codes[2]]})
    assert gone.status_code == 422
    assert Occurrence.objects.filter(state="reported").count() == 1


def test_one_is_judged_beside_earlier_ones_of_its_species(client: Client):
    enter(client, Role.OFFICER)
    kind = wild.species(sensitivity="km-10")
    wild.found(kind, 106.3, 22.7)
    one = wild.found(kind, **DRAFT)
    page = client.get(f"/desk/nature/occurrences/{one.code}").content.decode()
    assert page.count('<g class="dot') == 1
    assert "5,8" in page  # km away
    assert "22,66610, 106,25700" in page
    answer = client.post(f"/desk/nature/occurrences/{one.code}", {"state": "validated"})
    assert answer["Location"] == "/desk/nature/review"
    assert Occurrence.objects.get(pk=one.pk).data_class == "internal"  # not ticked: nobody else reads it
    assert client.get("/desk/nature/occurrences/oc-none").status_code == 404


def test_pages_cost_the_same_for_one_and_for_three(client: Client, queries: Callable[[Callable[[], object]], int]):
    enter(client, Role.OFFICER)
    kind = wild.species(sensitivity="km-10")
    one = wild.found(kind, **DRAFT)
    asked = ["/desk/nature/", "/desk/nature/review", f"/desk/nature/occurrences/{one.code}", "/desk/nature/report"]
    [client.get(address) for address in asked]
    before = [queries(lambda address=address: client.get(address)) for address in asked]
    for _ in range(3):
        wild.found(kind, **DRAFT)
        wild.found(kind)
    assert [queries(lambda address=address: client.get(address)) for address in asked] == before
