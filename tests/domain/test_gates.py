"""Gates: nothing is skipped, everything that is missing is told, and only laboratory results let a site be closed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc import rules
from nonnuoc.domain import gates, soil
from nonnuoc.domain.gates import Judged, Missing, Paper, Shut, Stage
from nonnuoc.domain.soil import Verdict

LAW = rules.load("qcvn03", on=date(2026, 11, 26)).data
UNITS = rules.load("units", on=date(2026, 11, 26)).data
GOOD = [Judged("Lindane", Verdict.WITHIN), Judged("DDTs", Verdict.WITHIN)]
BAD = [Judged("Lindane", Verdict.OVER), Judged("As", Verdict.WITHIN)]


def shut(stage: Stage, **facts: object) -> tuple[Shut, ...]:
    given_ = {"papers": set(Paper), "survey": BAD, "verification": GOOD, "restricted": True, "classed": True}
    return gates.shut(stage, **(given_ | facts))


def test_a_stage_follows_the_other_and_the_last_has_no_gate():
    assert [gates.following(one) for one in Stage] == [Stage.PLAN, Stage.WORKS, Stage.VERIFICATION, Stage.CLOSED, None]
    assert gates.before(Stage.WORKS) == (Stage.SURVEY, Stage.PLAN)
    assert shut(Stage.CLOSED, papers=set(), verification=[]) == ()


def test_with_all_evidence_every_gate_is_open():
    assert [shut(stage) for stage in Stage] == [()] * 5


@pytest.mark.parametrize(
    ("stage", "facts", "expected"),
    [
        (Stage.SURVEY, {"papers": ()}, [Shut(Paper.SURVEY_REPORT)]),
        (Stage.SURVEY, {"papers": (), "survey": []}, [Shut(Paper.SURVEY_REPORT), Shut(Missing.SURVEY_RESULT)]),
        (Stage.PLAN, {"papers": {Paper.SURVEY_REPORT}}, [Shut(Paper.PLAN_DECISION)]),
        (Stage.WORKS, {"papers": ()}, [Shut(Paper.WORKS_ACCEPTANCE)]),
        (Stage.VERIFICATION, {"verification": []}, [Shut(Missing.RESULT)]),
        (Stage.VERIFICATION, {"classed": False}, [Shut(Missing.CLASS)]),
        (Stage.VERIFICATION, {"verification": [*GOOD, Judged("DDTs", Verdict.OVER)]}, [Shut(Missing.OVER, ("DDTs",))]),
        (
            Stage.VERIFICATION,
            {"verification": [*GOOD, Judged("Toxaphene", Verdict.UNKNOWN)]},
            [Shut(Missing.UNJUDGED, ("Toxaphene",))],
        ),
        (Stage.VERIFICATION, {"verification": GOOD[1:]}, [Shut(Missing.NOT_AGAIN, ("Lindane",))]),
        (Stage.VERIFICATION, {"papers": {Paper.NO_RESTRICTION}}, [Shut(Paper.VERIFICATION_REPORT)]),
        (
            Stage.VERIFICATION,
            {"papers": {Paper.VERIFICATION_REPORT}, "restricted": False},
            [Shut(Missing.RESTRICTION)],
        ),
        (Stage.VERIFICATION, {"papers": set(Paper), "restricted": False}, []),
    ],
)
def test_a_shut_gate_tells_everything_that_is_missing(stage, facts, expected):
    assert list(shut(stage, **facts)) == expected


@given(
    st.lists(st.builds(Judged, st.sampled_from(["As", "DDTs", "Lindane"]), st.sampled_from(Verdict))),
    st.lists(st.builds(Judged, st.sampled_from(["As", "DDTs", "Lindane"]), st.sampled_from(Verdict))),
)
def test_nothing_is_closed_unless_every_result_since_the_works_is_within(survey, verification):
    opens = not shut(Stage.VERIFICATION, survey=survey, verification=verification)
    assert opens <= bool(verification)
    assert opens <= all(one.verdict is Verdict.WITHIN for one in verification)
    over = {one.parameter for one in survey if one.verdict is Verdict.OVER}
    assert opens <= (over <= {one.parameter for one in verification})


@pytest.mark.parametrize(
    ("parameter", "grade", "value", "unit", "below", "verdict"),
    [
        ("Lindane", "1", 0.33, "mg/kg", False, Verdict.WITHIN),
        ("Lindane", "1", 0.331, "mg/kg", False, Verdict.OVER),
        ("Lindane", "1", 331, "µg/kg", False, Verdict.OVER),
        ("Lindane", "2", 331, "ug/kg", False, Verdict.WITHIN),
        ("DDTs", "2", 16.5, "mg/kg", False, Verdict.WITHIN),
        ("DDTs", "3", 50.1, "mg/kg", False, Verdict.OVER),
        ("Cr6", "1", 0.0051, "g/kg", False, Verdict.OVER),
        ("Aldrin", "1", 0.01, "mg/kg", True, Verdict.WITHIN),
        ("Aldrin", "1", 0.05, "mg/kg", True, Verdict.UNKNOWN),  # too coarse a method to tell
        ("Lindane", "", 0.1, "mg/kg", False, Verdict.UNKNOWN),
        ("Lindane", "1", 0.1, "mg/L", False, Verdict.UNKNOWN),
        ("Toxaphene", "1", 0.1, "mg/kg", False, Verdict.UNKNOWN),
        ("Lindane", "1", float("nan"), "mg/kg", False, Verdict.UNKNOWN),
        ("Lindane", "1", -1, "mg/kg", False, Verdict.UNKNOWN),
    ],
)
def test_a_result_is_held_against_the_limit_of_its_class(parameter, grade, value, unit, below, verdict):
    found = soil.compare(LAW, UNITS, parameter, grade, value, unit, below_detection=below)
    assert found.verdict is verdict


def test_limits_are_those_of_the_regulation_and_looser_from_class_to_class():
    assert soil.limit(LAW, "DDTs", "1") == (1.1, "mg/kg")
    assert soil.limit(LAW, "Mirex", "3") == (5.5, "mg/kg")
    assert len(LAW["limit"]) == 18
    for entry in LAW["limit"]:
        one, two, three = (soil.limit(LAW, entry["parameter"], grade)[0] for grade in soil.CLASSES)
        assert one < two <= three
