"""Ground goes stage by stage; restrictions are found again; craft villages count by what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from nonnuoc.domain.gates import Stage
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry, Office, Role
from nonnuoc.records.places import geometry, services
from nonnuoc.records.registers.land import craft, evidencing, restrictions, soil, staging, tables, words
from nonnuoc.records.registers.land.declared import CRAFT_VILLAGES, DUMPS, REGISTERS, SITES, SOIL_POINTS
from nonnuoc.records.registers.land.models import ContaminatedSite, Evidence, SoilResult
from nonnuoc.records.registers.pattern import keeping, reading, seeding
from nonnuoc.records.registers.pattern.models import Revision
from nonnuoc.records.registers.waters.declared import INTAKES
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared as they stand in the source."""
    with translation.override("en"):
        yield


TODAY = timezone.localdate()
Paper = Evidence.Paper


def site(code: str = "S1", **facts: object) -> ContaminatedSite:
    values = {"code": code, "name": code, "source": "test", "data_class": "public"} | facts
    return keeping.create(SITES, values, by=None)


def placed(shape: object) -> dict[str, object]:
    return {"shape": geometry.to_wkb(shape), "position_source": "test"}


def result(phase: str = "survey", **facts: object) -> dict[str, object]:
    return {
        "phase": phase,
        "parameter": "Lindane",
        "value": 2.0,
        "unit": "mg/kg",
        "place": "P1",
        "sampled": TODAY - timedelta(days=30),
        "laboratory": "Phòng thử nghiệm",
        "report": "01/KQ",
    } | facts


def paper(ground: ContaminatedSite, kind: str) -> Evidence:
    return evidencing.add_paper(ground, paper=kind, number=f"{kind} 1", on=TODAY, by=None)


def to_verification(ground: ContaminatedSite) -> ContaminatedSite:
    paper(ground, Paper.SURVEY_REPORT)
    evidencing.add_results(ground, [result()], by=None)
    staging.advance(ground, by=None)
    paper(ground, Paper.PLAN_DECISION)
    staging.advance(ground, by=None)
    paper(ground, Paper.WORKS_ACCEPTANCE)
    staging.advance(ground, by=None)
    ground.refresh_from_db()
    return ground


def restrict(ground: ContaminatedSite, **facts: object):
    given = {"text": "no wells", "decision": "QĐ 9", "since": TODAY} | facts
    return evidencing.restrict(ground, by=None, **given)


def test_a_site_goes_through_every_gate_and_each_step_is_on_record():
    ground = site(land_class="1")
    with pytest.raises(ValidationError) as refused:
        staging.advance(ground, by=None)
    assert len(refused.value.messages) == 2  # no report, no result
    ground = to_verification(ground)
    paper(ground, Paper.VERIFICATION_REPORT)
    with pytest.raises(ValidationError) as refused:
        staging.advance(ground, by=None)
    assert refused.value.messages == [
        "No result of a laboratory from after the works is here.",
        "Neither a restriction of use is written down nor the finding that none is needed.",
    ]
    evidencing.add_results(ground, [result("verification", value=0.4)], by=None)
    restrict(ground)
    with pytest.raises(ValidationError, match="Over the limit of the intended use: Lindane"):
        staging.advance(ground, by=None)
    (bad,) = SoilResult.objects.filter(phase="verification")
    evidencing.withdraw_result(bad, why="wrong sample", by=None)
    evidencing.add_results(ground, [result("verification", value=0.1)], by=None)
    staging.advance(ground, by=None)
    ground.refresh_from_db()
    assert ground.stage == "closed"
    assert ground.stage_since == TODAY
    assert list(ground.moves.values_list("before", "after")) == [
        ("survey", "plan"), ("plan", "works"), ("works", "verification"), ("verification", "closed"),
    ]  # fmt: skip
    assert Revision.objects.filter(register=SITES.key, entry_id=ground.pk).count() == 5
    assert AuditEntry.objects.filter(action="ground.advanced", subject="contaminated-sites S1").count() == 4
    with pytest.raises(ValidationError):
        staging.advance(ground, by=None)


def test_back_takes_a_reason_and_evidence_taken_back_leaves_a_doubt():
    ground = to_verification(site(land_class="1"))
    assert staging.doubts(ground) == []
    evidencing.remove_paper(ground.evidences.get(paper=Paper.PLAN_DECISION), why="annulled", by=None)
    (doubt,) = staging.doubts(ground)
    assert (doubt.stage, [words.of_shut(one) for one in doubt.shut]) == (
        Stage.PLAN,
        ["There is no decision that approves the plan."],
    )
    assert any("plan" in str(one) for one in tables.remarks_of_ground(ground, access.ANYBODY))
    with pytest.raises(ValidationError):
        staging.back(ground, Stage.PLAN, reason=" ", by=None)
    with pytest.raises(ValidationError):
        staging.back(ground, Stage.CLOSED, reason="x", by=None)
    staging.back(ground, Stage.PLAN, reason="the plan was annulled", by=None)
    ground.refresh_from_db()
    assert ground.stage == "plan"
    assert ground.moves.last().reason == "the plan was annulled"


