"""Whoever looks after some stations sees what they sent, uploads for them, and for no other."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from nonnuoc.ingest.formats.profile import Profile
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery, Thing
from tests import factories as f
from tests.desk.staff import said
from tests.desk.test_desk_tables import TABLE, answers
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def mill():
    return staff.office("mill", Office.Kind.ENTERPRISE)


@pytest.fixture
def stations(mill):
    """OWN is run by the mill, FOREIGN by nobody known."""
    own = f.station("OWN", {"PM2,5": "PM2.5", "O3": "O3"}, interval_s=3600)
    services.assign_station(own, office=mill, data_class="restricted", by=None)
    return own, f.station("FOREIGN", {"PM2,5": "PM2.5", "O3": "O3"}, interval_s=3600)


@pytest.fixture
def desk(client, mill, stations):
    someone = staff.person("Mai")
    staff.task(someone, mill, Role.ENTERPRISE)
    client.force_login(someone)
    return client


def upload(desk, name, body, **more):
    return desk.post("/desk/upload/", {"file": SimpleUploadedFile(name, body), **more})


def body(value: int = 12) -> bytes:
    return f.tt10(f.line("PM2,5", value, f.NOON, unit="ug/Nm3"))


def profile(name: str, station: str = "", column: str = "") -> ColumnProfile:
    made = Profile(("Lúc",), "%d/%m/%Y %H:%M", {"O": ("O3", "ug/m3")}, delimiter=";", station=station)
    mapping = made.to_json() | ({"station": {"column": column}} if column else {})
    return ColumnProfile.objects.create(name=name, mapping=mapping)


# ---- what is seen


def test_the_list_holds_the_deliveries_of_own_stations_only(desk):
    for code in ("OWN", "FOREIGN", "NOBODY"):
        f.send(f.line("PM2,5", 1, f.NOON, unit="ug/Nm3"), code=code)
    page = desk.get("/desk/deliveries/")
    assert [row.station_code for row in page.context["rows"]] == ["OWN"]
    for asked in ("station=FOREIGN", "state=quarantined", "station=NOBODY"):
        assert desk.get(f"/desk/deliveries/?{asked}").context["rows"] == []


def test_what_came_with_the_own_key_but_names_a_foreign_station_is_own(desk):
    """It is held back without a station; whose it is, its claim tells: the key was the station's."""
    f.send(f.line("PM2,5", 1, f.NOON), code="FOREIGN", bound="OWN")
    row = Delivery.objects.get()
    assert (row.thing, row.code, row.station_code) == (None, "foreign_station", "OWN")
    assert [one.id for one in desk.get("/desk/deliveries/").context["rows"]] == [row.id]
    assert desk.get(f"/desk/deliveries/{row.uuid}/").status_code == 200


def test_a_facility_narrows_what_is_seen(desk, mill, stations):
    services.assign_station(stations[1], office=mill, data_class="restricted", facility="F2", by=None)
    for code in ("OWN", "FOREIGN"):
        f.send(f.line("PM2,5", 1, f.NOON), code=code)
    assert len(desk.get("/desk/deliveries/").context["rows"]) == 2
    mill.appointments.update(facility="F2")
    assert [row.station_code for row in desk.get("/desk/deliveries/").context["rows"]] == ["FOREIGN"]


def test_a_receipt_offers_only_what_one_may_do(desk):
    f.send(f.line("XYZ", 1, f.NOON), f.line("PM2,5", 1, f.NOON), code="OWN")
    page = desk.get(f"/desk/deliveries/{Delivery.objects.get().uuid}/")
    assert not page.context["may_replay"] and "/replay" not in page.content.decode()


# ---- what is uploaded


def test_a_file_of_the_own_station_is_taken_in(desk, stations):
    receipt = upload(desk, f.name("OWN"), body()).url
    row = Delivery.objects.get()
    assert receipt == f"/desk/deliveries/{row.uuid}/" and desk.get(receipt).status_code == 200
    assert (row.thing, row.stored) == (stations[0], 1)


@pytest.mark.parametrize("code", ["FOREIGN", "NOBODY", "X" * 90])
def test_a_file_of_another_station_is_refused_with_a_reason(desk, code):
    page = upload(desk, f.name(code), body())
    assert page.status_code == 422
    (told,) = page.context["form"].errors["file"]
    assert code[:60] in told and "OWN" in told
    assert not Delivery.objects.exists()


def test_a_file_that_names_no_station_needs_one_chosen(desk, stations):
    page = upload(desk, "data.txt", body())
    assert set(page.context["form"].errors) == {"station"}
    assert upload(desk, "data.txt", body(), station="OWN").status_code == 302
    assert Delivery.objects.get().thing == stations[0]


