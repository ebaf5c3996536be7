"""What waits for what: an order in which everything can be done, the circle where there is none, and how delays travel.

An edge (task, on) says that `task` cannot end before `on` has. A delay is carried on whole: time between two tasks that
the plan foresees is taken as needed, nobody is assumed to catch up with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", bound=Hashable)


class CircleError(ValueError):
    """Tasks wait for each other in a circle; `circle` names them, the first also as the last."""

    def __init__(self, circle: Sequence[Hashable]) -> None:
        self.circle = tuple(circle)
        super().__init__(" -> ".join(map(str, circle)))


def circle(edges: Iterable[tuple[T, T]]) -> tuple[T, ...] | None:
    """Tasks that wait for each other, each for the next, the first again at the end; None where there are none."""
    on: dict[T, list[T]] = defaultdict(list)
    for task, other in edges:
        on[task].append(other)
    seen: set[T] = set()
    for start in list(on):
        path: list[T] = []
        place: dict[T, int] = {}
        stack: list[tuple[T, int]] = [(start, 0)]
        while stack:
            node, index = stack.pop()
            if index == 0:
                if node in seen:
                    continue
                seen.add(node)
                place[node] = len(path)
                path.append(node)
            following = on.get(node, [])
            if index == len(following):
                place.pop(path.pop())
                continue
            stack.append((node, index + 1))
            if (target := following[index]) in place:
                return (*path[place[target] :], target)
            stack.append((target, 0))
    return None


def order(edges: Iterable[tuple[T, T]]) -> list[T]:
    """The tasks of the edges, each after all that it waits for. Raises CircleError."""
    known = list(edges)
    names = list(dict.fromkeys(name for edge in known for name in edge))
    index = {name: number for number, name in enumerate(names)}
    pairs = np.array([(index[task], index[on]) for task, on in known], dtype=np.int64).reshape(-1, 2)
    level = _levels(len(names), pairs)
    if level is None:
        raise CircleError(circle(known) or ())
    return [names[number] for number in np.argsort(level, kind="stable")]


def expected(
    ends: npt.ArrayLike, own_expected: npt.ArrayLike, edges: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(expected end, slip) of each task, both of shape (tasks,), in days; NaN expected where a task has no end.

    `ends` are the ends by the plan and `own_expected` those that each task is expected to have by itself, as days (of
    any count), NaN: none; `edges` of shape (edges, 3): place of the task, place of what it waits for, days that it
    takes after that. A task ends no earlier than it would by itself, nor than what it waits for and the days after it;
    and it is delayed by no less than any of these. Without dependencies its expected end is its own. Delays also pass
    through tasks without an end. Raises CircleError with the places.
    """
    by_plan, own = np.asarray(ends, dtype=float), np.asarray(own_expected, dtype=float)
    links = np.asarray(edges, dtype=np.int64).reshape(-1, 3)
    level = _levels(len(by_plan), links[:, :2])
    if level is None:
        raise CircleError(circle(map(tuple, links[:, :2].tolist())) or ())
    slip = np.nan_to_num(own - by_plan, nan=0.0)
    ended = np.where(np.isnan(by_plan), own, by_plan + slip)
    depth = level[links[:, 0]] if len(links) else np.empty(0, dtype=np.int64)
    for step in range(1, int(depth.max(initial=0)) + 1):
        task, on, days = links[depth == step].T
        np.maximum.at(slip, task, slip[on])
        np.fmax.at(slip, task, ended[on] + days - by_plan[task])
        here = np.unique(task)
        ended[here] = np.fmax(ended[here], by_plan[here] + slip[here])
    return ended, slip


def _levels(count: int, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
    """How many tasks wait in a row before each one, of shape (count,); None for a circle."""
    level = np.zeros(count, dtype=np.int64)
    for _round in range(count + 1):
        raised = level.copy()
        np.maximum.at(raised, pairs[:, 0], level[pairs[:, 1]] + 1)
        if (raised == level).all():
            return level
        level = raised
    return None
