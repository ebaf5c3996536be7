"""What somebody may read of a register: which entries, which of their fields, and how exactly where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.places.models import Commune
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
    found = register.model._default_manager.filter(rights.readable(**register.where())).defer(*large(register))
    return found if withdrawn is None else found.filter(withdrawn__isnull=not withdrawn)


def one(register: Register, code: str, rights: Rights) -> Any | None:
    """The entry of this code, withdrawn or not; None where there is none, or none they may know of."""
    return readable(register, rights, withdrawn=None).filter(code=code).select_related(*linked(register)).first()


def codes(register: Register) -> set[str]:
    """The codes of everything that is or was in it: for those who register what is not there yet."""
    return set(register.model._default_manager.values_list("code", flat=True))


def subject(register: Register, entry: Registered) -> Subject:
    """What access decides on."""
    value: Any = entry if register.facility else ""
    for step in (register.facility or "").split("__") if register.facility else ():
        value = getattr(value, step, None) or ""
    return Subject(entry.office_id, getattr(entry, f"{register.area}_id"), value)


def shown(register: Register, entry: Registered, rights: Rights) -> tuple[str, ...]:
    """The columns they may read of it."""
    hidden: set[str] = set()
    if register.internal and not rights.may_read(DataClass.INTERNAL, subject(register, entry)):
        hidden |= register.internal
    if register.coarse is not None and not exact(register, entry, rights):
        hidden |= set(register.coarse.hides)
    return tuple(name for name in register.columns if name not in hidden) if hidden else register.columns


def named(register: Register, entry: Registered, name: str, rights: Rights) -> bool:
    """Whether they may know what this link leads to: what everybody may read may refer to what only some may."""
    target = getattr(entry, name)
    if not isinstance(target, Registered):
        return True
    facility = subject(register, entry).facility
    on = Subject(target.office_id, target.commune_id, facility if facility == target.code else "")
    return rights.may_read(target.data_class, on)


def naming(register: Register, name: str, rights: Rights) -> Q:
    """Entries of which they may know what this link leads to; the same in SQL."""
    target = fields.links(register)[name]
    if not issubclass(target, Registered):
        return Q()
    facility = register.facility if register.facility == f"{name}__code" else None
    columns = {"office": f"{name}__office_id", "commune": f"{name}__commune_id", "facility": facility}
    return rights.readable(data_class=f"{name}__data_class", **columns)


def value(register: Register, entry: Registered, name: str, rights: Rights) -> Any:
    """A column they may read as plain data (`fields.plain`); None: unknown, or it names what they may not know of."""
    return fields.plain(entry, name) if named(register, entry, name, rights) else None


def exact(register: Register, entry: Registered, rights: Rights) -> bool:
    """Whether they may know exactly where it lies."""
    coarse = register.coarse
    return (
        coarse is None or not getattr(entry, coarse.generalised) or rights.may(coarse.action, subject(register, entry))
    )


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
        hidden |= {"shape", "commune"}
        for version in versions:
            version.reason = ""
    for version in versions:
        version.values = {name: value for name, value in version.values.items() if name not in hidden}
    return versions


def documents(register: Register, entry: Registered, rights: Rights) -> QuerySet[Document]:
    """Its documents they may read, without their bytes; none where they could tell what is kept back of its place."""
    if not exact(register, entry, rights):
        return Document.objects.none()
    on = subject(register, entry)
    classes = [one for one in DataClass.values if rights.may_read(one, on)]
    kept = Document.objects.filter(register=register.key, entry_id=entry.pk, removed=None, data_class__in=classes)
    return kept.defer("body").select_related("by")


def linked(register: Register) -> tuple[str, ...]:
    """What is read with every entry, for `select_related`."""
    through = (register.facility or "").rpartition("__")[0]
    return tuple(dict.fromkeys([*fields.links(register), *([through] if through else [])]))


def large(register: Register) -> tuple[str, ...]:
    """Columns that lists and pages never read, of the entry and of what it refers to."""
    found = ["shape", "words"]
    for name, model in fields.links(register).items():
        if issubclass(model, Registered):
            found += [f"{name}__shape", f"{name}__words"]
        elif model is Commune:
            found.append(f"{name}__boundary")
    return tuple(found)
