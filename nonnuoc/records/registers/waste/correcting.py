"""Corrections of signed manifests: the difference alone, with a reason; what concerns both sides needs both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import names
from nonnuoc.records.registers.waste import drafting, manifests
from nonnuoc.records.registers.waste.models import Correction, Item, Manifest, Method

State = Correction.State
#: What can be corrected: of the manifest, of a line.
OF_MANIFEST = ("vehicle", "note")
OF_LINE = ("code", "kind", "method", "handed_kg", "received_kg", "treated_kg")
MASSES = ("handed_kg", "received_kg", "treated_kg")
#: Who asks -> whose word it needs.
OTHER = {
    "generator": "treater",
    "treater": "generator",
    "transporter": "treater",
    manifests.AUTHORITY: "treater",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `line` None for what stands above the lines."""

    line: int | None
    field: str
    old: Any
    new: Any


def differences(manifest: Manifest, wanted: Sequence[tuple[int | None, str, Any]]) -> list[Change]:
    """What of the wanted (line, field, value) differs from what stands. Raises ValidationError for what cannot be."""
    lines, found = {item.line: item for item in manifest.items.all()}, []
    for line, field, new in wanted:
        held: Manifest | Item | None = manifest if line is None else lines.get(line)
        if held is None or field not in (OF_MANIFEST if line is None else OF_LINE):
            raise ValidationError(_("There is nothing like that to correct here."))
        old = getattr(held, field)
        if old == new:
            continue
        _check(field, old, new)
        found.append(Change(line, field, old, new))
    if not found:
        raise ValidationError(_("Nothing differs from what stands there already."))
    return found


@transaction.atomic
def ask(
    number: str, wanted: Sequence[tuple[int | None, str, Any]], *, reason: str, token: UUID, by: Person | None
) -> Correction:
    """Ask for a correction of a signed manifest; what needs nobody else's word holds at once.

    The other side must agree once the treater has weighed and a mass changes. The same form sent twice is one
    correction. Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    manifest, rights = drafting.locked(number), access.of(by)
    side = manifests.as_whom(manifest, rights)
    if not side:
        rights.require("manifests.write", manifests.subject(manifest.generator))
    if (known := Correction.objects.filter(token=token, manifest=manifest).first()) is not None:
        return known
    if manifest.state in (Manifest.State.DRAFT, Manifest.State.CANCELLED):
        raise ValidationError(_("Only what was signed is corrected; a draft is simply written anew."))
    if manifest.corrections.filter(state=State.ASKED).exists():
        raise ValidationError(_("Another correction waits for an answer. Answer or withdraw it first."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the reason stays with the manifest.")})
    changes = differences(manifest, wanted)
    needs = OTHER[side] if _concerns_both(manifest, changes) else ""
    made = Correction.objects.create(
        manifest=manifest,
        token=token,
        side=side,
        changes=[asdict(change) for change in changes],
        words=_words(manifest, changes, reason),
        reason=reason.strip()[:300],
        needs=needs,
        by=by,
        at=timezone.now(),
    )
    audit.record(by, "correction.asked", manifest.number, after={"changes": made.changes}, reason=made.reason)
    return made if needs else _apply(made, manifest, by=by, answer="")


@transaction.atomic
def answer(identity: int, *, accept: bool, answer: str, by: Person | None) -> Correction:
    """The other side's word. Never by whoever asked; a refusal says why. Repeating it changes nothing.

    Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    correction, manifest = _locked(identity)
    rights = access.of(by)
    rights.require("manifests.write", manifests.subject(getattr(manifest, correction.needs or "generator")))
    if correction.state == (State.ACCEPTED if accept else State.DECLINED):
        return correction
    _refuse_closed(correction)
    if by is not None and correction.by_id == by.id:
        raise PermissionDenied(_("Whoever asked for a correction does not answer it: the other side does."))
    if accept:
        return _apply(correction, manifest, by=by, answer=answer)
    if not answer.strip():
        raise ValidationError({"answer": _("Say why it is declined.")})
    return _close(correction, State.DECLINED, by=by, answer=answer)


