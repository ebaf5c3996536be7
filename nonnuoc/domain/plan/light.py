"""How a task stands: a word computed from dates, steps, what it waits for and what blocks it, with its reasons.

Nothing here is typed by a person. A task is late once its end has passed, or once what it waits for comes so much later
that it cannot be made up for; at risk where something already went wrong or time is short against what remains; on
course only where something is known that says so. What says nothing is unknown, never on course.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

#: A delay shorter than a month is made up for now and then; a longer one hardly ever is.
MADE_UP_FOR_DAYS = 30
#: Without steps nothing shows how far it is; half a quarter before the end somebody has to look.
SHORT_DAYS = 45
#: The least that a step takes in which one office writes and others give an opinion: two weeks.
STEP_TAKES_DAYS = 14
#: The share of the time gone may run ahead of the share of the steps done by half of the whole.
PACE_GAP = 0.5
#: A delay carried over from what it waits for is said, and is a risk from a quarter of the time that is left.
CARRIED_SHARE = 0.25
#: Units report once a year; a month later nothing told is old news.
SILENT_DAYS = 396


class Light(StrEnum):
    """How a task stands."""

    DONE = "done"
    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    LATE = "late"
    UNKNOWN = "unknown"


#: The gravest first: the order of lists, and which of several reasons decides.
GRAVITY = (Light.LATE, Light.AT_RISK, Light.UNKNOWN, Light.ON_COURSE, Light.DONE)


class Step(NamedTuple):
    """A milestone: the day it is due, the day it was done (None: not yet), its words."""

    due: date
    done: date | None = None
    title: str = ""


class Wait(NamedTuple):
    """What a task waits for; `expected` is when that ends (None: not known), `days` what is needed after it."""

    code: str
    expected: date | None
    done: bool = False
    days: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a task. `milestones` are Steps, or pairs (due, done); days count from morning to evening.

    `last_told` is the day a lead last said something of it, `leads_told` how many of its `leads` did within a year and
    a month, `told_done` that all of them call it done; `expected` is its end with all delays propagated (waiting.py),
    `time` the kind of its time (time.Kind).
    """

    starts: date | None
    ends: date | None
    done: date | None = None
    continuous: bool = False
    milestones: Sequence[Step | tuple[date, date | None]] = ()
    waits_for: Sequence[Wait] = ()
    open_blockers: int = 0
    last_told: date | None = None
    leads: int = 1
    leads_told: int = 1
    told_done: bool = False
    expected: date | None = None
    time: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task stands so: what is said (a key that look/plans/words.py has words for), and what of."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a task stands, and why; the reasons that decided it come first."""

    light: Light
    reasons: tuple[Reason, ...]


Said: TypeAlias = tuple[Light | None, Reason]


def judged(facts: Facts, on: date) -> Judged:
    """How the task stands at the end of the day `on`, with at least one reason.

    What happened after that day is not known yet. The gravest of what is found decides; what only tells more (how many
    steps, how many days are left) follows and decides nothing.
    """
    if facts.done is not None and facts.done <= on:
        return Judged(Light.DONE, (_done(facts.done, facts.ends),))
    sayings = (_of_time, _of_waiting, _of_steps, _of_slip, _of_telling)
    found = [said for saying in sayings for said in saying(facts, on)]
    light = next((one for one in GRAVITY if any(asked is one for asked, _reason in found)), Light.UNKNOWN)
    first = [reason for asked, reason in found if asked is light]
    second = [reason for asked, reason in found if asked not in (light, None, Light.ON_COURSE, Light.UNKNOWN)]
    rest = [reason for asked, reason in found if asked is None or (asked is Light.ON_COURSE and asked is not light)]
    if not first:
        first = [Reason("time_unread" if facts.time == "unread" else "no_end")]
    return Judged(light, (*first, *second, *rest))


def alone(facts: Facts, on: date) -> date | None:
    """When the task ends as far as itself is concerned: the day it was done; else its end, or today once that passed.

    Where a step is overdue and the steps after it keep their distances, the last of them comes later by as much; the
    task then ends no earlier. None where it has no end.
    """
    if facts.done is not None and facts.done <= on:
        return facts.done
    if facts.ends is None:
        return None
    waiting = [step for step in _steps(facts) if not is_done(step, on)]
    behind = max((on - step.due for step in waiting), default=timedelta(0))
    last = max((step.due for step in waiting), default=facts.ends)
    return max(facts.ends, on, last + max(behind, timedelta(0)))


def counted(facts: Facts, on: date) -> tuple[int, int]:
    """(steps done, steps)."""
    steps = _steps(facts)
    return sum(is_done(step, on) for step in steps), len(steps)


def _done(day: date, ends: date | None) -> Reason:
    after = (day - ends).days if ends is not None and day > ends else 0
    return Reason("done_after", {"day": day, "days": after}) if after else Reason("done", {"day": day})


