"""The path of an address: /Datastreams(7)/Thing/properties/kind/$value, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nonnuoc.api.sensorthings import limits
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Step
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet

_SEGMENT = re.compile(r"([A-Za-z]+)(?:\((.*)\))?", re.DOTALL)
#: Above it there is no entity, and in no column of the database room for it.
_LAST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path leads to: entities, or below one of them a property (its names), as its bare value or not."""

    steps: tuple[Step, ...]
    entities: EntitySet
    many: bool
    properties: tuple[str, ...] = ()
    value: bool = False
    reference: bool = False


def read(path: str) -> Resource:
    """The resource of a path below the service root, decoded. Raises AskingError that names the character."""
    steps: list[Step] = []
    here: EntitySet | None = None
    many = False
    at = 0
    segments = path.split("/")
    for position, segment in enumerate(segments):
        if here is not None and (segment in ("$ref", "$value") or segment in here.properties or segment == "@iot.id"):
            return _ending(path, tuple(steps), here, many, segments[position:], at)
        if here is not None and many:
            raise _fault(f"{here.name} are many: choose one of them by its number, {here.name}(1).", path, at)
        known = SETS if here is None else {name: SETS[one.target] for name, one in here.navigations.items()}
        name, number = _segment(path, segment, at, known)
        collection = here is None or here.navigations[name].many
        if number is not None and not collection:
            raise _fault(f"{name} is one entity here, and takes no number.", path, at)
        here, many = known[name], collection and number is None
        steps.append(Step(name, number))
        if len(steps) > limits.PATH_STEPS:
            raise _fault(f"A path may have {limits.PATH_STEPS} steps.", path, at)
        at += len(segment) + 1
    if here is None:
        raise _fault("A set of entities is missing.", path, 0)
    return Resource(tuple(steps), here, many)


def _segment(path: str, segment: str, at: int, known: Mapping[str, EntitySet]) -> tuple[str, int | None]:
    match = _SEGMENT.fullmatch(segment)
    if match is None or match[1] not in known:
        raise _fault(f"There is no {segment!r} here. Known: {', '.join(known)}.", path, at)
    if match[2] is None:
        return match[1], None
    if not re.fullmatch(r"-?[0-9]{1,40}", match[2]):
        raise _fault(f"{match[2]!r} is not an id: they are whole numbers.", path, at + len(match[1]) + 1)
    return match[1], min(int(match[2]), _LAST_ID)


def _ending(path: str, steps: tuple[Step, ...], here: EntitySet, many: bool, rest: list[str], at: int) -> Resource:
    """What stands behind the entities: $ref, or a property and perhaps $value."""
    if rest == ["$ref"]:
        return Resource(steps, here, many, reference=True)
    if many:
        raise _fault(f"{here.name} are many: choose one of them by its number, {here.name}(1).", path, at)
    value = rest[-1] == "$value"
    names = rest[:-1] if value else rest
    if not names or any(name.startswith("$") or not name for name in names):
        raise _fault(f"There is no {path[at:]!r} here.", path, at)
    return Resource(steps, here, many=False, properties=tuple(names), value=value)


def _fault(detail: str, path: str, at: int) -> AskingError:
    return AskingError(detail, at, near=path[max(0, at - 10) : at + 30], parameter="path", code="unknown")
