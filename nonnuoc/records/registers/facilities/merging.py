"""Two entries that are one facility become one: what refers to either refers to the survivor, and it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Decision
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities import matching, referring
from nonnuoc.records.registers.facilities.models import Alias, Facility, Identifier, Match, Merge
from nonnuoc.records.registers.facilities.referring import Referring
from nonnuoc.records.registers.pattern import fields, keeping, reading
from nonnuoc.records.registers.pattern.models import Revision
from nonnuoc.records.registers.pattern.register import of_model

PLACE = ("lon", "lat", "position_source")  # one choice, with the shape: half a position says nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """A field in which two entries differ: what each says, and which is the better to keep unless a person chooses."""

    name: str
    survivor: Any  # as the model has it
    merged: Any
    take: bool  # the merged one's: the survivor's is not known


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do."""

    choices: tuple[Choice, ...]
    same: tuple[str, ...]  # fields that both know and agree on
    moves: tuple[Referring, ...]


def choosable() -> tuple[str, ...]:
    """The fields a person chooses between; "lon" stands for the whole position."""
    return tuple(name for name in of_model(Facility).columns if name not in ("code", "lat", "position_source"))


def preview(survivor: Facility, merged: Facility) -> Preview:
    """What differs, and what would move; nothing is written."""
    choices, same = [], []
    for name in choosable():
        ours, theirs = (_value(one, name) for one in (survivor, merged))
        if _plain(survivor, name) == _plain(merged, name):
            same += [name] if ours not in (None, "") else []
        elif theirs not in (None, "", (None, None)):
            choices.append(Choice(name, ours, theirs, take=ours in (None, "", (None, None))))
    return Preview(tuple(choices), tuple(same), tuple(referring.of(merged, survivor)))


def _value(facility: Facility, name: str) -> Any:
    return (facility.lon, facility.lat) if name == "lon" else getattr(facility, name)


def _plain(facility: Facility, name: str) -> Any:
    if name == "lon":
        return [fields.plain(facility, one) for one in (*PLACE, "shape")]
    return fields.plain(facility, name)


@transaction.atomic
def merge(
    survivor: str,
    merged: str,
    *,
    take: Collection[str] = (),
    reason: str,
    by: Person | None,
    versions: tuple[int, int] | None = None,
    at: datetime | None = None,
) -> Merge:
    """The facility `merged` (a code) is found to be `survivor`; of the fields in `take` its value is kept.

    `versions`: those the person saw. Done already, it does nothing. Raises ValidationError with what stands in the way,
    StaleError, PermissionDenied, DoesNotExist.
    """
    moment = at or timezone.now()
    left, right = _both(survivor, merged)
    lent = [require(by, one).lent for one in (left, right)]
    if right.merged_into_id == left.pk:
        return Merge.objects.get(merged=right, undone=None)
    _refuse(left, right, reason)
    if versions is not None and versions != (left.version, right.version):
        raise keeping.StaleError(_("Somebody else changed one of them meanwhile. Look at them as they are now."))
    why = _("%(old)s is %(new)s: %(reason)s") % {"old": right.code, "new": left.code, "reason": reason}
    found = referring.of(right, left)
    moved = referring.move(referring.every(found), right, left, by=by, reason=why)
    picked, left = _pick(left, right, take, by=by, reason=why)
    made = _remember(left, right, picked, by)
    right.merged_into, right.withdrawn = left, moment
    keeping.note(of_model(Facility), right, Revision.Kind.MERGED, by=by, reason=why, at=moment)
    held = Merge.objects.create(
        survivor=left,
        merged=right,
        at=moment,
        by=by,
        reason=reason[:500],
        moved=moved,
        kept=[{"column": key, "rows": rows} for key, rows in referring.every(found, staying=True).items()],
        picked=picked,
        made=made,
    )
    matching.settle(left, right, Match.State.SAME, by=by, at=moment)
    matching.carry(right, left, moment)
    audit.record(
        by,
        "facility.merged",
        f"facilities {left.code}",
        before={name: values[0] for name, values in picked.items()},
        after={name: values[1] for name, values in picked.items()},
        through=next(filter(None, lent), None),
        merged=right.code,
        moved={one["column"]: len(one["rows"]) for one in moved},
        reason=reason,
    )
    return held


def require(by: Person | None, facility: Facility) -> Decision:
    """Whether they may merge and split this facility. Raises PermissionDenied."""
    return access.of(by).require("facilities.merge", reading.subject(of_model(Facility), facility))


def _both(survivor: str, merged: str) -> tuple[Facility, Facility]:
    """Both, locked in the order of their keys, so that two merges at once wait for each other and never for ever."""
    if survivor == merged:
        raise ValidationError(_("A facility cannot be merged with itself."))
    locked = Facility.objects.select_for_update(of=("self",)).filter(code__in=(survivor, merged)).order_by("pk")
    found = {one.code: one for one in locked}
    if len(found) < 2:
        raise Facility.DoesNotExist
    return found[survivor], found[merged]


def _refuse(left: Facility, right: Facility, reason: str) -> None:
    for one in (left, right):
        if one.merged_into is not None:
            said = {"old": one.code, "new": one.merged_into.code}
            raise ValidationError(
                _("%(old)s was merged into %(new)s meanwhile. Look at that one, and merge it if need be.") % said
            )
        if one.withdrawn is not None:
            raise ValidationError(_("%(code)s is out of the register. Restore it first.") % {"code": one.code})
    if not reason.strip():
        raise ValidationError({"reason": _("Say how it is known that they are one facility.")})


def _pick(
    left: Facility, right: Facility, take: Collection[str], *, by: Person | None, reason: str
) -> tuple[dict[str, list[Any]], Facility]:
    """Give the survivor what was chosen of the other; what it said before, field by field, and the survivor."""
    register = of_model(Facility)
    names = [one for name in choosable() if name in take for one in ((*PLACE, "shape") if name == "lon" else (name,))]
    before = {name: fields.plain(left, name) for name in names}
    version = left.version
    kind = Revision.Kind.MERGED
    values = {name: getattr(right, name) for name in names}
    left = keeping.change(register, left.code, values, by=by, reason=reason, kind=kind)
    if left.version == version:
        keeping.note(register, left, kind, by=by, reason=reason)
    after = {name: fields.plain(left, name) for name in names}
    return {name: [before[name], after[name]] for name in names if before[name] != after[name]}, left


def _remember(
    left: Facility, right: Facility, picked: Mapping[str, list[Any]], by: Person | None
) -> dict[str, list[int]]:
    """The name and the enterprise code that no longer stand at the survivor stay with it as others it is known by."""
    source = _("merged with %(code)s") % {"code": right.code}
    aliases, identifiers = [], []
    for name in {right.name, *picked.get("name", ())} - {left.name}:
        alias, fresh = Alias.objects.get_or_create(facility=left, name=name, defaults={"source": source, "by": by})
        aliases += [alias.pk] if fresh else []
    for value in {right.business_code, *filter(None, picked.get("business_code", ()))} - {left.business_code, ""}:
        known = Identifier.objects.filter(programme=Identifier.Programme.TAX, value=value)
        if not known.exists():
            facts = {"facility": left, "programme": Identifier.Programme.TAX, "value": value}
            identifiers.append(Identifier.objects.create(**facts, source=source, by=by).pk)
    return {"aliases": aliases, "identifiers": identifiers}
