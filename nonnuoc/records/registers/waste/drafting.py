"""Manifests before the hand-over: begun, changed by the difference alone, with a picture of their paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import attached
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern import numbering
from nonnuoc.records.registers.waste import manifests
from nonnuoc.records.registers.waste.models import Item, Manifest, Method, Photo

MOST_LINES = 30
MOST_KG = 1_000_000.0
PHOTO_BYTES = 8 * 1024 * 1024
PICTURES = ("image/jpeg", "image/png", "image/webp", "application/pdf")


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of waste, and how much of it is to be handed over."""

    code: str
    kind: str
    kg: float
    method: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes of a consignment; without a number it gets the next one of the year."""

    generator: Facility
    transporter: Facility
    treater: Facility
    lines: Sequence[Line]
    number: str = ""
    vehicle: str = ""
    note: str = ""
    paper: bool = False
    simulated: bool = False


@transaction.atomic
def write(draft: Draft, *, token: UUID, by: Person | None) -> Manifest:
    """A new manifest. The same form sent twice is one manifest.

    Raises ValidationError (field -> sentences) and PermissionDenied: it is written by or for the generator.
    """
    through = access.of(by).require("manifests.write", manifests.subject(draft.generator)).lent
    if (known := Manifest.objects.filter(token=token, generator=draft.generator).first()) is not None:
        return known
    _check(draft)
    made = Manifest.objects.create(
        number=draft.number.strip() or numbering.following(Manifest, "number", f"CTNH-{timezone.localdate().year}-")[0],
        token=token,
        **{side: getattr(draft, side) for side in manifests.SIDES},
        vehicle=draft.vehicle.strip(),
        note=draft.note.strip(),
        paper=draft.paper,
        simulated=draft.simulated,
        by=by,
        at=timezone.now(),
    )
    _set_lines(made, draft.lines)
    audit.record(by, "manifest.written", made.number, after=dict(manifests.content(made)), through=through)
    return made


@transaction.atomic
def change(number: str, draft: Draft, *, version: int, by: Person | None) -> Manifest:
    """Write a draft anew; what changes nothing writes nothing. After the hand-over only corrections are possible.

    `version`: the one the person saw. Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    manifest = locked(number)
    rights = access.of(by)
    through = rights.require("manifests.write", manifests.subject(manifest.generator)).lent
    rights.require("manifests.write", manifests.subject(draft.generator))
    if manifest.state != Manifest.State.DRAFT:
        raise ValidationError(_("It was signed meanwhile: ask for a correction instead."))
    refuse_stale(manifest, version)
    _check(draft, manifest)
    before = dict(manifests.content(manifest))
    for name in (*manifests.SIDES, "vehicle", "note"):
        setattr(manifest, name, getattr(draft, name))
    _set_lines(manifest, draft.lines)
    after = dict(manifests.content(manifest))
    if after == before and not Manifest.objects.filter(id=manifest.id).exclude(note=manifest.note).exists():
        return manifest
    manifest.version += 1
    manifest.save()
    changed = {name for name in after if after[name] != before[name]}
    audit.record(
        by,
        "manifest.changed",
        manifest.number,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        through=through,
    )
    return manifest


@transaction.atomic
def add_photo(number: str, *, name: str, body: bytes, by: Person | None) -> Photo:
    """A picture of the paper; the same one twice is kept once. Raises ValidationError and PermissionDenied."""
    manifest = locked(number)
    rights = access.of(by)
    if not manifests.sides(manifest, rights):
        rights.require("manifests.write", manifests.subject(manifest.generator))
    if len(body) > PHOTO_BYTES:
        raise ValidationError({"photo": _("The picture is larger than %(mb)d MB.") % {"mb": PHOTO_BYTES // 1024**2}})
    kind = attached.media_type_of(body)
    if kind not in PICTURES:
        raise ValidationError({"photo": _("Attach a photo (JPEG, PNG, WebP) or a PDF of the paper.")})
    digest = sha256(body).hexdigest()
    photo, made = Photo.objects.get_or_create(
        manifest=manifest,
        sha256=digest,
        defaults={
            "name": attached.plain_name(name),
            "media_type": kind,
            "size": len(body),
            "body": body,
            "by": by,
            "at": timezone.now(),
        },
    )
    if made:
        audit.record(by, "manifest.photographed", manifest.number, after={"name": photo.name, "size": photo.size})
    return photo


def locked(number: str) -> Manifest:
    """The manifest, for its writer alone until the transaction ends. Raises DoesNotExist."""
    return Manifest.objects.select_for_update(of=("self",)).select_related(*manifests.SIDES).get(number=number)


def refuse_stale(manifest: Manifest, version: int | None) -> None:
    """Raises ValidationError where the person saw another version than this."""
    if version is not None and version != manifest.version:
        raise ValidationError(_("Somebody else wrote here meanwhile. Look at it as it is now, then write again."))


def check_kg(kg: float | None) -> str:
    """What is wrong with a mass; "" where nothing is."""
    if kg is None:
        return _("Give a mass in kilograms.")
    return "" if 0 <= kg <= MOST_KG else _("Give kilograms from 0 to %(most)d.") % {"most": int(MOST_KG)}


def _check(draft: Draft, held: Manifest | None = None) -> None:
    wrong: dict[str, str] = {}
    if draft.generator == draft.treater:
        wrong["treater"] = _("Generator and treater are the same: what stays in the facility needs no manifest.")
    if not draft.lines or len(draft.lines) > MOST_LINES:
        wrong["lines"] = _("Name from 1 to %(most)d kinds of waste.") % {"most": MOST_LINES}
    for line in draft.lines:
        if not line.code.strip() or not line.kind.strip() or not line.kg or check_kg(line.kg):
            wrong["lines"] = _("Every kind of waste has a code, a name, and more than 0 kg.")
        elif line.method and line.method not in Method.values:
            wrong["lines"] = _("Choose how it is to be treated, or leave it open.")
    number = draft.number.strip()
    others = Manifest.objects.filter(number=number)
    if number and (others if held is None else others.exclude(id=held.id)).exists():
        wrong["number"] = _("There is a manifest with this number already.")
    if wrong:
        raise ValidationError(wrong)


def _set_lines(manifest: Manifest, lines: Sequence[Line]) -> None:
    """Write the lines that differ, and nothing of the others."""
    held: Mapping[int, Item] = {item.line: item for item in manifest.items.all()}
    for number, line in enumerate(lines, start=1):
        facts: dict[str, Any] = {
            "code": line.code.strip(),
            "kind": line.kind.strip(),
            "method": line.method,
            "handed_kg": line.kg,
        }
        item = held.get(number)
        if item is None:
            Item.objects.create(manifest=manifest, line=number, **facts)
        elif any(getattr(item, name) != value for name, value in facts.items()):
            Item.objects.filter(id=item.id).update(**facts)
    manifest.items.filter(line__gt=len(lines)).delete()
