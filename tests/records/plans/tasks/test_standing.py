"""How tasks stand, computed for whole plans; and what is counted of that."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from django.utils import translation

from nonnuoc.domain.plan.light import GRAVITY, Light, Reason
from nonnuoc.records.plans.board import parts, totals
from nonnuoc.records.plans.models import Assignment, Task
from nonnuoc.records.plans.tasks import standing, wording
from tests.records.plans import made

TODAY, NOW = made.TODAY, made.NOW
Role, State = Assignment.Role, Assignment.State


def test_a_delay_travels_to_what_waits_until_it_is_done(world):
    first, second = world.task, made.task(world.plan, "II.1", ends=date(2028, 3, 31))
    third = made.task(world.plan, "III.1", ends=date(2030, 12, 31))
    Task.objects.filter(pk=first.pk).update(ends=date(2026, 9, 30))
    made.milestone(second, date(2027, 6, 1))
    made.needs(second, first, days=520)
    made.needs(third, second)
    found = standing.of([world.plan], TODAY)
    late, waits, far = (found[task.pk] for task in (first, second, third))
    assert (late.light, late.expected, late.slip_days) == (Light.LATE, TODAY, 57)
    possible = TODAY + timedelta(days=520)
    assert (waits.expected, waits.slip_days) == (max(possible, date(2028, 3, 31) + timedelta(days=57)), 57)
    assert (waits.light, waits.reasons[0].kind) == (Light.AT_RISK, "waits_too_long")
    assert (far.expected, far.light) == (date(2030, 12, 31) + timedelta(days=57), Light.UNKNOWN)
    assert [reason.kind for reason in far.reasons] == ["untold", "time_left", "waits", "expected"]
    Task.objects.filter(pk=first.pk).update(done=TODAY)
    found = standing.of([world.plan], TODAY)
    assert found[second.pk].slip_days == found[third.pk].slip_days == 0
    assert found[second.pk].waits_for[0].done


def test_what_leads_told_counts_and_what_was_taken_out_does_not(world):
    assert standing.of_one(world.task, TODAY).reasons[0].kind == "untold"
    Assignment.objects.filter(pk=world.help_part.pk).update(state=State.UNDER_WAY, told=TODAY)
    assert standing.of_one(world.task, TODAY).light is Light.UNKNOWN  # only who helps told
    Assignment.objects.filter(pk=world.lead_part.pk).update(state=State.DONE, told=TODAY)
    told = standing.of_one(world.task, TODAY)
    assert (told.light, told.reasons[0].kind, told.last_told) == (Light.ON_COURSE, "told_done", TODAY)
    assert standing.of_one(world.task, TODAY - timedelta(days=1)).light is Light.UNKNOWN
    second = made.assignment(world.task, world.other, Role.LEAD)
    assert standing.of_one(world.task, TODAY).reasons[0] == Reason(
        "told_by_some", {"told": 1, "leads": 2, "day": TODAY}
    )
    Assignment.objects.filter(pk=second.pk).update(state=State.NOT_OURS, told=TODAY)
    assert standing.of_one(world.task, TODAY).reasons[0].kind == "told_done"
    made.milestone(world.task, date(2026, 6, 1), withdrawn=NOW)
    step = made.milestone(world.task, date(2027, 6, 1))
    now = standing.of_one(world.task, TODAY)
    assert (now.done_steps, now.steps, now.next_step.title) == (0, 1, step.title)
    Task.objects.filter(pk=world.task.pk).update(withdrawn=NOW)
    assert standing.of([world.plan], TODAY) == {}


def test_it_costs_the_same_for_one_task_and_for_many(world, queries):
    made.milestone(world.task, TODAY)
    one = queries(lambda: standing.of([world.plan], TODAY))
    other = made.plan("khac")
    for number in range(2, 5):
        task = made.task(other, f"I.{number}", lead=world.lead)
        made.milestone(task, TODAY)
        made.needs(task, made.task(other, f"II.{number}"))
    assert one == queries(lambda: standing.of([world.plan, other], TODAY)) == 6


@pytest.mark.parametrize("seed", range(3))
def test_every_count_is_the_sum_of_what_it_counts(world, seed):
    chance = Random(seed)
    offices = [world.lead, world.helper, world.commune, world.so]
    for number in range(25):
        ends = TODAY + timedelta(days=chance.randint(-400, 1500))
        task = made.task(world.plan, f"{chance.choice(['II', 'III'])}.{number}", starts=None, ends=ends)
        for office in chance.sample(offices, chance.randint(1, 3)):
            made.assignment(task, office, chance.choice(Role.values), state=State.UNDER_WAY, told=TODAY)
        if chance.random() < 0.5:
            made.milestone(task, ends - timedelta(days=30), done=chance.choice([None, TODAY]))
        if chance.random() < 0.2:
            Task.objects.filter(pk=task.pk).update(done=TODAY)
    found = standing.of([world.plan], TODAY)
    whole = totals.whole(found.values())
    assert sum(whole.counts.values()) == len(found) == world.plan.tasks.filter(withdrawn=None).count()
    sections = totals.by_section(found.values())
    assert {light: sum(one.counts[light] for one in sections) for light in GRAVITY} == whole.counts
    by_office = {one.office: one for one in parts.units(world.plan, TODAY)}
    for office in offices:
        unit = parts.unit(world.plan, office, TODAY)
        counted = by_office[office]
        assert (len(unit.leads), len(unit.helps)) == (counted.leads, counted.helps)
        assert unit.counts == dict.fromkeys(GRAVITY, 0) | Counter(part.standing.light for part in unit.leads)
        silent = [part for part in (*unit.leads, *unit.helps) if part.assignment.state == State.NOT_TOLD]
        assert (len(silent), unit.counts[Light.LATE]) == (counted.silent, counted.late)
    held = Assignment.objects.filter(task__plan=world.plan, ended=None).count()
    assert sum(one.leads + one.helps for one in by_office.values()) == held


def test_every_reason_has_words(world):
    values = {
        "days": 1,
        "count": 2,
        "open": 1,
        "done": 2,
        "steps": 5,
        "gone": 40,
        "told": 1,
        "leads": 2,
        "code": "I.1",
        "title": "Dự thảo",
    }
    days = dict.fromkeys(("day", "ends", "starts", "expected", "possible", "due"), "2026-11-26")
    for language in ("vi", "en"):
        with translation.override(language):
            for kind in wording.KINDS:
                said = wording.said(kind, values | days)
                assert said
                assert "%(" not in said
                assert "2026-11-26" not in said
    assert wording.said("steps", {"done": 2, "steps": 5}) == "2 of 5 milestones"
    assert wording.said("time_left", {"days": 37, "ends": TODAY, "time": "quarter"}) == (
        "37 days to the end of the quarter"
    )
