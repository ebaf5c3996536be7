"""The general assessment in computed sentences. Every number counts what its sentence rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from nonnuoc.domain.plan.light import Light
from nonnuoc.records.plans.models import Task
from nonnuoc.records.plans.reports import sentence as s
from nonnuoc.records.plans.reports.content import tasks, units
from nonnuoc.records.plans.reports.content.targets import is_told
from nonnuoc.records.plans.reports.gathering import Gathered
from nonnuoc.records.plans.reports.sentence import Sentence


def sentences(found: Gathered) -> list[Sentence]:
    """Who reported, how the tasks stand, what fell due, the targets, difficulties, money."""
    said = [_received(found), _lights(found)]
    said += [one for one in (_due(found), *_named(found), _seen(found)) if one is not None]
    if found.targets:
        said.append(_targets(found))
    said.append(_difficulties(found))
    said.append(_money(found))
    return said


def _received(found: Gathered) -> Sentence:
    """Of the units asked: how many reported, in time, late; how many did not."""
    counted = Counter(units.when(found, one) for one in found.forms)
    came = counted["in_time"] + counted["late"]
    approved = sum(one.state == "approved" for one in found.forms)
    given = {"of": len(found.forms), "came": came, "in_time": counted["in_time"], "late": counted["late"]}
    left = {"returned": counted["returned"], "missing": counted["overdue"] + counted["waiting"], "approved": approved}
    rests = [s.form(one) for one in found.forms]
    return s.say("received", rests, due=found.round.due, is_over=found.on > found.round.due, **given, **left)


def _lights(found: Gathered) -> Sentence:
    return s.say("lights", _rests(found.tasks), of=len(found.tasks), lights=tasks.count_lights(found), on=found.on)


def _due(found: Gathered) -> Sentence | None:
    """Of the tasks with an end within the period: how many are done."""
    due = [one for one in found.tasks if one.ends and found.round.begins <= one.ends <= found.round.ends]
    last = [one for one in found.tasks if one.ends and found.round.ends < one.ends <= _end_of_year(found)]
    some = [*due, *last]
    if not some:
        return None
    done = sum(one.done is not None and one.done <= found.on for one in some)
    return s.say("due", _rests(some), of=len(some), done=done, year=found.round.ends.year)


def _end_of_year(found: Gathered) -> date:
    return found.round.ends.replace(month=12, day=31)


def _named(found: Gathered) -> list[Sentence]:
    """The tasks that are late, those at risk, each by name with its reasons."""
    return [
        s.say("named", tasks.stands(found, one)["rests_on"], light=str(light), title=one.title, **_where(found, one))
        for light in (Light.LATE, Light.AT_RISK)
        for one in found.tasks
        if str(found.standings[one.pk].light) == str(light)
    ]


def _where(found: Gathered, one: Task) -> dict[str, object]:
    stands = tasks.stands(found, one)["values"]
    return {"code": one.code, "reasons": stands["reasons"]}


def _seen(found: Gathered) -> Sentence | None:
    seen = [one for one in found.tasks if found.standings[one.pk].override is not None]
    return s.say("seen", _rests(seen), n=len(seen)) if seen else None


def _targets(found: Gathered) -> Sentence:
    """Of the targets: how many have a measured value, only a declared one, none; how many have no baseline."""
    measured = sum(is_told(one.measured) for one in found.targets)
    declared = sum(is_told(one.declared) and not is_told(one.measured) for one in found.targets)
    unknown = len(found.targets) - measured - declared
    without = sum(one.target.baseline is None for one in found.targets)
    judged = dict(Counter(str(one.judged) for one in found.targets))
    counted = {"of": len(found.targets), "measured": measured, "declared": declared, "unknown": unknown}
    rests = [s.target(one.target) for one in found.targets]
    return s.say("targets", rests, without_baseline=without, judged=judged, **counted)


def _difficulties(found: Gathered) -> Sentence:
    """How many difficulties are registered, and where they lie."""
    some = [(task, one) for task in found.tasks for one in found.blockers.get(task.pk, ())]
    states = Counter(one.state for _task, one in some)
    rests = [s.blocker(one, task) for task, one in some] or _rests(found.tasks)
    return s.say("difficulties", rests, of=len(some), states=dict(states))


def _money(found: Gathered) -> Sentence:
    """What was told of money for the year of the period; sums over what was told only, None where nothing was."""
    year = found.round.ends.year
    lines = [(task, one) for task in found.tasks for one in found.budgets.get(task.pk, ()) if one.year == year]
    sums = {}
    for name in ("estimated", "approved", "spent"):
        told = [getattr(one, name) for _task, one in lines if getattr(one, name) is not None]
        sums[name] = int(sum(told)) if told else None
    some = list({task.pk: task for task, _one in lines}.values())
    return s.say("money", _rests(some or found.tasks), year=year, tasks=len(some), of=len(found.tasks), **sums)


def _rests(some: Iterable[Task]) -> list[s.Rest]:
    return [s.task(one) for one in some]
