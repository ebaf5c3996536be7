"""What a file would do to a register: what a person says of it, and what is found by looking through it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nonnuoc.records.accounts.models import DataClass, Delegation
from nonnuoc.records.registers.pattern.importing.places import Crossing, Reading
from nonnuoc.records.registers.pattern.models import Registered

LEFT_OUT = "-"  # said of a column: it is not read


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a file."""

    fields: Mapping[str, str] = field(default_factory=dict)  # heading -> field, or LEFT_OUT; others are recognised
    system: str = ""  # of its coordinates; "": what the file says, else WGS 84
    swapped: bool = False  # its first coordinate is the north one
    layer: str = ""
    clear: bool = False  # an empty cell makes unknown what was known
    mend: bool = False  # outlines that cross themselves are divided where they cross
    source: str = ""  # of entries in rows that name none
    position_source: str = ""
    data_class: str = DataClass.INTERNAL  # of new entries in rows that name none
    given: Mapping[str, str] = field(default_factory=dict)  # field -> what holds of new entries where no column says it


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the file, or to be thought about: where, what, and what to do."""

    number: int  # of the row; 0: of the whole file
    heading: str  # of the column; "": of the whole row
    value: str  # as it stands there
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that would be changed; field -> plain value before and after."""

    number: int
    entry: Registered
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(eq=False)
class Plan:
    """What would be written, whole, where there are no faults; and all that is wrong otherwise."""

    columns: list[tuple[str, str]]  # heading, field ("" where it is left out)
    created: list[tuple[int, Registered]] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    crossings: list[Crossing] = field(default_factory=list)
    proposal: Reading | None = None  # another way to read the coordinates, under which more would lie where it should
    reading: Reading | None = None  # the way they were read; None: there are no coordinates
    uncoded: list[Registered] = field(default_factory=list)  # of the created ones those that get the next free codes
    lent: Delegation | None = None  # by which somebody may write what they could not themselves

    @property
    def rows(self) -> int:
        """Rows that can be kept or change nothing."""
        return len(self.created) + len(self.changed) + self.unchanged

    @property
    def wrong(self) -> int:
        """Rows in which something is wrong."""
        return len({fault.number for fault in self.faults if fault.number})

    def digest(self) -> str:
        """Of all that would be written: what a person agreed to is what is kept."""
        uncoded = set(map(id, self.uncoded))
        told = [
            *(("new", number, "" if id(one) in uncoded else one.code, _facts(one)) for number, one in self.created),
            *(("change", one.number, one.entry.code, one.entry.version, one.before, one.after) for one in self.changed),
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _facts(entry: Registered) -> dict[str, Any]:
    """All columns of a new entry but what the moment and its place in the table give it."""
    left = {"id", "uuid", "code", "words", "created", "changed"}
    held = {one.attname: getattr(entry, one.attname) for one in entry._meta.concrete_fields if one.name not in left}
    return {
        name: bytes(value).hex() if isinstance(value, bytes | memoryview) else value for name, value in held.items()
    }
