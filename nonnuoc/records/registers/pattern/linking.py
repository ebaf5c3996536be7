"""What entries may refer to: proposals for filters and forms, of which nobody is shown what they may not know of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import names
from nonnuoc.records.registers.pattern import fields, reading, searching
from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Register

CHOSEN = 60  # so many are offered in one list; of more, one types a part of the name
PROPOSED = 12


def used(register: Register, name: str, rights: Rights, *, most: int) -> Sequence[Any]:
    """What entries they may read refer to there. One query."""
    entries = reading.readable(register, rights, withdrawn=None).filter(**{name: OuterRef("pk")})
    return list(_known(register, name, rights, withdrawn=True).filter(Exists(entries.values("pk")))[:most])


def targets(register: Register, name: str, rights: Rights, *, most: int) -> Sequence[Any]:
    """What an entry could refer to. One query."""
    return list(_known(register, name, rights)[:most])


def like(register: Register, name: str, text: str, rights: Rights) -> Sequence[Any]:
    """Those that hold these words, or words that begin so, of code or name, with marks or without. One query."""
    model = fields.links(register)[name]
    if issubclass(model, Registered):
        return list(_known(register, name, rights).filter(searching.matching(text, model))[:PROPOSED])
    wanted = names.folded(text)
    known = _known(register, name, rights)
    return [one for one in known if wanted in names.folded(f"{one.code} {one.name}")][:PROPOSED]


def found(register: Register, name: str, text: str, rights: Rights) -> Any | None:
    """The one of this code, or of this name; None where there is none, or more than one."""
    text = text.strip()
    exactly = list(_known(register, name, rights).filter(Q(code=text) | Q(name__iexact=text))[:2])
    by_code = [one for one in exactly if one.code == text]
    return by_code[0] if by_code else exactly[0] if len(exactly) == 1 else None


def of_texts(register: Register, name: str, texts: Collection[str], rights: Rights) -> Sequence[Any]:
    """Those in the register whose code or name is one of these texts, and whom they may know of. One query."""
    return list(_known(register, name, rights).filter(Q(code__in=texts) | Q(name__in=texts)))


def of_codes(register: Register, name: str, codes: Collection[str], rights: Rights) -> Sequence[Any]:
    """Those of these codes they may know of, withdrawn ones too. One query."""
    return list(_known(register, name, rights, withdrawn=True).filter(code__in=codes))


def _known(register: Register, name: str, rights: Rights, *, withdrawn: bool = False) -> QuerySet[Any]:
    model = fields.links(register)[name]
    if not issubclass(model, Registered):
        columns = {"code", "name", "kind"} & {field.name for field in model._meta.get_fields()}
        return model._default_manager.only(*columns).order_by("name")
    facility = "code" if register.facility == f"{name}__code" else None
    readable = rights.readable(office="office_id", commune="commune_id", facility=facility)
    found = model._default_manager.filter(readable).only("code", "name").order_by("name")
    return found if withdrawn else found.filter(withdrawn=None)
