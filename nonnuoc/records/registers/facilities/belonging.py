"""What other rooms show on the page of a facility, and which of their columns hold its code.

A facility lies below most rooms: they know it, it does not know them. So each says here what belongs to a facility,
once, at the end of its own `declared.py` (a subject above the registers in its `apps.py`, `ready`):

    belonging.show(Section("obligations", tables=page.obligations, remarks=page.overdue))
    belonging.coded(Case, "facility")  # only for a text column; foreign keys are found by themselves
    belonging.named(Manifest, _("manifests"))  # rows of a plain model, in words, where people choose what goes where

The page of a facility, of an outfall and of the desk's first page reads `tables` and `remarks`; merging and splitting
move what refers to a facility, by key or by code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Linked, of_model

if TYPE_CHECKING:
    from nonnuoc.records.accounts.access import Rights
    from nonnuoc.records.registers.facilities.models import Facility

#: The order of the page, from permit to telemetry, waste and inspection; what is not named here comes after.
ORDER = (
    *("identity", "zone", "dossiers", "obligations", "sources", "stations", "incidents", "abstractions"),
    *("inspections", "waste", "manifests", "producers", "land"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """What one room has to say of a facility. It must leave out what the reader may not read."""

    key: str  # one of ORDER, or a new one; said twice, the later replaces the earlier
    tables: Callable[[Facility, Rights], Sequence[Linked]] = lambda _facility, _rights: ()
    remarks: Callable[[Facility, Rights], Sequence[Promise | str]] = lambda _facility, _rights: ()


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column that holds the code of a facility."""

    model: type[models.Model]
    column: str
    still: Q = field(default_factory=Q)  # rows that speak of now; what is past keeps the code it was written with


_NAMED: dict[type[models.Model], Promise] = {}
_SECTIONS: dict[str, Section] = {}
_CODED: dict[tuple[str, str], Coded] = {}


def show(section: Section) -> None:
    """Show this on the page of every facility."""
    _SECTIONS[section.key] = section


def coded(model: type[models.Model], column: str, still: Q | None = None) -> None:
    """This text column holds codes of facilities: it moves when facilities merge or split."""
    _CODED[model._meta.label, column] = Coded(model, column, still or Q())


def named(model: type[models.Model], words: Promise) -> None:
    """What rows of this plain model are called, many, where a facility is merged or split."""
    _NAMED[model] = words


def words(model: type[models.Model]) -> Promise | str:
    """What rows of this model are called, many."""
    if model in _NAMED:
        return _NAMED[model]
    return of_model(model).title if issubclass(model, Registered) else str(model._meta.verbose_name_plural)


def sections() -> list[Section]:
    """All of them, in the order of the page."""
    return sorted(_SECTIONS.values(), key=lambda one: ORDER.index(one.key) if one.key in ORDER else len(ORDER))


def codes() -> Iterator[Coded]:
    """Every column that holds codes of facilities."""
    yield from _CODED.values()


def tables(facility: Any, rights: Rights) -> list[Linked]:
    """Everything that is linked to a facility and that the reader may see."""
    return [table for section in sections() for table in section.tables(facility, rights)]


def remarks(facility: Any, rights: Rights) -> list[Promise | str]:
    """Every sentence that stands above the facts of a facility."""
    return [sentence for section in sections() for sentence in section.remarks(facility, rights)]
