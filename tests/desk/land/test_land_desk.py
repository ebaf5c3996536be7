"""Pages of land and waters on the desk: what is missing is told, and what is wrong, each where it belongs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from nonnuoc.desk.land import pasting
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.places.models import River
from nonnuoc.records.registers.land import craft, evidencing, staging
from nonnuoc.records.registers.land.declared import CRAFT_VILLAGES, DUMPS, SITES, SOIL_POINTS
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.waters import classes
from nonnuoc.records.registers.waters.declared import REACHES
from tests import factories
from tests.desk.staff import said
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ROWS = "P1; 0-30; Lindane; 0,12; mg/kg\nP1\t30-60\tDDTs\t<0,01\tmg/kg\n\n"


@pytest.fixture
def officer() -> Person:
    someone = staff.person("Officer")
    staff.task(someone, staff.office("so-nnmt"), Role.OFFICER)
    return someone


@pytest.fixture
def villager() -> Person:
    """The officer of commune 01273."""
    someone = staff.person("Villager")
    here = staff.commune("01273")
    staff.task(someone, staff.office("ubnd", Office.Kind.COMMUNE, commune=here), Role.COMMUNE_OFFICER)
    return someone


@pytest.fixture
def desk(client: Client, officer: Person) -> Client:
    client.force_login(officer)
    client.get("/language/en")
    return client


def made(register, code: str, **facts: object):
    values = {"code": code, "name": f"Name {code}", "source": "test", "data_class": "public"} | facts
    return keeping.create(register, values, by=None)


def test_a_site_is_brought_through_its_first_gate_on_its_page(desk):
    ground = made(SITES, "S1", land_class="1")
    page = desk.get("/desk/land/sites/S1/")
    assert "2 things are missing for the next stage" in said(page)
    assert "There is no report of the survey." in said(page)
    given = {"deed": "advance"}
    assert desk.post("/desk/land/sites/S1/act", given).status_code == 422
    paper = {"deed": "paper", "paper-paper": "survey_report", "paper-number": "12/BC", "paper-on": str(TODAY)}
    assert desk.post("/desk/land/sites/S1/act", paper).status_code == 302
    results = {
        "deed": "results",
        "results-phase": "survey",
        "results-sampled": str(TODAY - timedelta(days=9)),
        "results-laboratory": "Lab",
        "results-report": "1/KQ",
        "results-rows": ROWS,
    }
    assert desk.post("/desk/land/sites/S1/act", results).status_code == 302
    assert list(ground.results.values_list("parameter", "value", "below_detection", "from_cm")) == [
        ("DDTs", 0.01, True, 30),
        ("Lindane", 0.12, False, 0),
    ]
    assert "nothing is missing for the next stage" in said(desk.get("/desk/land/sites/S1/"))
    assert desk.post("/desk/land/sites/S1/act", given).status_code == 302
    ground.refresh_from_db()
    assert ground.stage == "plan"
    back = {"deed": "back", "back-to": "survey", "back-reason": "another pit was found"}
    assert desk.post("/desk/land/sites/S1/act", back).status_code == 302
    assert "another pit was found" in said(desk.get("/desk/land/sites/S1/"))


def test_a_wrong_line_is_told_and_nothing_is_kept(desk):
    ground = made(SITES, "S1")
    given = {
        "deed": "results",
        "results-phase": "survey",
        "results-sampled": str(TODAY),
        "results-laboratory": "Lab",
        "results-report": "1",
        "results-rows": "P1; 0-30; As; 12; mg/kg\nP1; deep; As; 12; mg/kg\nAs; 12",
    }
    page = desk.post("/desk/land/sites/S1/act", given)
    assert page.status_code == 422
    assert "Line 2, “P1; deep; As; 12; mg/kg”" in said(page)
    assert "Line 3" in said(page)
    assert ground.results.count() == 0
    assert desk.post("/desk/land/sites/S1/act", {"deed": "nonsense"}).status_code == 404


def test_a_restriction_is_written_with_its_corners_and_ended(desk):
    ground = made(DUMPS, "D1")
    given = {
        "deed": "restriction",
        "restriction-text": "no wells",
        "restriction-decision": "QĐ 1",
        "restriction-since": str(TODAY),
        "restriction-polygon": "22.60, 106.20\n22.60, 106.21\n22.61, 106.21",
    }
    assert desk.post("/desk/land/dumps/D1/act", given).status_code == 302
    (kept,) = ground.restrictions.all()
    assert kept.shape is not None
    assert "no wells" in said(desk.get("/desk/land/dumps/D1/"))
    lift = {"deed": "lift", "lift-which": kept.pk, "lift-on": str(TODAY), "lift-why": "measured again"}
    assert desk.post("/desk/land/dumps/D1/act", lift).status_code == 302
    kept.refresh_from_db()
    assert kept.until == TODAY


def test_an_officer_of_a_commune_brings_evidence_and_moves_nothing(client, villager):
    made(SITES, "S1", commune="01273")
    staff.commune("01279")
    made(SITES, "S2", commune="01279")
    client.force_login(villager)
    client.get("/language/en")
    page = client.get("/desk/land/sites/S1/")
    assert "Add results of the laboratory" in said(page)
    assert "Send it back" not in said(page)
    assert "Write down a restriction" not in said(page)
    assert client.post("/desk/land/sites/S1/act", {"deed": "advance"}).status_code == 403
    assert client.get("/desk/land/sites/S2/").status_code == 403
    assert client.post("/desk/land/sites/S2/act", {"deed": "paper"}).status_code == 403
    links = client.get("/desk/land/").content.decode()
    assert 'href="/desk/land/sites/S1/"' in links
    assert 'href="/desk/land/sites/S2/"' not in links


def test_the_checklist_is_filled_in_and_an_answer_without_evidence_is_told_at_its_line(client, villager):
    village = made(CRAFT_VILLAGES, "V1", commune="01273", screening="existed")
    client.force_login(villager)
    client.get("/language/en")
    assert "0 of 5 lines are answered" in said(client.get("/desk/land/craft-villages/V1/"))
    answers = {item.value: "unknown" for item in craft.Item} | {"on": str(TODAY), "noise": "yes"}
    page = client.post("/desk/land/craft-villages/V1/", answers)
    assert page.status_code == 422
    assert "Say what the answer rests on" in said(page)
    assert village.checks.count() == 0
    assert client.post("/desk/land/craft-villages/V1/", answers | {"noise_evidence": "62 dBA"}).status_code == 302
    assert list(village.checks.values_list("item", "answer", "by")) == [("noise", "yes", villager.pk)]


def test_a_soil_point_takes_results_and_holds_them_against_its_class(desk):
    made(SOIL_POINTS, "P1", land_class="1")
    given = {
        "deed": "results",
        "results-sampled": str(TODAY),
        "results-laboratory": "Lab",
        "results-report": "1",
        "results-rows": "P1; ; Lindane; 2; mg/kg",
    }
    assert desk.post("/desk/land/soil-points/P1/", given).status_code == 302
    assert "over the limit" in said(desk.get("/desk/land/soil-points/P1/"))


def test_the_overview_costs_the_same_for_each_site_and_says_what_is_late(desk, queries):
    made(SITES, "S1", due=str(TODAY - timedelta(days=3)))
    assert "was to be done by" in said(desk.get("/desk/land/"))
    once = queries(lambda: desk.get("/desk/land/"))
    for n in range(2, 5):
        made(SITES, f"S{n}")
    assert queries(lambda: desk.get("/desk/land/")) == once


def test_a_station_is_put_on_a_reach_and_taken_away(desk):
    River.objects.create(code="song", name="Sông", source="test")
    made(REACHES, "R1", river="song", from_km=0, to_km=9)
    factories.station("NM01", ("COD",), kind="surface_water")
    given = {"station": "NM01", "km": "12", "source": "visit"}
    page = desk.post("/desk/waters/reaches/R1/stations", given)
    assert page.status_code == 422
    assert "this lies outside" in said(page)
    assert desk.post("/desk/waters/reaches/R1/stations", given | {"km": "4.5"}).status_code == 302
    assert classes.of_station("NM01").km == 4.5
    assert "km 4.5" in said(desk.get("/desk/waters/"))
    assert desk.post("/desk/waters/reaches/R1/stations", {"take": "NM01"}).status_code == 302
    assert classes.of_station("NM01") is None


def test_the_public_page_shows_every_stage_and_that_not_found_is_not_safe(client):
    ground = made(SITES, "S1", land_class="1")
    evidencing.add_paper(ground, paper="survey_report", number="12/BC", on=TODAY, by=None)
    row = {"phase": "survey", "parameter": "As", "value": 30, "unit": "mg/kg", "place": "P1", "sampled": TODAY}
    evidencing.add_results(ground, [row | {"laboratory": "Lab", "report": "1"}], by=None)
    staging.advance(ground, by=None)
    client.get("/language/en")
    page = said(client.get("/registers/contaminated-sites/S1/"))
    assert "is not therefore clean" in page
    assert "over the limit" in page
    assert "verification" in page


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("P1; 0-30; As; 12", "five columns"),
        ("P1; 0-30; As; twelve; mg/kg", "no content"),
        ("; 0-30; As; 12; mg/kg", "must not be empty"),
        ("P1; 0-30; As; -1; mg/kg", "no content"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_cure(line, why):
    with translation.override("en"), pytest.raises(ValidationError, match=why):
        pasting.read(line)
