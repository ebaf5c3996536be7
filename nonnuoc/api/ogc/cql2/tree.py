"""What a filter says: names, values, and operators on them. Every node knows where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

MAX_LENGTH = 8000  # characters
MAX_TERMS = 100  # comparisons and other predicates
MAX_DEPTH = 30
MAX_VERTICES = 1000  # of all geometries together
MAX_PATTERN = 200  # characters behind LIKE

SPATIAL = ("intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains")
TEMPORAL = (
    *("after", "before", "contains", "disjoint", "during", "equals", "finishedby", "finishes", "intersects", "meets"),
    *("metby", "overlappedby", "overlaps", "startedby", "starts"),
)
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*", "/", "%", "div", "^")
FUNCTIONS = ("casei", "accenti", *(f"s_{one}" for one in SPATIAL), *(f"t_{one}" for one in TEMPORAL))
PREDICATES = frozenset({*COMPARISONS, "like", "between", "in", "isnull", *FUNCTIONS[2:]})


class Fault(ValueError):  # noqa: N818 - as people call it
    """The filter cannot be read or makes no sense. `at`: 0-based character of a text; None: of a JSON, see `near`."""

    def __init__(self, detail: str, at: int | None = None, near: str = "") -> None:
        super().__init__(detail)
        self.detail, self.at, self.near = detail, at, near


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: a character of the text, or a path in the JSON."""

    at: int | None = None
    near: str = ""

    def fault(self, detail: str) -> Fault:
        return Fault(detail, self.at, self.near)


@dataclass(frozen=True, slots=True)
class Name:
    """A property."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Literal:
    """A value; `kind`: string, number, boolean, span (µs from and to, both included) or geometry.

    A geometry is a shapely one as it is written, or the four numbers of a box.
    """

    value: Any
    kind: str
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function, by its name in CQL2's JSON in small letters, and what it is applied to."""

    op: str
    arguments: tuple[Node, ...]
    place: Place


Node = Name | Literal | Call


def nodes(root: Node) -> Iterator[Node]:
    """All of them."""
    yield root
    if isinstance(root, Call):
        for argument in root.arguments:
            yield from nodes(argument)


def checked(root: Node) -> Node:
    """The tree, if it is of bearable size. Raises Fault."""
    terms = vertices = 0
    for node in nodes(root):
        terms += isinstance(node, Call) and node.op in PREDICATES
        if isinstance(node, Literal) and isinstance(node.value, BaseGeometry):
            vertices += int(shapely.get_num_coordinates(node.value))
        if terms > MAX_TERMS:
            raise node.place.fault(f"a filter has at most {MAX_TERMS} comparisons")
        if vertices > MAX_VERTICES:
            raise node.place.fault(f"the geometries of a filter have at most {MAX_VERTICES} vertices together")
    return root
