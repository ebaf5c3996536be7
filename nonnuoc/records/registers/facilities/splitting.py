"""What was taken for one facility becomes two: a merge undone, or a new facility carved out of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities import matching, referring
from nonnuoc.records.registers.facilities.merging import PLACE, require
from nonnuoc.records.registers.facilities.models import Alias, Facility, Identifier, Match, Merge
from nonnuoc.records.registers.pattern import fields, keeping
from nonnuoc.records.registers.pattern.models import Revision
from nonnuoc.records.registers.pattern.register import of_model

WHERE = frozenset((*PLACE, "shape"))
Rows = Mapping[str, Collection[Any]]  # key of a column (referring.Column) -> primary keys


def brought(merge: Merge) -> dict[str, set[Any]]:
    """What came with a merge: goes back unless a person chooses otherwise."""
    return {one["column"]: set(one["rows"]) for one in merge.moved}


def standing(identity: int) -> Merge | None:
    """The merge, where it was not undone."""
    return Merge.objects.filter(pk=identity, undone=None).select_related("survivor", "merged", "by").first()


def undoable(facility: Facility) -> list[Merge]:
    """What was merged into a facility, the newest first."""
    return list(Merge.objects.filter(survivor=facility, undone=None).select_related("merged", "by"))


@transaction.atomic
def undo(
    merge: Merge, *, goes: Rows | None = None, reason: str, by: Person | None, at: datetime | None = None
) -> Facility:
    """The merged facility is one of its own again, with what a person chose, or else what it had brought.

    Fields that the survivor took from it get back what they said, unless somebody has changed them since. Undone
    already, it does nothing. Raises ValidationError and PermissionDenied.
    """
    moment = at or timezone.now()
    held = Merge.objects.select_for_update().get(pk=merge.pk)
    both = Facility.objects.select_for_update(of=("self",)).filter(pk__in=(held.survivor_id, held.merged_id))
    found = {one.pk: one for one in both.order_by("pk")}
    survivor, merged = found[held.survivor_id], found[held.merged_id]
    lent = [require(by, one).lent for one in (survivor, merged)]
    held.refresh_from_db()
    if held.undone is not None:
        return merged
    _refuse(survivor, reason)
    register = of_model(Facility)
    why = _("%(old)s is not %(new)s: %(reason)s") % {"old": merged.code, "new": survivor.code, "reason": reason}
    _forget(held, survivor)
    moved = referring.move(brought(held) if goes is None else goes, survivor, merged, by=by, reason=why)
    survivor = _give_back(held, survivor, by=by, reason=why)
    merged.merged_into, merged.withdrawn = None, None
    keeping.note(register, merged, Revision.Kind.SPLIT, by=by, reason=why, at=moment)
    held.undone, held.undone_by, held.undone_why = moment, by, reason[:500]
    held.save()
    matching.settle(survivor, merged, Match.State.DIFFERENT, by=by, at=moment)
    matching.later(merged, by)
    audit.record(
        by,
        "facility.split",
        f"facilities {survivor.code}",
        through=next(filter(None, lent), None),
        split=merged.code,
        moved={one["column"]: len(one["rows"]) for one in moved},
        reason=reason,
    )
    return merged


@transaction.atomic
def carve(
    survivor: str,
    values: Mapping[str, Any],
    *,
    goes: Rows,
    reason: str,
    by: Person | None,
    at: datetime | None = None,
) -> Facility:
    """A new facility with these values, and with what a person chose of everything that refers to the old one.

    Merging the two again is its inverse. Raises ValidationError, PermissionDenied and DoesNotExist.
    """
    moment = at or timezone.now()
    old = Facility.objects.select_for_update(of=("self",)).get(code=survivor)
    lent = require(by, old).lent
    _refuse(old, reason)
    register = of_model(Facility)
    why = _("Split from %(code)s: %(reason)s") % {"code": old.code, "reason": reason}
    new: Facility = keeping.create(register, values, by=by, reason=why, at=moment)
    require(by, new)
    moved = referring.move(goes, old, new, by=by, reason=why)
    keeping.note(register, old, Revision.Kind.SPLIT, by=by, reason=why, at=moment)
    matching.settle(old, new, Match.State.DIFFERENT, by=by, at=moment)
    audit.record(
        by,
        "facility.split",
        f"facilities {old.code}",
        through=lent,
        split=new.code,
        moved={one["column"]: len(one["rows"]) for one in moved},
        reason=reason,
    )
    return new


def _refuse(survivor: Facility, reason: str) -> None:
    if survivor.merged_into is not None:
        said = {"old": survivor.code, "new": survivor.merged_into.code}
        raise ValidationError(_("%(old)s was itself merged into %(new)s. Undo that first.") % said)
    if survivor.withdrawn is not None:
        raise ValidationError(_("%(code)s is out of the register. Restore it first.") % {"code": survivor.code})
    if not reason.strip():
        raise ValidationError({"reason": _("Say how it is known that they are two facilities.")})


def _forget(held: Merge, survivor: Facility) -> None:
    """Take away the names and codes that the merge itself wrote, where they are still with the survivor."""
    Alias.objects.filter(pk__in=held.made["aliases"], facility=survivor).delete()
    Identifier.objects.filter(pk__in=held.made["identifiers"], facility=survivor).delete()


def _give_back(held: Merge, survivor: Facility, *, by: Person | None, reason: str) -> Facility:
    register, version = of_model(Facility), survivor.version
    since = {name for name, (_before, after) in held.picked.items() if fields.plain(survivor, name) != after}
    if since & WHERE:
        since |= WHERE
    values = {
        name: bytes.fromhex(before) if name == "shape" and before else before
        for name, (before, _after) in held.picked.items()
        if name not in since
    }
    found: Facility = keeping.change(register, survivor.code, values, by=by, reason=reason, kind=Revision.Kind.SPLIT)
    if found.version == version:
        keeping.note(register, found, Revision.Kind.SPLIT, by=by, reason=reason)
    return found