def test_a_stage_is_moved_by_those_who_may_and_typed_by_nobody():
    here = staff.commune("01273")
    someone = staff.person("officer")
    staff.task(someone, staff.office("ubnd", Office.Kind.COMMUNE, commune=here), Role.COMMUNE_OFFICER)
    ground = site(commune=here)
    evidencing.add_results(ground, [result()], by=someone)  # evidence they may bring
    evidencing.add_paper(ground, paper=Paper.SURVEY_REPORT, number="1", on=TODAY, by=someone)
    with pytest.raises(PermissionDenied):
        staging.advance(ground, by=someone)
    with pytest.raises(PermissionDenied):
        evidencing.restrict(ground, text="x", decision="x", since=TODAY, by=someone)
    with pytest.raises(PermissionDenied):
        evidencing.add_results(site("S2", commune=staff.commune("01279")), [result()], by=someone)
    assert not {"stage", "stage_since"} & set(SITES.typed)


def test_results_come_all_or_none_and_every_wrong_row_is_told():
    ground = site(land_class="1")
    rows = [
        result(),
        result(value=-1),
        result(sampled=TODAY + timedelta(days=1)),
        result(from_cm=30, to_cm=10),
        result(place=""),
    ]
    with pytest.raises(evidencing.RowsError) as refused:
        evidencing.add_results(ground, rows, by=None)
    assert sorted(refused.value.rows) == [2, 3, 4, 5]
    assert SoilResult.objects.count() == 0


def test_results_are_judged_by_the_law_of_the_day_of_sampling_and_by_either_name():
    ground = site(land_class="1")
    evidencing.add_results(ground, [result(parameter="tổng ddt", value=1.2)], by=None)
    evidencing.add_results(ground, [result(parameter="Toxaphene")], by=None)
    evidencing.add_results(ground, [result(sampled=date(2020, 1, 1))], by=None)
    found = {one.parameter: soil.compared(one, "1").verdict for one in SoilResult.objects.order_by("-sampled")}
    assert found == {"DDTs": "over", "Toxaphene": "unknown", "Lindane": "unknown"}


def test_restrictions_are_found_by_whoever_touches_their_ground():
    box = shapely.box(106.2, 22.6, 106.21, 22.61)
    whole, part, point = site("S1", **placed(box)), site("S2", **placed(box)), site("S3")
    restrict(whole, text="whole")
    restrict(part, text="corner", shape=shapely.box(106.2, 22.6, 106.201, 22.601))
    restrict(point, text="nobody knows where")
    restrict(whole, text="to come", since=TODAY + timedelta(days=5))
    over = restrict(whole, text="over")
    evidencing.lift(over, on=TODAY, why="measured again", by=None)
    assert [one.text for one in restrictions.touching(shapely.Point(106.205, 22.605), at=TODAY)] == ["whole"]
    corner = shapely.box(106.19, 22.59, 106.2005, 22.6005)
    assert [one.text for one in restrictions.touching(corner, at=TODAY)] == ["whole", "corner"]
    assert restrictions.touching(shapely.Point(106.3, 22.6), at=TODAY) == []
    assert [one.text for one in restrictions.unplaced(at=TODAY)] == ["nobody knows where"]
    later = restrictions.touching(shapely.Point(106.205, 22.605), at=TODAY + timedelta(days=5))
    assert [one.text for one in later] == ["whole", "to come"]
    keeping.withdraw(SITES, "S1", reason="another site", by=None)
    assert [one.text for one in restrictions.touching(corner, at=TODAY)] == ["corner"]


def test_a_restriction_on_a_mere_point_is_found_there_and_told_as_unplaced():
    restrict(site(lon=106.2, lat=22.6, position_source="test"))
    assert len(restrictions.touching(shapely.box(106.1, 22.5, 106.3, 22.7), at=TODAY)) == 1
    assert len(restrictions.unplaced(at=TODAY)) == 1


def test_invented_restrictions_hold_for_the_invented_alone():
    box = shapely.box(106.2, 22.6, 106.21, 22.61)
    restrict(site(simulated=True, **placed(box)))
    assert restrictions.touching(box, at=TODAY) == []
    assert len(restrictions.touching(box, at=TODAY, simulated=True)) == 1


