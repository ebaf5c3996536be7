"""Which features a filter keeps. Whole columns at once; what is unknown is neither kept nor kept by its negation."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from nonnuoc.api.ogc.cql2 import matching, temporal
from nonnuoc.api.ogc.cql2.tree import Call, Literal, Name, Node
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.places.layers import Features, Field

Bools = NDArray[np.bool_]
GEOMETRY = "geometry"  # the name of every feature's shape in a filter
KINDS = {"integer": "number", "number": "number", "date-time": "span", "string": "string", "boolean": "boolean"}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SPANS: dict[str, str] = {
    "=": "within",
    "<>": "beside",
    "<": "before",
    "<=": "not_later",
    ">": "after",
    ">=": "not_earlier",
}
_CALCULATE: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "div": lambda a, b: np.trunc(np.divide(a, b)),
    "^": np.power,
}


@dataclass(frozen=True, eq=False)
class Column:
    """Values of one kind, one a feature, or one for all; `known`: which there are."""

    kind: str
    values: NDArray[Any]  # of spans shape (n, 2)
    known: Bools


@dataclass(frozen=True, eq=False)
class Truth:
    """For which features something is true, and for which it is false; of the others nobody knows."""

    yes: Bools
    no: Bools


class Judge:
    """Reads the features of one layer.

    `geometries`: turns a geometry of the filter, or the numbers of a box, into WGS 84; raises ValueError.
    """

    def __init__(self, features: Features, fields: Mapping[str, Field], geometries: Callable[[Any], Any]) -> None:
        self.features, self.fields, self.geometries = features, fields, geometries

    def keeps(self, root: Node) -> Bools:
        """Of each feature whether the filter is true of it; shape (n,). Raises Fault."""
        return np.broadcast_to(self.truth(root).yes, (len(self.features),))

    def truth(self, node: Node) -> Truth:
        """A condition. Raises Fault where the node is none."""
        if isinstance(node, Call):
            match node.op:
                case "and" | "or":
                    return self._joined(node)
                case "not":
                    one = self.truth(*self._some(node, 1))
                    return Truth(one.no, one.yes)
                case "isnull":
                    known = self.column(*self._some(node, 1)).known
                    return Truth(~known, known)
                case "between":
                    return self._between(node)
                case "in":
                    return self._in(node)
                case "like":
                    return self._like(node)
            if node.op in _COMPARE:
                return self._compared(node.op, node, *(self.column(one) for one in self._some(node, 2)))
            if node.op.startswith("s_"):
                return self._spatial(node)
            if node.op.startswith("t_"):
                return self._temporal(node)
            raise node.place.fault(f"{node.op} gives a value; a condition compares it with something")
        column = self.column(node)
        if column.kind != "boolean":
            raise node.place.fault("a condition is missing here, such as kind = 'surface_water'")
        values = column.values.astype(bool)
        return Truth(values & column.known, ~values & column.known)

    def column(self, node: Node) -> Column:
        """A value. Raises Fault where the node is none, or names no property."""
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, Name):
            return self._named(node)
        if node.op in ("casei", "accenti"):
            (one,) = self._some(node, 1)
            return self._plainer(node, self._of_kind(one, "string"))
        if node.op in _CALCULATE:
            return self._calculated(node)
        if node.op == "interval":
            since, until = (self._of_kind(one, "span") for one in self._some(node, 2))
            starts, ends = np.broadcast_arrays(since.values[:, 0], until.values[:, 1])
            return Column("span", np.column_stack([starts, ends]), since.known & until.known)
        raise node.place.fault(f"{node.op} is a condition; here stands a value")

    def _literal(self, node: Literal) -> Column:
        value = self._placed(node) if node.kind == "geometry" else node.value
        if node.kind == "span":
            return Column("span", np.array([value], np.int64), np.array([True]))
        values = np.empty(1, float if node.kind == "number" else object)
        values[0] = value
        return Column(node.kind, values, np.array([True]))

    def _placed(self, node: Literal) -> Any:
        try:
            return self.geometries(node.value)
        except ValueError as error:
            raise node.place.fault(str(error)) from None

    def _named(self, node: Name) -> Column:
        if node.name == GEOMETRY:
            shapes = self.features.shapes
            return Column("geometry", shapes, ~shapely.is_missing(shapes))
        field = self.fields.get(node.name)
        if field is None:
            there = ", ".join((*self.fields, GEOMETRY))
            raise node.place.fault(f"there is no property {node.name[:60]!r}; there are {there}")
        return column(field, self.features.columns[node.name])

    def _of_kind(self, node: Node, kind: str) -> Column:
        found = self.column(node)
        if found.kind != kind:
            raise node.place.fault(f"a {_SAID[kind]} is missing here; this is a {_SAID[found.kind]}")
        return found

    def _some(self, node: Call, number: int) -> tuple[Node, ...]:
        if len(node.arguments) != number:
            raise node.place.fault(f"{node.op} has {number} argument{'s' if number > 1 else ''}")
        return node.arguments

    def _joined(self, node: Call) -> Truth:
        if len(node.arguments) < 2:
            raise node.place.fault(f"{node.op} joins two conditions or more")
        parts = [self.truth(one) for one in node.arguments]
        total = parts[0]
        for one in parts[1:]:
            if node.op == "and":
                total = Truth(total.yes & one.yes, total.no | one.no)
            else:
                total = Truth(total.yes | one.yes, total.no & one.no)
        return total

    def _compared(self, op: str, node: Node, left: Column, right: Column) -> Truth:
        if left.kind != right.kind:
            raise node.place.fault(f"a {_SAID[left.kind]} cannot be compared with a {_SAID[right.kind]}")
        if left.kind == "geometry" or (left.kind == "boolean" and op not in ("=", "<>")):
            raise node.place.fault(f"{op} does not compare a {_SAID[left.kind]}")
        known = left.known & right.known
        if left.kind == "span":
            said = temporal.RELATIONS[_SPANS[op]](left.values, right.values)
        else:
            said = np.asarray(_COMPARE[op](left.values, right.values), bool)
        return Truth(said & known, ~said & known)

    def _between(self, node: Call) -> Truth:
        value, low, high = (self.column(one) for one in self._some(node, 3))
        above, below = self._compared(">=", node, value, low), self._compared("<=", node, value, high)
        return Truth(above.yes & below.yes, above.no | below.no)

    def _in(self, node: Call) -> Truth:
        if len(node.arguments) < 2:
            raise node.place.fault("in has a value and a list of at least one")
        value, *listed = (self.column(one) for one in node.arguments)
        found = [self._compared("=", node, value, one) for one in listed]
        return Truth(np.any([one.yes for one in found], 0), np.all([one.no for one in found], 0))

    def _like(self, node: Call) -> Truth:
        value, pattern = (self._of_kind(one, "string") for one in self._some(node, 2))
        if len(pattern.values) != 1 or not pattern.known.all() or _has_name(node.arguments[1]):
            raise node.arguments[1].place.fault("the pattern of like is a text")
        matches = matching.matcher(str(pattern.values[0]), node.arguments[1].place)
        said = np.array([matches(text) for text in value.values.tolist()], bool)
        return Truth(said & value.known, ~said & value.known)

    def _plainer(self, node: Call, texts: Column) -> Column:
        change = matching.small if node.op == "casei" else matching.without_marks
        values = np.empty(len(texts.values), object)
        values[:] = [change(text) for text in texts.values.tolist()]
        return Column("string", values, texts.known)

    def _calculated(self, node: Call) -> Column:
        left, right = (self._of_kind(one, "number") for one in self._some(node, 2))
        with np.errstate(all="ignore"):
            values = np.asarray(_CALCULATE[node.op](left.values, right.values), float)
        return Column("number", values, left.known & right.known & np.isfinite(values))

    def _spatial(self, node: Call) -> Truth:
        left, right = (self._of_kind(one, "geometry") for one in self._some(node, 2))
        relation: Callable[[Any, Any], Any] = getattr(shapely, node.op.removeprefix("s_"))
        for one in (left, right):
            if len(one.values) == 1:
                shapely.prepare(one.values)
        known = left.known & right.known
        said = np.asarray(relation(left.values, right.values), bool)
        return Truth(said & known, ~said & known)

    def _temporal(self, node: Call) -> Truth:
        left, right = (self._of_kind(one, "span") for one in self._some(node, 2))
        known = left.known & right.known
        said = temporal.RELATIONS[node.op.removeprefix("t_")](left.values, right.values)
        return Truth(said & known, ~said & known)


_SAID = {"string": "text", "number": "number", "boolean": "truth value", "span": "time", "geometry": "geometry"}


def column(field: Field, found: tuple[Any, ...]) -> Column:
    """A field's values as they are compared."""
    known = np.array([value is not None for value in found], bool)
    kind = KINDS[field.kind]
    if kind == "span":
        moments = [(micros(one),) * 2 if one is not None else (0, 0) for one in found]
        return Column(kind, np.array(moments, np.int64).reshape(-1, 2), known)
    if kind == "number":
        return Column(kind, np.array([np.nan if one is None else one for one in found], float), known)
    values = np.empty(len(found), object)
    values[:] = [("" if kind == "string" else False) if one is None else one for one in found]
    return Column(kind, values, known)


def _has_name(node: Node) -> bool:
    return isinstance(node, Name) or (isinstance(node, Call) and any(_has_name(one) for one in node.arguments))
