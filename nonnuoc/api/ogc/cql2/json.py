"""CQL2 JSON → tree."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from nonnuoc.api.ogc.cql2 import values
from nonnuoc.api.ogc.cql2.tree import (
    ARITHMETIC,
    COMPARISONS,
    FUNCTIONS,
    MAX_DEPTH,
    MAX_LENGTH,
    Call,
    Fault,
    Literal,
    Name,
    Node,
    Place,
    checked,
)

_OPERATORS = frozenset(("and", "or", "not", "like", "between", "in", "isnull", *COMPARISONS, *ARITHMETIC, *FUNCTIONS))


def parse(text: str) -> Node:
    """The tree. Raises Fault, with the path of the member."""
    if len(text) > MAX_LENGTH:
        raise Fault(f"a filter has at most {MAX_LENGTH} characters", MAX_LENGTH)
    try:
        found = json.loads(text, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise Fault(f"this is not JSON: {error.msg}", error.pos, text[error.pos : error.pos + 20]) from None
    except (ValueError, RecursionError):
        raise Fault("this JSON is too deep, or holds a number that is none", 0, text[:20]) from None
    return checked(_node(found, "$", 0))


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


def _node(found: Any, path: str, depth: int) -> Node:
    place = Place(None, path)
    if depth > MAX_DEPTH:
        raise place.fault(f"a filter is nested at most {MAX_DEPTH} deep")
    if isinstance(found, bool):
        return Literal(found, "boolean", place)
    if isinstance(found, int | float):
        try:
            return Literal(float(found), "number", place)
        except OverflowError:
            raise place.fault("this number is too large") from None
    if isinstance(found, str):
        return Literal(found, "string", place)
    if isinstance(found, dict):
        return _member(found, path, place, depth)
    raise place.fault("an operator, a property or a value is missing here")


def _member(found: dict[str, Any], path: str, place: Place, depth: int) -> Node:
    match found:
        case {"op": str(op), "args": list(arguments)} if len(found) == 2:
            return _call(op, arguments, path, place, depth)
        case {"property": str(name)} if len(found) == 1:
            return Name(name, place)
        case {"timestamp": str(text)} if len(found) == 1:
            return values.timestamp(text, place)
        case {"date": str(text)} if len(found) == 1:
            return values.date(text, place)
        case {"interval": list(ends)} if len(found) == 1:
            return values.interval([_end(one, place) for one in ends], place)
        case {"bbox": list(numbers)} if len(found) == 1 and all(_is_number(one) for one in numbers):
            return values.box([float(one) for one in numbers], place)
        case {"type": str()}:
            return values.geojson(found, place)
    raise place.fault('here stands {"op", "args"}, {"property"}, {"timestamp"}, {"date"}, {"interval"} or a geometry')


def _end(found: Any, place: Place) -> str | Name:
    """An end of an interval: a time, "..", or a property."""
    match found:
        case str():
            return found
        case {"property": str(name)} if len(found) == 1:
            return Name(name, place)
    raise place.fault('an interval has two ends: times, "..", or properties')


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e300


def _call(op: str, arguments: list[Any], path: str, place: Place, depth: int) -> Node:
    name = op.lower()
    if name not in _OPERATORS:
        raise place.fault(f"there is no operator {op[:40]!r}")
    if name == "in":
        if len(arguments) != 2 or not isinstance(arguments[1], list):
            raise place.fault("the second argument of in is a list")
        arguments = [arguments[0], *arguments[1]]
    read = tuple(_node(one, f"{path}.args[{place_}]", depth + 1) for place_, one in enumerate(arguments))
    if name == "-" and len(read) == 1:
        read = (Literal(0.0, "number", place), *read)
    return Call(name, read, place)