@pytest.mark.parametrize("code", ["FOREIGN", "NOBODY", "\0", "🌊"])
def test_no_other_station_can_be_chosen(desk, code):
    assert set(upload(desk, "data.txt", body(), station=code).context["form"].errors) == {"station"}
    assert not Delivery.objects.exists()


def test_the_chosen_station_and_the_named_one_are_the_same(desk, mill, stations):
    services.assign_station(stations[1], office=mill, data_class="restricted", by=None)
    assert set(upload(desk, f.name("OWN"), body(), station="FOREIGN").context["form"].errors) == {"station"}
    assert upload(desk, f.name("OWN"), body(), station="OWN").status_code == 302


def test_profiles_of_other_stations_are_not_offered(desk):
    own, foreign, rows = profile("own", "OWN"), profile("foreign", "FOREIGN"), profile("rows", column="Trạm")
    offered = desk.get("/desk/upload/").context["form"].fields["profile"].queryset
    assert list(offered) == [own]
    for other in (foreign, rows):
        page = upload(desk, "history.csv", "Lúc;O;Trạm\n01/03/2026 07:00;1;FOREIGN\n".encode(), profile=other.id)
        assert set(page.context["form"].errors) == {"profile"}
    assert not Delivery.objects.exists()


def test_a_table_with_a_profile_of_the_own_station_goes_there(desk, stations):
    kept = profile("own", "OWN")
    table = "Lúc;O;Trạm\n01/03/2026 07:00;30,5;FOREIGN\n".replace(",", ".").encode()
    assert upload(desk, "history.csv", table, profile=kept.id).status_code == 302
    assert [len(f.held(thing, "O3")) for thing in stations] == [1, 0]


def test_a_new_table_is_read_for_one_own_station(desk, stations):
    url = upload(desk, "history.csv", TABLE.encode()).url
    page = desk.get(url)
    assert [code for code, _ in page.context["form"].fields["station"].choices] == ["", "OWN"]
    assert "station" not in dict(page.context["form"].fields["role-0"].choices)  # no column names it
    good = answers(page) | {"unit-2": "ug/m3", "action": "try"}
    for wrong in ("", "FOREIGN"):
        assert "station" in desk.post(url, good | {"station": wrong}).context["form"].errors
    page = desk.post(url, good | {"station": "OWN"})
    assert page.context["trial"].good
    done = desk.post(url, answers(page, action="keep", name="history of OWN"))
    assert re.fullmatch(r"/desk/deliveries/[\w-]+/", done.url) and desk.get(done.url).status_code == 200
    assert [len(f.held(thing, "O3")) for thing in stations] == [3, 0]
    assert Profile.from_json(ColumnProfile.objects.get().mapping).station == "OWN"


def test_a_column_that_names_the_station_is_refused_whatever_the_page_offered(desk):
    url = upload(desk, "history.csv", TABLE.encode()).url
    page = desk.post(url, answers(desk.get(url)) | {"role-3": "station", "unit-2": "ug/m3", "action": "try"})
    assert "role-3" in page.context["form"].errors


def test_a_profile_of_somebody_else_is_not_overwritten(desk):
    foreign = profile("shared name", "FOREIGN")
    before = foreign.mapping
    url = upload(desk, "history.csv", TABLE.encode()).url
    page = desk.post(url, answers(desk.get(url)) | {"station": "OWN", "unit-2": "ug/m3", "action": "try"})
    page = desk.post(url, answers(page, action="keep", name="shared name"))
    assert set(page.context["form"].errors) == {"name"}
    foreign.refresh_from_db()
    assert foreign.mapping == before and not Delivery.objects.exists()


def test_somebody_without_a_station_is_told_so(client):
    someone = staff.person("New")
    staff.task(someone, staff.office("empty", Office.Kind.ENTERPRISE), Role.ENTERPRISE)
    client.force_login(someone)
    assert upload(client, f.name("OWN"), body()).status_code == 422
    assert "Các trạm của bạn chưa gửi gì" in said(client.get("/desk/deliveries/"))


# ---- nobody else is narrowed


def test_who_reaches_everywhere_uploads_as_before(client, stations):
    someone = staff.person("Operator")
    staff.task(someone, staff.office("so"), Role.OPERATOR)
    client.force_login(someone)
    assert "station" not in client.get("/desk/upload/").context["form"].fields
    for code in ("OWN", "FOREIGN", "NOBODY"):
        assert upload(client, f.name(code), body()).status_code == 302
    assert len(client.get("/desk/deliveries/").context["rows"]) == 3
    assert Thing.objects.count() == 2
