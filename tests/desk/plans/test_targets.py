"""The pages of targets, as the people who have to do with them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from nonnuoc.records.accounts.models import Role
from nonnuoc.records.plans.models import Plan, Target, Value
from nonnuoc.records.plans.targets import keeping, values
from nonnuoc.records.registers.waste.models import Site
from tests.records.accounts import staff
from tests.records.plans import made
from tests.records.plans.made import NOW, TODAY

pytestmark = pytest.mark.django_db
LISTING = "/desk/plans/thu/targets/"


@pytest.fixture(scope="module")
def built(rolled_back):
    return made.plan()


@pytest.fixture
def plan(built):
    return Plan.objects.get(pk=built.pk)


@pytest.fixture(scope="module")
def people(built):
    """An officer, the office responsible for T1, another reporter, a leader."""
    return {
        "officer": made.officer(),
        "responsible": made.worker("Xay", made.office("so-xay-dung"), Role.REPORTER),
        "other": made.worker("La", made.office("so-khac"), Role.REPORTER),
        "leader": made.worker("Lanh", made.office("ubnd-tinh"), Role.LEADER),
    }


@pytest.fixture
def clients(people):
    """Signed-in browsers, in English."""
    found = {}
    for name, someone in people.items():
        found[name] = Client()
        found[name].cookies["django_language"] = "en"
        found[name].force_login(someone)
    return found


@pytest.fixture
def targets(plan):
    """One behind its path, one that cannot be computed, one that is only declared."""
    behind = made.target(plan, "T1", responsible=made.office("so-xay-dung"), baseline=50.0,
                         baseline_day=date(2025, 12, 31), baseline_source="Khảo sát")  # fmt: skip
    made.target(plan, "T2", measure="works.upgraded", kind=Target.Kind.COUNT, wanted=11, unit="khu")
    made.target(plan, "T3", due=None)
    for day, value in ((date(2024, 12, 31), 50.0), (date(2025, 12, 31), 50.0), (TODAY, 51.0)):
        values.declare(behind, day=day, value=value, evidence="BC 1", by=None, at=NOW)
    values.record(plan, TODAY, at=NOW)
    return behind


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode())).replace("\N{NO-BREAK SPACE}", " ")


def act(client, deed, **given):
    return client.post(f"{LISTING}T1/act", {"deed": deed, **{f"{deed}-{name}": told for name, told in given.items()}})


def test_the_list_says_what_is_known_and_puts_late_ones_first_when_asked(clients, targets):
    page = clients["leader"].get(LISTING)
    seen = text(page)
    assert "Of 3 targets 1 has a value." in seen
    assert "1 is behind its path." in seen
    assert "It cannot be computed, because no such work is registered." in seen
    assert "It is declared, not computed, and nobody has declared it yet." in seen
    assert re.search(r"behind the path by [67]\.\d percentage points", seen)
    assert "Nobody has been named yet to set it." in seen
    assert LISTING + "new" not in page.content.decode()  # a leader decides, and does not write
    assert LISTING + "new" in clients["officer"].get(LISTING).content.decode()
    Target.objects.filter(pk=targets.pk).update(order=9)
    rows = [re.findall(r"targets/(T\d)/", clients["leader"].get(LISTING + order).content.decode())
            for order in ("", "?order=late", "?order=nonsense")]  # fmt: skip
    assert [list(dict.fromkeys(one)) for one in rows] == [["T2", "T3", "T1"], ["T1", "T2", "T3"], ["T2", "T3", "T1"]]


def test_a_target_is_drawn_against_its_path_with_where_it_is_heading(clients, targets):
    seen = text(page := clients["leader"].get(f"{LISTING}T1/"))
    assert re.search(r"51 %, declared for 26/11/2026. Wanted today: at least 5\d\.\d %.", seen)
    assert re.search(r"If it goes on as it has, it is 5\d\.\d % on 31/12/2030; with 90 % likelihood", seen)
    assert "That is not what is wanted." in seen
    drawn = page.content.decode()
    assert drawn.count("target-hollow") == 3 + 1  # the values, and the key
    assert 'class="band"' in drawn and "target-way" in drawn and 'class="target-filled' not in drawn
    seen = text(clients["leader"].get(f"{LISTING}T2/"))
    assert "Cannot be computed, because no such work is registered." in seen
    assert "Where it is heading cannot be said yet" in seen
    assert clients["leader"].get(f"{LISTING}T9/").status_code == 404
    assert clients["leader"].get("/desk/plans/khac/targets/T1/").status_code == 404


def test_measured_values_are_followed_to_their_records_and_communes(clients, targets, plan):
    facts = {"kind": Site.Kind.AREA, "ordered": "upgrade", "source": "test", "commune": staff.commune()}
    Site.objects.create(code="KX-1", name="Khu Hòa An", finished=TODAY, **facts)
    Site.objects.create(code="KX-2", name="Khu Trà Lĩnh", **facts)
    values.record(plan, TODAY, at=NOW)
    page = clients["leader"].get(f"{LISTING}T2/").content.decode()
    assert "/desk/registers/waste-sites/KX-1" in page
    assert page.count("not-counted") == 1
    assert "Xã 01273" in page and "target-bar-part" in page and 'width="100.0%"' in page


def test_who_may_declare_does_and_others_are_offered_nothing(clients, targets):
    given = {"value": "52.5", "day": TODAY.isoformat(), "quality": "partial", "why": "thiếu 3 xã", "evidence": "BC 2"}
    for who in ("other", "leader"):
        assert "deed" not in clients[who].get(f"{LISTING}T1/").content.decode()
        act(clients[who], "declare", **given)
    assert Value.objects.filter(kind="declared", day=TODAY).count() == 1
    answer = act(clients["responsible"], "declare", **given)
    assert answer.status_code == 302
    held = Value.objects.get(kind="declared", day=TODAY, current=True)
    assert (held.value, held.quality, held.why, held.by.name) == (52.5, "partial", "thiếu 3 xã", "Xay")
    assert act(clients["responsible"], "path", y2027="60", source="QĐ").status_code == 302
    assert not targets.path.exists()  # the path is for who keeps the plan
    refused = act(clients["responsible"], "declare", **{**given, "value": "152"})
    assert refused.status_code == 422 and "A share lies between 0 and 100." in text(refused)


def test_who_keeps_the_plan_sets_baseline_path_and_the_target_itself(clients, targets, plan):
    officer = clients["officer"]
    assert act(officer, "path", y2026="52", y2028="70", source="QĐ 7").status_code == 302
    assert [(one.year, one.value) for one in targets.path.all()] == [(2026, 52.0), (2028, 70.0)]
    assert act(officer, "ask", office="so-khac", due="2027-03-31").status_code == 302
    assert act(officer, "baseline", value="49", day="2025-12-31", source="Điều tra").status_code == 302
    targets.refresh_from_db()
    assert (targets.baseline, targets.baseline_by.code) == (49.0, "so-khac")

    page = f"{LISTING}T1/change"
    form = {
        "title": "Rác đô thị", "definition": "Tỷ lệ", "kind": "share", "sense": "at_least", "unit": "%",
        "wanted": "96", "wanted_text": "96%", "due": "2030-12-31", "section": "II.3", "public": "on",
    }  # fmt: skip
    assert officer.get(page).status_code == 200
    assert officer.post(page, {**form, "version": targets.version}).status_code == 302
    assert "Somebody has changed this target" in text(officer.post(page, {**form, "wanted": "97", "version": 1}))
    targets.refresh_from_db()
    assert (targets.title, targets.wanted, targets.baseline) == ("Rác đô thị", 96.0, 49.0)
    new = officer.post(LISTING + "new", {**form, "code": "T20", "measure": "waste.access"})
    assert (new.status_code, new["Location"]) == (302, LISTING + "T20/")
    assert officer.post(LISTING + "new", {**form, "code": "T20"}).status_code == 422
    for who in ("responsible", "leader"):
        assert clients[who].get(page).status_code == 403


def test_the_list_costs_the_same_for_one_target_and_for_many(clients, plan, queries):
    keeping_one = made.target(plan, "T1")
    values.declare(keeping_one, day=TODAY, value=1, evidence="x", by=None, at=NOW)
    clients["leader"].get(LISTING)
    one = queries(lambda: clients["leader"].get(LISTING))
    for n in range(2, 5):
        more = made.target(plan, f"T{n}", responsible=made.office("so-khac"))
        values.declare(more, day=TODAY, value=1, evidence="x", by=None, at=NOW)
        keeping.set_path(more, {2027: 9}, source="x", by=None, at=NOW)
    assert queries(lambda: clients["leader"].get(LISTING)) == one