def village(code: str = "V1", **facts: object):
    values = {"code": code, "name": code, "source": "test", "data_class": "public", "screening": "existed"} | facts
    return keeping.create(CRAFT_VILLAGES, values, by=None)


def test_a_village_counts_as_complete_only_if_every_line_is_yes():
    yes = dict.fromkeys(craft.Item, ("yes", "visit"))
    one, two = village("V1"), village("V2")
    village("V3")
    craft.answer(one, yes, on=TODAY, by=None)
    craft.answer(two, {"noise": ("no", "measured 75 dBA")}, on=TODAY, by=None)
    found = craft.progress(access.ANYBODY)
    assert (found.complete, found.incomplete, [v.name for v in found.unknown]) == (1, 1, ["V3"])
    assert (round(found.least_percent), round(found.most_percent)) == (33, 67)
    craft.answer(one, {"noise": ("unknown", "")}, on=TODAY, by=None)
    assert craft.progress(access.ANYBODY).complete == 0
    one.refresh_from_db()
    assert one.infrastructure == ""
    assert one.checks.filter(item="noise").count() == 2  # what was answered before stays


def test_an_answer_needs_what_it_rests_on_and_the_same_again_is_not_written():
    one = village()
    with pytest.raises(ValidationError) as refused:
        craft.answer(one, {"noise": ("yes", " "), "exhaust": ("no", "")}, on=TODAY, by=None)
    assert sorted(refused.value.message_dict) == ["exhaust", "noise"]
    craft.answer(one, {"noise": ("yes", "visit")}, on=TODAY, by=None)
    assert craft.answer(one, {"noise": ("yes", "visit"), "exhaust": ("unknown", "")}, on=TODAY, by=None) == []


def test_a_new_village_is_screened_with_a_reason():
    with pytest.raises(ValidationError, match="needs its reason"):
        village(screening="passed")
    with pytest.raises(ValidationError):
        village(screening="")
    told = tables.remarks_of_village(village(screening="excluded", screening_reason="đốt lò cũ"), access.ANYBODY)
    assert "no such village" in str(told[0])


def test_what_it_could_reach_is_told_with_its_distance_as_far_as_one_may_know():
    at = {"lat": 22.6, "position_source": "test", "source": "test", "data_class": "public"}
    keeping.create(INTAKES, {"code": "I1", "name": "near", "lon": 106.21, **at}, by=None)
    keeping.create(INTAKES, {"code": "I2", "name": "hidden", "lon": 106.205, **at, "data_class": "restricted"}, by=None)
    keeping.create(INTAKES, {"code": "I3", "name": "invented", "lon": 106.205, **at, "simulated": True}, by=None)
    ground = site(**({"lon": 106.2} | at))
    (table,) = [one for one in tables.of_ground(ground, access.ANYBODY) if "reach" in str(one.title)]
    assert [[cell.value for cell in row][1:] for row in table.rows] == [["near", pytest.approx(1.028, abs=0.01)]]


def test_the_pages_tables_cost_the_same_for_one_result_and_for_many(queries):
    ground = to_verification(site(land_class="1"))
    once = queries(lambda: tables.of_ground(ground, access.ANYBODY))
    evidencing.add_results(ground, [result(place=f"P{n}") for n in range(20)], by=None)
    assert queries(lambda: tables.of_ground(ground, access.ANYBODY)) == once


def test_a_soil_point_is_followed_without_stages():
    made = keeping.create(SOIL_POINTS, {"code": "D1", "name": "D1", "source": "test", "land_class": "1"}, by=None)
    evidencing.add_results(made, [result()], by=None)
    (table,) = tables.of_point(made, access.ANYBODY)
    assert table.rows[0][8].value == words.VERDICTS["over"]


def test_what_the_plan_names_is_registered_with_what_it_leaves_open():
    services.load_province("cao_bang")
    assert seeding.load(REGISTERS, "cao_bang") == 3
    first, second = reading.readable(SITES, access.ANYBODY).order_by("code")
    assert (first.code, first.due, first.land_class) == ("cb-mien-dong-nguyen-hue", None, "")
    assert (second.code, second.due, second.stage) == ("cb-to-9-tan-giang", date(2026, 12, 31), "survey")
    assert "No task of the plan's appendix is known for it." in map(
        str, tables.remarks_of_ground(first, access.ANYBODY)
    )
    (dump,) = reading.readable(DUMPS, access.ANYBODY)
    assert (dump.due, dump.closed_on, dump.lon) == (date(2027, 12, 31), None, None)
