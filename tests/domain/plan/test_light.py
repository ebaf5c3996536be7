"""How a task stands, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from nonnuoc.domain.plan import light
from nonnuoc.domain.plan.light import GRAVITY, Facts, Light, Step, Wait

TODAY = date(2026, 11, 26)
IN_A_YEAR = Facts(date(2026, 1, 1), date(2027, 12, 31))
STEPS = (Step(date(2026, 6, 1), date(2026, 6, 1)), Step(date(2027, 6, 1)), Step(date(2027, 11, 1)))


def told(facts: Facts, on: date = TODAY) -> tuple[Light, list[str]]:
    found = light.judged(facts, on)
    return found.light, [reason.kind for reason in found.reasons]


def first(facts: Facts, on: date = TODAY) -> tuple[Light, str, dict]:
    found = light.judged(facts, on)
    return found.light, found.reasons[0].kind, dict(found.reasons[0].values)


def test_done_says_when_and_how_late():
    assert first(replace(IN_A_YEAR, done=TODAY))[:2] == (Light.DONE, "done")
    late = replace(IN_A_YEAR, ends=date(2026, 9, 30), done=date(2026, 10, 10))
    assert first(late) == (Light.DONE, "done_after", {"day": date(2026, 10, 10), "days": 10})
    assert first(late, date(2026, 10, 9))[0] is Light.LATE  # that day it was not known yet


def test_late_is_what_ended_and_what_waits_for_something_too_late():
    ended = replace(IN_A_YEAR, ends=date(2026, 9, 30))
    assert first(ended) == (Light.LATE, "ended", {"ends": date(2026, 9, 30), "days": 57})
    assert told(replace(ended, told_done=True, last_told=TODAY))[1][:2] == ["ended", "told_done"]
    waits = replace(IN_A_YEAR, milestones=STEPS, waits_for=(Wait("I.1", date(2028, 2, 15)),))
    found = first(waits)
    assert found[:2] == (Light.LATE, "waits_too_long")
    assert (found[2]["code"], found[2]["days"]) == ("I.1", 46)
    short = replace(waits, waits_for=(Wait("I.1", date(2027, 12, 31), days=30),))
    assert first(short)[:2] == (Light.AT_RISK, "waits_too_long")  # a month can be made up for
    assert told(replace(waits, waits_for=(Wait("I.1", date(2028, 2, 15), done=True),)))[0] is Light.ON_COURSE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"open_blockers": 1}, "blockers"),
        ({"milestones": (Step(date(2026, 10, 1), None, "Dự thảo"), Step(date(2027, 6, 1)))}, "step_overdue"),
        ({"ends": date(2026, 12, 31), "milestones": (Step(date(2026, 12, 31)),) * 3}, "time_short"),
        ({"ends": date(2026, 12, 31), "last_told": TODAY}, "end_near"),
        ({"milestones": STEPS, "expected": date(2028, 6, 30)}, "expected"),
        ({"starts": date(2020, 1, 1), "milestones": STEPS}, "pace"),
    ],
)
def test_at_risk_says_which_risk(changes, reason):
    assert first(replace(IN_A_YEAR, **changes))[:2] == (Light.AT_RISK, reason)


def test_on_course_needs_something_that_says_so():
    assert told(replace(IN_A_YEAR, milestones=STEPS)) == (Light.ON_COURSE, ["steps", "time_left"])
    assert told(replace(IN_A_YEAR, last_told=TODAY))[1][0] == "told_only"
    assert first(replace(IN_A_YEAR, starts=date(2027, 1, 1)))[:2] == (Light.ON_COURSE, "not_started")
    continuous = Facts(date(2026, 1, 1), None, continuous=True, last_told=date(2026, 11, 20))
    assert first(continuous)[:2] == (Light.ON_COURSE, "continuous_told")


def test_nothing_known_is_unknown_and_says_why():
    assert first(IN_A_YEAR)[:2] == (Light.UNKNOWN, "untold")
    assert first(Facts(None, None))[:2] == (Light.UNKNOWN, "no_end")
    assert first(Facts(None, None, time="unread"))[:2] == (Light.UNKNOWN, "time_unread")
    assert first(Facts(date(2026, 1, 1), None, continuous=True))[:2] == (Light.UNKNOWN, "continuous_untold")
    assert first(replace(IN_A_YEAR, starts=date(2024, 1, 1), last_told=date(2025, 1, 1)))[:2] == (
        Light.UNKNOWN,
        "silent",
    )
    some = replace(IN_A_YEAR, last_told=TODAY, leads=11, leads_told=3)
    assert first(some) == (Light.UNKNOWN, "told_by_some", {"told": 3, "leads": 11, "day": TODAY})
    nobody_knows = replace(IN_A_YEAR, milestones=STEPS, waits_for=(Wait("I.2", None),))
    assert first(nobody_knows)[:2] == (Light.UNKNOWN, "waits_unknown")


def test_the_reasons_of_the_issue_in_their_order():
    """ "2 of 5 milestones, 37 days to the end of the quarter, waits for task I.1"."""
    on = date(2027, 11, 24)
    steps = [Step(date(2027, 3, 1), date(2027, 3, 1))] * 2 + [Step(date(2027, 12, 20))] * 3
    facts = Facts(
        date(2026, 1, 1),
        date(2027, 12, 31),
        milestones=steps,
        waits_for=(Wait("I.1", date(2027, 12, 31)),),
        time="quarter",
    )
    assert told(facts, on) == (Light.AT_RISK, ["time_short", "pace", "waits"])
    assert told(facts, date(2027, 9, 1)) == (Light.ON_COURSE, ["steps", "time_left", "waits"])


def test_the_end_by_itself_moves_with_an_overdue_step():
    steps = (Step(date(2026, 9, 27)), Step(date(2026, 12, 1)))
    facts = replace(IN_A_YEAR, ends=date(2026, 12, 31), milestones=steps)
    assert light.alone(facts, TODAY) == date(2026, 12, 1) + timedelta(days=60)
    assert light.alone(replace(facts, done=TODAY), TODAY) == TODAY
    assert light.alone(replace(facts, milestones=()), date(2027, 1, 5)) == date(2027, 1, 5)
    assert light.alone(Facts(None, None), TODAY) is None


DAYS = some.dates(date(2025, 1, 1), date(2028, 1, 1))
MAYBE = some.one_of(some.none(), DAYS)


@some.composite
def facts(draw):
    starts, ends = draw(MAYBE), draw(MAYBE)
    if starts and ends and ends < starts:
        starts, ends = ends, starts
    return Facts(
        starts,
        ends,
        done=draw(MAYBE),
        continuous=ends is None and draw(some.booleans()),
        milestones=[Step(*one) for one in draw(some.lists(some.tuples(DAYS, MAYBE), max_size=4))],
        waits_for=[Wait("X", *one) for one in draw(some.lists(some.tuples(MAYBE, some.booleans()), max_size=2))],
        open_blockers=draw(some.integers(0, 2)),
        last_told=draw(MAYBE),
        told_done=draw(some.booleans()),
    )


@given(facts(), DAYS)
@settings(max_examples=40)
def test_no_light_without_a_reason_and_no_green_without_information(known, on):
    found = light.judged(known, on)
    assert found.reasons
    if found.light is Light.ON_COURSE:
        begins_later = known.starts is not None and known.starts > on
        assert known.milestones or known.last_told is not None or begins_later
    if known.open_blockers and not (known.done and known.done <= on):
        assert found.light in (Light.AT_RISK, Light.LATE)


@given(facts(), DAYS)
@settings(max_examples=40)
def test_more_trouble_never_looks_better(known, on):
    def grave(changed):
        return GRAVITY.index(light.judged(changed, on).light)

    assert grave(replace(known, open_blockers=known.open_blockers + 1)) <= grave(known)
    assert grave(replace(known, waits_for=[*known.waits_for, Wait("Y", date(2030, 1, 1))])) <= grave(known)


@given(facts(), DAYS, some.integers(1, 60))
@settings(max_examples=40)
def test_what_ended_undone_stays_late(known, on, days):
    if light.judged(known, on).light is Light.LATE and not known.done and known.ends is not None and on > known.ends:
        assert light.judged(known, on + timedelta(days=days)).light is Light.LATE
