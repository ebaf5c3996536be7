"""Tasks over time, laid out for an SVG: bars, slips, milestones, what waits for what.

Positions are whole pixels from the upper left. The words of a task are set beside its bar, wrapped, never cut.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nonnuoc.domain.plan.light import Light
from nonnuoc.records.plans.board.course import Course
from nonnuoc.records.plans.models import Milestone, Plan

LABELS = 356  # px, of the column of words
LETTERS = 50  # in a line of it
LINE, PAD, HEAD = 17, 7, 60  # px
BAR = 12
QUARTER, QUARTER_DAYS = 38, 365.25 / 4  # px of one quarter, near enough
NEAR = 10  # px between the ends of two bars that an arrow needs beside them


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on its bar."""

    x: int
    milestone: Milestone


@dataclass(frozen=True, slots=True)
class Row:
    """A task. Without days of its own `x` and `width` are None; `slip` is the width of what comes too late."""

    course: Course
    top: int
    height: int
    lines: tuple[tuple[int, str], ...]  # baseline, words
    x: int | None
    width: int | None
    slip: int
    marks: tuple[Mark, ...]
    is_open: bool  # it has no end

    @property
    def middle(self) -> int:
        return self.top + self.height // 2

    @property
    def bar(self) -> int:
        """The upper edge of the bar."""
        return self.middle - BAR // 2

    @property
    def tip(self) -> int:
        """Where it ends, its slip included."""
        return (self.x or 0) + (self.width or 0) + self.slip


@dataclass(frozen=True, slots=True)
class Tick:
    """A quarter; the first of a year carries the year."""

    x: int
    words: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture."""

    width: int
    height: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    arrows: tuple[str, ...]  # paths, from what is waited for to what waits
    today: int | None
    left: int = LABELS
    head: int = HEAD
    bar: int = BAR


def draw(plan: Plan, courses: Sequence[Course], on: date) -> Drawing:
    """The picture of these tasks; it reaches from the first year of the plan to its last, or to what slips beyond."""
    first = date(plan.starts.year, 1, 1)
    last = max([plan.ends, *(one.standing.expected for one in courses if one.standing.expected)])
    quarters = list(_quarters(first, last))
    scale = _Scale(first, quarters[-1] + timedelta(days=92))
    rows = tuple(_rows(courses, scale))
    height = (rows[-1].top + rows[-1].height if rows else HEAD) + PAD
    ticks = tuple(
        Tick(scale.at(day), ("I", "II", "III", "IV")[day.month // 3], day.year if day.month == 1 else None)
        for day in quarters
    )
    width = LABELS + QUARTER * len(quarters) + PAD
    today = scale.at(on) if scale.first <= on <= scale.last else None
    return Drawing(width, height, rows, ticks, tuple(_arrows(rows)), today)


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def at(self, day: date) -> int:
        """Pixels of the morning of a day; those before and after the picture stand at its edges."""
        day = min(max(day, self.first), self.last)
        return round(LABELS + QUARTER * ((day - self.first).days / QUARTER_DAYS))


def _quarters(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day = date(day.year + (day.month == 10), (day.month + 3 - 1) % 12 + 1, 1)


def _rows(courses: Sequence[Course], scale: _Scale) -> Iterator[Row]:
    top = HEAD
    for one in courses:
        task = one.standing.task
        words = textwrap.wrap(f"{task.code}  {task.title}", LETTERS, break_on_hyphens=False) or [task.code]
        height = max(len(words) * LINE + 2 * PAD, 34)
        begin = top + (height - len(words) * LINE) // 2 + LINE - 4
        lines = tuple((begin + LINE * n, line) for n, line in enumerate(words))
        yield Row(one, top, height, lines, *_bar(one, scale), _marks(one, scale), task.ends is None)
        top += height


def _bar(one: Course, scale: _Scale) -> tuple[int | None, int | None, int]:
    task, expected = one.standing.task, one.standing.expected
    if task.starts is None and task.ends is None:
        return None, None, 0
    begins = scale.at(task.starts or scale.first)
    ends = scale.at(task.ends + timedelta(days=1)) if task.ends else scale.at(scale.last)
    slips = bool(expected and task.ends and expected > task.ends and one.standing.light != Light.DONE)
    slip = scale.at(expected) - ends if slips and expected else 0
    return begins, max(ends - begins, 2), max(slip, 0)


def _marks(one: Course, scale: _Scale) -> tuple[Mark, ...]:
    return tuple(Mark(scale.at(step.due), step) for step in one.milestones)


def _arrows(rows: Sequence[Row]) -> Iterator[str]:
    """From the end of what is waited for down (or up) to the end of what waits; both must be on the picture."""
    of: Mapping[str, Row] = {row.course.standing.task.code: row for row in rows if row.x is not None}
    for row in of.values():
        for code in row.course.needs:
            if code in of:
                yield _arrow(of[code], row)


def _arrow(first: Row, then: Row) -> str:
    turn = max(first.tip, then.tip) + NEAR
    return f"M{first.tip} {first.middle}H{turn}V{then.middle}H{then.tip + 3}"
