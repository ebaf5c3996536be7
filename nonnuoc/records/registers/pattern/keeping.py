"""Writing the entries of any register: create, change, withdraw, restore. Every version is kept, and who wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import geometry, locating
from nonnuoc.records.registers.pattern import fields, numbering, reading, searching
from nonnuoc.records.registers.pattern.models import Registered, Revision
from nonnuoc.records.registers.pattern.register import Register

#: Pages of a register have these addresses; no entry has such a code.
RESERVED = re.compile(r"^(new|import|targets|places\.geojson|export\..*)$", re.IGNORECASE)
MORE = ("shape", "simulated")  # may be written beside the columns


class StaleError(ValueError):
    """Somebody else changed the entry meanwhile: look at what they wrote, then write again."""


@transaction.atomic
def create(
    register: Register,
    values: Mapping[str, Any],
    *,
    by: Person | None,
    reason: str = "",
    at: datetime | None = None,
    token: UUID | None = None,
) -> Any:
    """A new entry with these values (plain or as the model has them); without a code it gets the next free one.

    `token`: of the form it was written in; the same form sent again gives the entry that there is already.
    Raises ValidationError (field -> sentences) and PermissionDenied.
    """
    if token is not None and (made := _made(register, token, by)) is not None:
        return made
    given = _given(register, values)
    if not given.get("code"):
        given["code"] = register.coded(given) if register.coded else _next_code(register)
    entry = register.model(**given)
    _complete(register, entry)
    through = access.of(by).require(register.keep, reading.subject(register, entry)).lent
    _check(register, entry)
    entry.save(force_insert=True)
    _keep(register, entry, Revision.Kind.CREATED, by=by, reason=reason, at=at or timezone.now(), token=token)
    audit.record(
        by,
        "entry.created",
        _named(register, entry),
        after=fields.snapshot(register, entry),
        through=through,
        reason=reason,
    )
    register.kept(entry, by)
    return entry


@transaction.atomic
def change(
    register: Register,
    code: str,
    values: Mapping[str, Any],
    *,
    by: Person | None,
    reason: str = "",
    version: int | None = None,
    at: datetime | None = None,
    kind: Revision.Kind = Revision.Kind.CHANGED,
) -> Any:
    """Give an entry these values; those not named stay. What changes nothing writes nothing.

    `version`: the one the person saw. Raises StaleError where it is another by now, ValidationError, PermissionDenied
    where it lies, or would come to lie, outside one's reach, and DoesNotExist.
    """
    entry = _locked(register, code)
    rights = access.of(by)
    through = rights.require(register.keep, reading.subject(register, entry)).lent
    if version is not None and version != entry.version:
        raise StaleError(_("Somebody else changed this entry meanwhile. Look at it as it is now, then write again."))
    before = fields.snapshot(register, entry)
    for name, value in _given(register, values).items():
        setattr(entry, name, value)
    if "code" in values and entry.code != before["code"]:
        raise ValidationError({"code": _("The code of an entry never changes.")})
    _complete(register, entry, moved="shape" in values and not {"lon", "lat"} & set(values))
    after = fields.snapshot(register, entry)
    if after == before:
        return entry
    rights.require(register.keep, reading.subject(register, entry))
    _check(register, entry)
    entry.version += 1
    entry.save()
    _keep(register, entry, kind, by=by, reason=reason, at=at or timezone.now())
    changed = {name for name in after if after[name] != before[name]}
    audit.record(
        by,
        "entry.changed",
        _named(register, entry),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        through=through,
        reason=reason,
    )
    register.kept(entry, by)
    return entry


@transaction.atomic
def withdraw(register: Register, code: str, *, reason: str, by: Person | None, at: datetime | None = None) -> Any:
    """Take an entry out of the register; it stays readable. Raises ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it leaves the register.")})
    return _set_withdrawn(register, code, True, reason=reason, by=by, at=at or timezone.now())


@transaction.atomic
def restore(register: Register, code: str, *, reason: str, by: Person | None, at: datetime | None = None) -> Any:
    """Bring an entry back that was withdrawn."""
    return _set_withdrawn(register, code, False, reason=reason, by=by, at=at or timezone.now())


