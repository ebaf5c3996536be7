"""Offices and stations on the desk: the tree, the facts, whose station it is."""

from __future__ import annotations

import pytest

from nonnuoc.records.accounts import offices, services
from nonnuoc.records.accounts.models import AuditEntry, Office, Role
from nonnuoc.records.monitoring import selectors as monitoring
from tests.desk.staff import administrator, said
from tests.portal import network
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def an():
    return administrator()


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def department(an):
    return services.register_office("so", name="Sở", kind="department", parent=services.root_office(), by=an)


def errors(page):
    assert page.status_code == 422
    return set(page.context["form"].errors)


def test_the_tree_shows_each_office_with_its_people_and_stations(desk, department):
    unit = staff.office("unit", Office.Kind.UNIT, department)
    for number in range(3):
        staff.office(f"ubnd{number}", Office.Kind.COMMUNE, services.root_office())
    someone = staff.person("Chi")
    staff.task(someone, unit, Role.OPERATOR)
    staff.task(someone, unit, Role.OFFICER)  # one person, two tasks
    network.station("A1", kind="ambient_air", office=unit)
    page = desk.get("/desk/offices/")
    (root,) = page.context["tree"]
    (below,) = root.children
    (leaf,) = below.children
    assert (below.office, leaf.office, leaf.people, leaf.stations) == (department, unit, 1, 1)
    assert len(root.communes) == 3 and "3 UBND xã, phường" in said(page)
    assert said(page).count("1 người · 1 trạm") == 1


@pytest.mark.slow
def test_the_tree_costs_the_same_for_one_and_for_three(desk, queries, department):
    desk.get("/desk/offices/")
    for_one = queries(lambda: desk.get("/desk/offices/"))
    for number in range(2):
        staff.office(f"u{number}", Office.Kind.UNIT, department)
    assert queries(lambda: desk.get("/desk/offices/")) == for_one > 0


def test_an_office_is_made_and_changed(desk, department):
    commune = staff.commune()
    told = {"code": "tram", "name": "Trạm", "kind": "unit", "parent": "so", "commune": commune.code, "is_active": "on"}
    assert desk.post("/desk/offices/new/", told | {"email": "t@example.vn"}).url == "/desk/offices/tram/"
    office = offices.by_code("tram")
    assert (office.parent, office.commune, office.email, office.is_active) == (
        department,
        commune,
        "t@example.vn",
        True,
    )
    changed = {"name": "Trạm Mới", "kind": "unit", "parent": "", "commune": "", "phone": "0206"}
    assert desk.post("/desk/offices/tram/change/", changed).url == "/desk/offices/tram/"
    office = offices.by_code("tram")
    assert (office.name, office.parent, office.commune, office.is_active) == ("Trạm Mới", None, None, False)
    page = said(desk.get("/desk/offices/tram/"))
    assert "Trạm Mới" in page and "đã đóng" in page and "0206" in page
    assert AuditEntry.objects.filter(action="office.registered", subject="tram").count() == 2


def test_the_form_of_a_change_holds_what_is_kept(desk, department):
    initial = desk.get("/desk/offices/so/change/").context["form"].initial
    assert initial["parent"] == "province" and initial["name"] == "Sở" and initial["is_active"] is True
    assert desk.get("/desk/offices/new/?parent=so").context["form"].initial["parent"] == "so"
    assert desk.get("/desk/offices/new/?parent=%00").context["form"].initial["parent"] == "province"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "so"}, {"code"}),
        ({"code": "new"}, {"code"}),
        ({"code": "Sở"}, {"code"}),
        ({"code": "a b"}, {"code"}),
        ({"code": "a\n"}, set()),  # a form strips what stands around
        ({"code": "x" * 41}, {"code"}),
        ({"name": ""}, {"name"}),
        ({"kind": "castle"}, {"kind"}),
        ({"parent": "nowhere"}, {"parent"}),
        ({"commune": "99999"}, {"commune"}),
        ({"kind": "commune"}, {"commune"}),
        ({"email": "x"}, {"email"}),
    ],
)
def test_an_office_that_cannot_be_is_refused_beside_its_field(desk, department, changed, field):
    told = {"code": "tram", "name": "Trạm", "kind": "unit", "parent": "so", "is_active": "on"} | changed
    page = desk.post("/desk/offices/new/", told)
    assert (errors(page) if field else page.status_code) == (field or 302)


def test_an_office_is_not_put_under_itself_nor_under_what_stands_below_it(desk, department):
    staff.office("unit", Office.Kind.UNIT, department)
    offered = dict(desk.get("/desk/offices/so/change/").context["form"].fields["parent"].choices)
    assert set(offered) == {"", "province"}
    told = {"name": "Sở", "kind": "department", "is_active": "on"}
    assert errors(desk.post("/desk/offices/so/change/", told | {"parent": "unit"})) == {"parent"}


def test_the_last_administrators_office_stays_open(desk, department):
    page = desk.post("/desk/offices/province/change/", {"name": "UBND", "kind": "province"})
    assert errors(page) == {"__all__"} and "quản trị viên cuối cùng" in said(page)
    assert offices.by_code("province").is_active


def test_an_office_there_is_not_is_said_so(desk):
    for url in ("/desk/offices/nowhere/", "/desk/offices/nowhere/change/", f"/desk/offices/{'x' * 3000}/"):
        assert desk.get(url).status_code == 404


# ---- whose station


def test_it_is_said_whose_station_it_is(desk, department):
    network.station("A1", kind="wastewater")
    told = {"office": "so", "facility": "F1", "data_class": "restricted"}
    assert desk.post("/desk/stations/A1/", told).url == "/desk/stations/A1/"
    thing = monitoring.station("A1")
    assert (thing.office, thing.facility, thing.data_class) == (department, "F1", "restricted")
    entry = AuditEntry.objects.get(action="station.assigned")
    assert entry.before == {"office": None, "facility": "", "data_class": "public"}
    assert desk.get("/stations/A1").status_code == 404  # the portal shows it no more
    page = desk.get("/desk/stations/A1/")
    assert page.context["form"].initial == told and "/stations/A1" not in page.content.decode().replace(
        "/desk/stations/A1", ""
    )


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"data_class": "secret"}, {"data_class"}),
        ({"office": "nowhere", "data_class": "public"}, {"office"}),
        ({"facility": "x" * 41, "data_class": "public"}, {"facility"}),
        ({"facility": "\0", "data_class": "public"}, {"facility"}),
        ({"office": ""}, {"data_class"}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(desk, told, field):
    network.station("A1", kind="wastewater")
    assert errors(desk.post("/desk/stations/A1/", told)) == field


def test_stations_are_found_by_code_and_name_and_those_of_nobody(desk, department):
    network.station("A1", kind="ambient_air", name="Trạm Trà Lĩnh", office=department)
    network.station("B2", kind="ambient_air", name="Trạm Tà Lùng", simulated=True)

    def codes(query):
        return [thing.code for thing in desk.get(f"/desk/stations/?{query}").context["things"]]

    assert codes("") == ["A1", "B2"]
    assert codes("q=tra+linh") == codes("q=a1") == ["A1"]
    assert codes("nobody=on") == ["B2"]
    assert codes("q=%00") == ["A1", "B2"]
    assert "SỐ LIỆU MÔ PHỎNG" in said(desk.get("/desk/stations/?q=B2"))
    assert "SỐ LIỆU MÔ PHỎNG" not in said(desk.get("/desk/stations/?q=A1"))
    assert {desk.get(f"/desk/stations/{code}/").status_code for code in ("C3", "%00", "x" * 3000)} == {404}