def _of_time(facts: Facts, on: date) -> Iterator[Said]:
    """What the dates alone say: the end has passed, it has not begun, how many days are left."""
    if facts.ends is not None and on > facts.ends:
        yield Light.LATE, Reason("ended", {"ends": facts.ends, "days": (on - facts.ends).days})
        if facts.told_done:
            yield None, Reason("told_done", {"day": facts.last_told})
        return
    if facts.open_blockers:
        yield Light.AT_RISK, Reason("blockers", {"count": facts.open_blockers})
    if facts.ends is not None:
        done, steps = counted(facts, on)
        left, waiting = (facts.ends - on).days, steps - done
        if waiting and left < waiting * STEP_TAKES_DAYS:
            yield Light.AT_RISK, Reason("time_short", {"days": left, "ends": facts.ends, "open": waiting})
        elif not steps and left <= SHORT_DAYS and not facts.told_done:
            yield Light.AT_RISK, Reason("end_near", {"days": left, "ends": facts.ends})
        else:
            yield None, Reason("time_left", {"days": left, "ends": facts.ends, "time": facts.time})
    if facts.starts is not None and on < facts.starts:
        yield Light.ON_COURSE, Reason("not_started", {"starts": facts.starts})


def _of_waiting(facts: Facts, on: date) -> Iterator[Said]:
    """What it waits for: comes too late, is not known to come, or is only waited for."""
    for wait in facts.waits_for:
        if wait.done:
            continue
        if wait.expected is None:
            yield Light.UNKNOWN, Reason("waits_unknown", {"code": wait.code})
            continue
        possible = _possible(wait, on)
        slip = (possible - facts.ends).days if possible is not None and facts.ends is not None else 0
        if slip > 0:
            light = Light.LATE if slip > MADE_UP_FOR_DAYS else Light.AT_RISK
            values = {"code": wait.code, "expected": wait.expected, "possible": possible, "days": slip}
            yield light, Reason("waits_too_long", values)
        else:
            yield None, Reason("waits", {"code": wait.code, "expected": wait.expected})


def _of_slip(facts: Facts, on: date) -> Iterator[Said]:
    """Its expected end, where that is later than its own and nothing said so yet."""
    if facts.expected is None or facts.ends is None or facts.expected <= max(facts.ends, on):
        return
    possible = (_possible(wait, on) for wait in facts.waits_for if not wait.done)
    if any(day is not None and day > facts.ends for day in possible):
        return
    slip, left = (facts.expected - facts.ends).days, (facts.ends - on).days
    is_risk = slip > left * CARRIED_SHARE
    yield Light.AT_RISK if is_risk else None, Reason("expected", {"expected": facts.expected, "days": slip})


def _of_steps(facts: Facts, on: date) -> Iterator[Said]:
    """What the steps say: one is overdue, their pace is too slow, or all that were due are done."""
    steps = _steps(facts)
    if not steps:
        return
    overdue = [step for step in steps if step.due < on and not is_done(step, on)]
    done, count = counted(facts, on)
    said = Reason("steps", {"done": done, "steps": count})
    if overdue:
        worst = min(overdue, key=lambda step: step.due)
        values = {"title": worst.title, "due": worst.due, "days": (on - worst.due).days, "count": len(overdue)}
        yield Light.AT_RISK, Reason("step_overdue", values)
    gone = _gone(facts, on)
    if gone is not None and gone - done / count >= PACE_GAP:
        values = {"gone": round(100 * gone), "done": done, "steps": count}
        yield Light.AT_RISK, Reason("pace", values)
    else:
        yield None if overdue else Light.ON_COURSE, said


def _of_telling(facts: Facts, on: date) -> Iterator[Said]:
    """What its lead told; that alone decides only where there are no steps."""
    steps, told = bool(facts.milestones), facts.last_told
    if told is not None and told > on:
        told = None
    begun = facts.starts is None or facts.starts <= on
    if told is None:
        if not steps and begun and (facts.continuous or facts.ends is not None):
            yield Light.UNKNOWN, Reason("continuous_untold" if facts.continuous else "untold")
        return
    silent = (on - told).days
    if silent > SILENT_DAYS:
        yield None if steps or not begun else Light.UNKNOWN, Reason("silent", {"day": told, "days": silent})
    elif facts.told_done and not facts.continuous:
        if facts.ends is None or on <= facts.ends:
            yield None if steps else Light.ON_COURSE, Reason("told_done", {"day": told})
    elif facts.leads_told < facts.leads:
        values = {"told": facts.leads_told, "leads": facts.leads, "day": told}
        yield None if steps or not begun else Light.UNKNOWN, Reason("told_by_some", values)
    elif steps or (facts.ends is None and not facts.continuous):
        yield None, Reason("told", {"day": told})
    else:
        yield Light.ON_COURSE, Reason("continuous_told" if facts.continuous else "told_only", {"day": told})


def _possible(wait: Wait, on: date) -> date | None:
    """When at the earliest a task can end that waits so."""
    return None if wait.expected is None else max(wait.expected, on) + timedelta(days=wait.days)


def _gone(facts: Facts, on: date) -> float | None:
    """The share of its time that has gone, 0 to 1; None for what has not both ends."""
    if facts.starts is None or facts.ends is None or facts.ends <= facts.starts:
        return None
    return min(1.0, max(0.0, (on - facts.starts) / (facts.ends - facts.starts)))


def _steps(facts: Facts) -> list[Step]:
    return [one if isinstance(one, Step) else Step(*one) for one in facts.milestones]


def is_done(step: Step, on: date) -> bool:
    """Whether it was done by the end of that day."""
    return step.done is not None and step.done <= on