def _set_withdrawn(register: Register, code: str, out: bool, *, reason: str, by: Person | None, at: datetime) -> Any:
    entry = _locked(register, code)
    through = access.of(by).require(register.keep, reading.subject(register, entry)).lent
    if (entry.withdrawn is not None) == out:
        return entry
    if not out:
        register.check(entry)
    entry.withdrawn, entry.version = at if out else None, entry.version + 1
    if not out:
        entry.validate_constraints()  # another may stand in its place by now
    entry.save()
    kind = Revision.Kind.WITHDRAWN if out else Revision.Kind.RESTORED
    _keep(register, entry, kind, by=by, reason=reason, at=at)
    if out:
        audit.record(by, "entry.withdrawn", _named(register, entry), through=through, reason=reason)
    else:
        audit.record(by, "entry.restored", _named(register, entry), through=through, reason=reason)
    register.kept(entry, by)
    return entry


def note(
    register: Register,
    entry: Registered,
    kind: Revision.Kind,
    *,
    by: Person | None,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Save an entry that a service has changed itself, as a further version; the service asks access and audits."""
    entry.version += 1
    entry.save()
    _keep(register, entry, kind, by=by, reason=reason, at=at or timezone.now())


def targets(register: Register, values: Mapping[str, Any]) -> dict[str, dict[str, models.Model]]:
    """Of each link among the values: code -> what it refers to."""
    found = {}
    for name, model in fields.links(register).items():
        if isinstance(code := values.get(name), str) and code.strip():
            found[name] = {one.code: one for one in model._default_manager.filter(code=code.strip())}  # type: ignore[attr-defined]
    return found


def _given(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the model has them; every one that is wrong is told at once."""
    if unknown := set(values) - set(register.columns) - set(MORE):
        raise KeyError(f"{register.key} has no {sorted(unknown)}")
    known, given, wrong = targets(register, values), {}, {}
    for name, value in values.items():
        try:
            given[name] = value if name in MORE else fields.given(register, name, value, known)
        except ValidationError as error:
            wrong[name] = error
    if wrong:
        raise ValidationError(wrong)
    return given


def _complete(register: Register, entry: Registered, *, moved: bool = False) -> None:
    """What follows from the values: a point of a shape, the commune of a point, the words that are searched."""
    if entry.shape is not None and (entry.lon is None or moved):
        inside = shapely.point_on_surface(geometry.from_wkb(bytes(entry.shape)))
        entry.lon, entry.lat = inside.x, inside.y
    if entry.commune_id is None and entry.lon is not None and entry.lat is not None:
        entry.commune = locating.commune_at(entry.lon, entry.lat)
    register.complete(entry)
    entry.words = searching.words(register, entry)


def _check(register: Register, entry: Registered) -> None:
    if RESERVED.match(entry.code):
        raise ValidationError({"code": _("This word stands for a page: choose another code.")})
    if (entry.lon is None) != (entry.lat is None):
        raise ValidationError({"lon": _("A position needs longitude and latitude, or neither.")})
    if entry.lon is not None and not entry.position_source:
        raise ValidationError({"position_source": _("Say who says that it lies there.")})
    if entry.lon is None and entry.position_source:
        raise ValidationError({"position_source": _("There is no position that this could be the source of.")})
    entry.full_clean()
    register.check(entry)


def _keep(
    register: Register,
    entry: Registered,
    kind: Revision.Kind,
    *,
    by: Person | None,
    reason: str,
    at: datetime,
    token: UUID | None = None,
) -> None:
    Revision.objects.create(
        register=register.key,
        entry_id=entry.pk,
        version=entry.version,
        kind=kind,
        at=at,
        by=by,
        reason=reason[:500],
        token=token,
        values=fields.snapshot(register, entry),
    )


def _made(register: Register, token: UUID, by: Person | None) -> Any | None:
    """The entry that this person's form created before; who sends it at the same moment waits here."""
    numbering.wait(f"form {token}")
    before = Revision.objects.filter(register=register.key, token=token, by=by).first()
    return before and register.model._default_manager.get(pk=before.entry_id)


def _locked(register: Register, code: str) -> Any:
    return register.model._default_manager.select_for_update(of=("self",)).get(code=code)


def _named(register: Register, entry: Registered) -> str:
    return f"{register.key} {entry.code}"


def _next_code(register: Register) -> str:
    return next_codes(register, 1)[0]


def next_codes(register: Register, count: int) -> list[str]:
    """The key's initials and the next numbers that are free: "F-00017". Nobody else gets them in this transaction.

    Where the register draws its codes by lot, so many of these.
    """
    if register.drawn is not None:
        return [register.drawn() for _place in range(count)]
    initials = "".join(word[0] for word in register.key.split("-")).upper()
    return numbering.following(register.model, "code", f"{initials}-", count)
