"""What became of an entry: each version, who wrote it and why, and what changed from what to what, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.look import figures
from nonnuoc.look.registers import telling
from nonnuoc.look.registers.faces import Face
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern import fields, linking, reading
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.register import Register

NUMBERS = (Kind.INTEGER, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that became another; "" where it was, or is, not known."""

    fact: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version; of the first, `changes` is empty."""

    number: int
    kind: str
    at: datetime
    by: str
    reason: str
    changes: Sequence[Change]


def of(face: Face, register: Register, entry: Any) -> list[Version]:
    """The versions, newest first; none for who may not read them. One query, and one for each field that links."""
    revisions = reading.history(register, entry, face.rights)
    names = _names(face, register, [one.values for one in revisions])
    return [
        Version(
            one.version,
            str(one.get_kind_display()),
            one.at,
            who(one.by),
            one.reason,
            list(changes(register, older.values if older else None, one.values, names)),
        )
        for one, older in zip(revisions, [*revisions[1:], None], strict=False)
    ]


def between(face: Face, register: Register, entry: Any, version: int) -> list[Change]:
    """What others changed of an entry since this version of it."""
    revisions = reading.history(register, entry, face.rights)
    then = next((one.values for one in revisions if one.version == version), None)
    names = _names(face, register, [one.values for one in revisions])
    return list(changes(register, then, revisions[0].values, names)) if revisions and then else []


def changes(
    register: Register,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    names: Mapping[str, Mapping[str, str]],
) -> Iterator[Change]:
    """Facts that differ, in the order of the page."""
    if before is None:
        return
    for name in (*register.columns, "shape", "simulated"):
        old, new = before.get(name), after.get(name)
        if old == new or (name not in before and name not in after):
            continue
        title = _("Shape on the map") if name == "shape" else fields.title(register, name)
        yield Change(title, _said(register, name, old, names), _said(register, name, new, names))


def who(person: Person | None) -> str:
    """Who wrote it."""
    return person.name if person is not None else _("the system")


def _said(register: Register, name: str, value: Any, names: Mapping[str, Mapping[str, str]]) -> str:
    if value is None or value == "":
        return ""
    if name == "shape":
        points = len(shapely.get_coordinates(geometry.from_wkb(bytes.fromhex(str(value)))))
        return ngettext("%(n)s point", "%(n)s points", points) % {"n": figures.number(points)}
    kind = fields.kind(register, name)
    if kind is Kind.LINK:
        return names[name].get(str(value)) or _("not open to you")
    if kind is Kind.CHOICE:
        return fields.choices(register, name).get(str(value), str(value))
    if kind is Kind.DATE:
        return telling.plain(fields.day(str(value)))
    if kind is Kind.TIME:
        return figures.stamp(datetime.fromisoformat(str(value)))
    return telling.plain(value)


def _names(face: Face, register: Register, values: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Of each link: code -> name, of those the reader may know of."""
    found: dict[str, dict[str, str]] = {}
    for name in fields.links(register):
        codes = {str(one[name]) for one in values if one.get(name)}
        targets: Sequence[Model] = linking.of_codes(register, name, codes, face.rights) if codes else ()
        found[name] = {one.code: telling.name_of(one) for one in targets}  # type: ignore[attr-defined]
    return found
