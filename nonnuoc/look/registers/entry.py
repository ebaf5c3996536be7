"""The page of one entry: what matters first, then facts, place, what is linked, documents, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.look import figures
from nonnuoc.look.registers import history, placing, telling
from nonnuoc.look.registers.faces import Face
from nonnuoc.look.registers.telling import Told
from nonnuoc.records.registers.pattern import fields, reading
from nonnuoc.records.registers.pattern.models import Document
from nonnuoc.records.registers.pattern.register import Linked, Register, Shape, of_model

#: Columns that stand elsewhere on the page: in its heading, or with the place.
ELSEWHERE = ("name", "lon", "lat", "position_source")
#: Of the register rather than of the thing.
OF_THE_RECORD = ("code", "office", "source", "data_class")


@dataclass(frozen=True, slots=True)
class Fact:
    """One column in words."""

    name: str
    title: str
    told: Told


@dataclass(frozen=True, slots=True)
class Table:
    """What is linked, in words."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[tuple[str, Told]]]  # heading, value
    note: str
    empty: str


@dataclass(frozen=True, slots=True)
class File:
    """A document of the entry."""

    document: Document
    size: str
    link: str
    by: str


def context(face: Face, register: Register, entry: Any) -> dict[str, Any]:
    """All that the page shows, on either face."""
    shown = reading.shown(register, entry, face.rights)
    facts = [_fact(face, register, entry, name) for name in shown if name not in (*ELSEWHERE, *OF_THE_RECORD)]
    needless = ("note",) if register.is_local else ("note", "commune")  # where these are empty, nothing is unknown
    facts = [one for one in facts if one.name not in needless or one.told.state == "known"]
    record = [_fact(face, register, entry, name) for name in _of_the_record(face) if name in shown]
    place = placing.of(face, register, entry)
    return {
        "face": face,
        "register": register,
        "entry": entry,
        "kind": str(register.one),
        "list": face.register(register.key),
        "remarks": register.remarks(entry, face.rights),
        "facts": facts,
        "record": record,
        "place": place,
        "quality": quality(register, entry, facts, place),
        "hidden": hidden(register, shown),
        "carried_on": _carried_on(face, register, entry),
        "tables": [table(face, one) for one in register.linked(entry, face.rights)],
        "documents": [_file(face, register, entry, one) for one in reading.documents(register, entry, face.rights)],
        "map": _on_the_map(face, register, entry, place),
        "simulated": entry.simulated,
    }


def quality(register: Register, entry: Any, facts: Sequence[Fact], place: placing.Place | None) -> list[str]:
    """How good the record is: when it last changed, and how much of it is not known."""
    unknown = sum(one.told.state == "unknown" for one in facts) + (place is not None and place.lon is None)
    number = len(facts) + (register.shape is not Shape.NONE)
    said = ngettext("%(n)s of %(all)s fact not known yet", "%(n)s of %(all)s facts not known yet", number)
    told = {"n": figures.number(unknown), "all": figures.number(number)}
    whole = _("every fact is known")
    return [
        _("last changed %(day)s") % {"day": figures.day(entry.changed)},
        _("version %(n)s") % {"n": entry.version},
        said % told if unknown else whole,
    ]


def hidden(register: Register, shown: Sequence[str]) -> str:
    """That some facts are not told to this reader, and which."""
    titles = [fields.title(register, name) for name in register.columns if name not in shown]
    return _("Not told to everybody: %(what)s.") % {"what": telling.listed(titles).lower()} if titles else ""


def table(face: Face, linked: Linked) -> Table:
    """A table of what is linked, each value with the page it leads to on this face."""
    headings = [str(one) for one in linked.headings]
    rows = [
        [(heading, telling.cell(face, cell)) for heading, cell in zip(headings, row, strict=True)]
        for row in linked.rows
    ]
    return Table(str(linked.title), headings, rows, str(linked.note), str(linked.empty))


def _fact(face: Face, register: Register, entry: Any, name: str) -> Fact:
    return Fact(name, fields.title(register, name), telling.value(face, register, entry, name))


def _of_the_record(face: Face) -> tuple[str, ...]:
    return OF_THE_RECORD if face.desk else tuple(name for name in OF_THE_RECORD if name not in ("office", "data_class"))


def _carried_on(face: Face, register: Register, entry: Any) -> tuple[str, str] | None:
    """(name, address) of the entry that carries the identity on, where this one was found to be the same thing."""
    into = register.successor(entry)
    if into is None:
        return None
    other = of_model(type(into))
    found = reading.one(other, into.code, face.rights)
    return (found.name, face.entry(other.key, found.code)) if found else None


def _file(face: Face, register: Register, entry: Any, document: Document) -> File:
    return File(
        document,
        size(document.size),
        face.address("register-document-file", register.key, entry.code, document.pk),
        history.who(document.by) if face.desk else "",
    )


def size(held: int) -> str:
    """Of a file, for people."""
    if held < 1024 * 1024:
        return f"{figures.number(max(1, held / 1024))} kB"
    return f"{figures.number(held / 1024 / 1024, 1)} MB"


def _on_the_map(face: Face, register: Register, entry: Any, place: placing.Place | None) -> str:
    """The large map, opened at this entry."""
    address = face.address("map")
    if not address or place is None or place.lon is None:
        return ""
    return f"{address}?chosen={register.key}:{entry.code}"
