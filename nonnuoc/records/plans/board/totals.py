"""How many tasks stand how. Nothing is weighted and nothing averaged: a total is a count of tasks one can list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from nonnuoc.domain.plan.light import GRAVITY, Light
from nonnuoc.records.plans.tasks.standing import Standing

#: What a leader is told of by name.
RED = (Light.LATE, Light.AT_RISK)


@dataclass(frozen=True, slots=True)
class Total:
    """Tasks that are counted together: a section, a plan, all plans."""

    key: str  # of the section; "" of a whole
    title: str
    tasks: tuple[Standing, ...]

    @property
    def counts(self) -> Mapping[Light, int]:
        """Of every light, how many; their sum is the number of tasks."""
        found = dict.fromkeys(GRAVITY, 0)
        for one in self.tasks:
            found[one.light] += 1
        return found

    @property
    def told(self) -> list[tuple[Light, int]]:
        """The gravest first, those there are."""
        return [(light, number) for light, number in self.counts.items() if number]

    @property
    def number(self) -> int:
        return len(self.tasks)

    @property
    def open(self) -> int:
        """How many are not done."""
        return self.number - self.counts[Light.DONE]


def whole(tasks: Iterable[Standing]) -> Total:
    """All of them together."""
    return Total("", "", tuple(tasks))


def by_section(tasks: Iterable[Standing]) -> list[Total]:
    """One total for each section, in the order of the plan; every task is in exactly one."""
    ordered = sorted(tasks, key=lambda one: one.task.order)
    first: dict[str, int] = {}
    for one in ordered:
        first.setdefault(one.task.section, one.task.order)
    ordered.sort(key=lambda one: (first[one.task.section], one.task.order))
    sections = groupby(ordered, key=lambda one: one.task.section)
    return [_section(key, tuple(found)) for key, found in sections]


def _section(key: str, tasks: tuple[Standing, ...]) -> Total:
    return Total(key, tasks[0].task.section_title, tasks)


def red(tasks: Iterable[Standing]) -> list[Standing]:
    """The late ones, then those at risk; of each kind what slips most first."""
    found = [one for one in tasks if one.light in RED]
    return sorted(found, key=lambda one: (RED.index(one.light), -one.slip_days, _end(one), one.task.order))


def _end(one: Standing) -> int:
    return one.task.ends.toordinal() if one.task.ends else 9_999_999
