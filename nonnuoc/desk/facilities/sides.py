"""Two facilities side by side, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.look.registers import faces, placing, telling
from nonnuoc.look.registers.telling import Told
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import fields

#: What tells facilities from each other, in the order people look at.
TELLING = ("name", "business_code", "owner_name", "address", "commune", "sector", "zone", "state", "started", "lon")


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of both."""

    name: str
    title: str
    left: Told
    right: Told
    differs: bool  # both are known and say different things


def lines(left: Any, right: Any, rights: Rights, names: Iterable[str] = TELLING) -> Iterator[Line]:
    """The facts that at least one of them knows."""
    for name in names:
        ours, theirs = (told(one, name, rights) for one in (left, right))
        if "known" in (ours.state, theirs.state):
            both = ours.state == theirs.state == "known"
            yield Line(name, title(name), ours, theirs, both and ours.words != theirs.words)


def title(name: str) -> str:
    """What a field is called; "lon" stands for the whole position."""
    return _("Position") if name == "lon" else fields.title(FACILITIES, name)


def told(facility: Any, name: str, rights: Rights) -> Told:
    """A fact in words, without a link."""
    if name != "lon":
        held = telling.value(faces.of_desk(rights), FACILITIES, facility, name)
        return Told(held.words, state=held.state, long=held.long)
    if facility.lon is None:
        return telling.unknown()
    return Told(placing.degrees(facility.lon, facility.lat))
