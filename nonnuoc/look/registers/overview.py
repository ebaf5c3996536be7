"""All registers by what they are about: how much of each the reader may read, and when it last changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nonnuoc.look.registers import telling
from nonnuoc.look.registers.faces import Face
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.pattern import listing
from nonnuoc.records.registers.pattern.register import Register, Subject


@dataclass(frozen=True, slots=True)
class Line:
    """One register."""

    register: Register
    link: str
    count: int
    what: str
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one subject."""

    key: str
    words: str
    lines: Sequence[Line]


def context(face: Face) -> dict[str, Any]:
    """One query a register. On public pages those with nothing public are not there."""
    groups = []
    for subject in Subject:
        lines = [line for one in REGISTERS if one.subject is subject and (line := _line(face, one)) is not None]
        if lines:
            groups.append(Group(subject.value, str(subject.label), lines))
    lines = [line for group in groups for line in group.lines]
    return {
        "face": face,
        "groups": groups,
        "count": sum(line.count for line in lines),
        "registers": len(lines),
        "changed": max((line.changed for line in lines if line.changed), default=None),
        "search": face.address("search"),
        "map": face.address("map"),
    }


def _line(face: Face, register: Register) -> Line | None:
    count, changed = listing.standing(register, face.rights)
    if not count and not face.desk:
        return None
    return Line(register, face.register(register.key), count, telling.called(register, count), changed)
