"""What somebody may read of a register: which entries, which of their fields, and how exactly where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.models import Document, Registered, Revision
from nonnuoc.records.registers.pattern.register import Register


@dataclass(frozen=True, slots=True)
class Position:
    """Where an entry lies as far as the reader may know; WGS 84."""

    lon: float
    lat: float
    metres: float | None = None  # the exact place is somewhere within so many metres; None: this is the exact place


def readable(register: Register, rights: Rights, *, withdrawn: bool | None = False) -> QuerySet[Any]:
    """The entries they may read; `withdrawn` None: those out of the register as well."""
    found = register.model._default_manager.filter(rights.readable(**register.where())).defer("shape", "words")
    return found if withdrawn is None else found.filter(withdrawn__isnull=not withdrawn)


def one(register: Register, code: str, rights: Rights) -> Any | None:
    """The entry of this code, withdrawn or not; None where there is none, or none they may know of."""
    return readable(register, rights, withdrawn=None).filter(code=code).select_related(*linked(register)).first()


def subject(register: Register, entry: Registered) -> Subject:
    """What access decides on."""
    value: Any = entry if register.facility else ""
    for step in (register.facility or "").split("__") if register.facility else ():
        value = getattr(value, step, None) or ""
    return Subject(entry.office_id, entry.commune_id, value)


def shown(register: Register, entry: Registered, rights: Rights) -> tuple[str, ...]:
    """The columns they may read of it."""
    if not register.internal or rights.may_read(DataClass.INTERNAL, subject(register, entry)):
        return register.columns
    return tuple(name for name in register.columns if name not in register.internal)


def exact(register: Register, entry: Registered, rights: Rights) -> bool:
    """Whether they may know exactly where it lies."""
    return register.coarse is None or rights.may(register.coarse.action, subject(register, entry))


def position(register: Register, entry: Registered, rights: Rights) -> Position | None:
    """Where it lies as far as they may know; None: unknown, or not to be told at all."""
    if exact(register, entry, rights):
        return None if entry.lon is None or entry.lat is None else Position(entry.lon, entry.lat)
    coarse = register.coarse
    lon, lat, metres = (getattr(entry, name) for name in (coarse.lon, coarse.lat, coarse.metres))  # type: ignore[union-attr]
    return None if lon is None or lat is None else Position(lon, lat, metres)


def history(register: Register, entry: Registered, rights: Rights) -> Sequence[Revision]:
    """Its versions, newest first; only for those who may read internal data there, and never what they may not see.

    Values that the reader may not see are taken out of every version.
    """
    if not rights.may_read(DataClass.INTERNAL, subject(register, entry)):
        return ()
    versions = list(
        Revision.objects.filter(register=register.key, entry_id=entry.pk).select_related("by").order_by("-version")
    )
    hidden = set(register.columns) - set(shown(register, entry, rights))
    if not exact(register, entry, rights):
        hidden |= {"lon", "lat", "shape", "position_source"}
    for version in versions:
        version.values = {name: value for name, value in version.values.items() if name not in hidden}
    return versions


def documents(register: Register, entry: Registered, rights: Rights) -> QuerySet[Document]:
    """Its documents they may read, without their bytes."""
    on = subject(register, entry)
    classes = [one for one in DataClass.values if rights.may_read(one, on)]
    kept = Document.objects.filter(register=register.key, entry_id=entry.pk, removed=None, data_class__in=classes)
    return kept.defer("body").select_related("by")


def linked(register: Register) -> tuple[str, ...]:
    """What is read with every entry, for `select_related`."""
    through = (register.facility or "").rpartition("__")[0]
    return tuple(dict.fromkeys([*fields.links(register), *([through] if through else [])]))