@transaction.atomic
def withdraw(identity: int, *, by: Person | None) -> Correction:
    """Take back what one asked for. Raises ValidationError, PermissionDenied, DoesNotExist."""
    correction, manifest = _locked(identity)
    if correction.state == State.WITHDRAWN:
        return correction
    _refuse_closed(correction)
    if manifests.as_whom(manifest, access.of(by)) not in (correction.side, manifests.AUTHORITY):
        raise PermissionDenied(_("Only the side that asked takes a correction back."))
    return _close(correction, State.WITHDRAWN, by=by, answer="")


def may_answer(correction: Correction, manifest: Manifest, rights: Rights) -> bool:
    """Whether it waits for this person's word."""
    if correction.state != State.ASKED or not correction.needs:
        return False
    mine = rights.person is not None and correction.by_id == rights.person.id
    return not mine and rights.may("manifests.write", manifests.subject(getattr(manifest, correction.needs)))


def _check(field: str, old: Any, new: Any) -> None:
    if field in MASSES:
        if old is None:
            raise ValidationError(_("This was not weighed yet: sign the step instead of correcting it."))
        fault = drafting.check_kg(new) or (
            _("More than 0 kg was handed over.") if field == "handed_kg" and not new else ""
        )
        if fault:
            raise ValidationError({field: fault})
    elif field == "method" and new and new not in Method.values:
        raise ValidationError({field: _("Choose how it is treated.")})
    elif field in ("code", "kind") and not str(new).strip():
        raise ValidationError({field: _("This cannot be empty.")})


def _concerns_both(manifest: Manifest, changes: Sequence[Change]) -> bool:
    weighed = manifest.state in (Manifest.State.RECEIVED, Manifest.State.TREATED)
    return weighed and any(change.field in MASSES for change in changes)


def _apply(correction: Correction, manifest: Manifest, *, by: Person | None, answer: str) -> Correction:
    """Let it hold. Raises ValidationError where what it would change was changed otherwise since."""
    lines = {item.line: item for item in manifest.items.all()}
    for change in (Change(**one) for one in correction.changes):
        held: Any = manifest if change.line is None else lines[change.line]
        if getattr(held, change.field) != change.old:
            raise ValidationError(_("What it would correct was changed since. Withdraw it and ask anew."))
        setattr(held, change.field, change.new)
    for item in lines.values():
        item.save()
    manifest.version += 1
    manifest.save()
    correction.version = manifest.version
    return _close(correction, State.ACCEPTED, by=by, answer=answer)


def _close(correction: Correction, state: State, *, by: Person | None, answer: str) -> Correction:
    correction.state, correction.decided_by, correction.decided_at = state, by, timezone.now()
    correction.answer = answer.strip()[:300]
    correction.save()
    audit.record(
        by,
        "correction.answered",
        correction.manifest.number,
        after={"state": state.value, "changes": correction.changes},
        reason=correction.answer,
    )
    return correction


def _locked(identity: int) -> tuple[Correction, Manifest]:
    number = Correction.objects.values_list("manifest__number", flat=True).get(id=identity)
    manifest = drafting.locked(number)
    return Correction.objects.select_related("manifest").get(id=identity), manifest


def _refuse_closed(correction: Correction) -> None:
    if correction.state != State.ASKED:
        said = {"state": correction.get_state_display()}
        raise ValidationError(_("This correction is closed already: %(state)s.") % said)


def _words(manifest: Manifest, changes: Sequence[Change], reason: str) -> str:
    """What is searched, with marks and without."""
    told = [manifest.number, reason, *(str(value) for change in changes for value in (change.old, change.new))]
    text = names.marked(" ".join(told))
    return f"{text} {names.folded(text)}"
