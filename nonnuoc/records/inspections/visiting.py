"""The visit: it begins, findings and evidence are written down, it is concluded."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import attached
from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.inspections.models import Evidence, Finding, Inspection
from nonnuoc.records.inspections.planning import locked, require

State = Inspection.State
LARGEST = 10 * 1024 * 1024


@transaction.atomic
def begin(inspection: Inspection, *, by: Person | None, at: datetime | None = None) -> Inspection:
    """The visit begins; from now on the facility sees it. Begun before: nothing happens."""
    held = locked(inspection)
    through = require(held, by).lent
    if held.state in (State.UNDER_WAY, State.CONCLUDED):
        return held
    if held.state == State.CANCELLED:
        raise ValidationError(_("This inspection was cancelled. Plan a new one."))
    held.state, held.began = State.UNDER_WAY, at or timezone.now()
    held.full_clean()
    held.save()
    audit.record(by, "inspection.begun", held.code, through=through)
    return held


@transaction.atomic
def find(
    inspection: Inspection,
    *,
    kind: str,
    text: str,
    by: Person | None,
    basis: str = "",
    file: tuple[str, bytes] | None = None,
) -> Finding:
    """Write down what was found, with a file (name, bytes) of it. The same words again are the finding there is.

    Raises ValidationError before the visit, after the conclusion, and for a violation without its article.
    """
    held = locked(inspection)
    through = require(held, by).lent
    _is_under_way(held)
    there = held.findings.filter(kind=kind, text=text.strip(), basis=basis.strip(), replaced_by=None).first()
    if there is None:
        number = 1 + max(held.findings.values_list("number", flat=True), default=0)
        there = _written(Finding(inspection=held, number=number, kind=kind, text=text, basis=basis), by, through)
    if file is not None:
        attach(held, name=file[0], body=file[1], finding=there, by=by)
    return there


@transaction.atomic
def correct(finding: Finding, *, kind: str, text: str, why: str, by: Person | None, basis: str = "") -> Finding:
    """A finding in place of another, which stays readable. Raises ValidationError without a reason."""
    held = locked(finding.inspection)
    through = require(held, by).lent
    _is_under_way(held)
    if Finding.objects.filter(replaces=finding).exists():
        raise ValidationError(_("This finding has been corrected already: correct the newer one."))
    if not why.strip():
        raise ValidationError({"why": _("Say why it is corrected.")})
    made = Finding(inspection=held, number=finding.number, kind=kind, text=text, basis=basis, replaces=finding, why=why)
    return _written(made, by, through)


@transaction.atomic
def attach(
    inspection: Inspection, *, name: str, body: bytes, by: Person | None, finding: Finding | None = None, note: str = ""
) -> Evidence:
    """Add a file. The same bytes again are the file there is. Raises ValidationError for what is no plain document."""
    held = locked(inspection)
    through = require(held, by).lent
    if held.began is None:
        raise ValidationError(_("Evidence is added once the visit has begun."))
    digest = hashlib.sha256(body).hexdigest()
    if (there := held.evidence.filter(sha256=digest).first()) is not None:
        return there
    kind = attached.media_type_of(body)
    if kind is None or not body:
        raise ValidationError(
            {"file": _("Add a photo (JPEG, PNG, WebP), a PDF, a text, or a document without macros.")}
        )
    if len(body) > LARGEST:
        said = {"most": LARGEST // 1024 // 1024}
        raise ValidationError({"file": _("A file may have %(most)s MB at most.") % said})
    made = Evidence.objects.create(
        inspection=held,
        finding=finding,
        name=attached.plain_name(name),
        media_type=kind,
        sha256=digest,
        size=len(body),
        body=body,
        note=note[:500],
        at=timezone.now(),
        by=by,
    )
    audit.record(by, "inspection.evidence", held.code, after={"name": made.name, "sha256": digest}, through=through)
    return made


@transaction.atomic
def conclude(inspection: Inspection, conclusion: str, *, by: Person | None, at: datetime | None = None) -> Inspection:
    """End it with a conclusion. Raises ValidationError without one, or without a single finding."""
    held = locked(inspection)
    through = require(held, by).lent
    if held.state == State.CONCLUDED and held.conclusion == conclusion.strip():
        return held
    _is_under_way(held)
    if not conclusion.strip():
        raise ValidationError({"conclusion": _("Write the conclusion.")})
    if not held.findings.exists():
        raise ValidationError(_("Write down what was looked at first, also where everything was in order."))
    held.state, held.conclusion, held.ended = State.CONCLUDED, conclusion.strip(), at or timezone.now()
    held.full_clean()
    held.save()
    audit.record(by, "inspection.concluded", held.code, after={"conclusion": held.conclusion}, through=through)
    return held


def _written(made: Finding, by: Person | None, through: object) -> Finding:
    made.text, made.basis, made.why = made.text.strip(), made.basis.strip(), made.why.strip()
    made.at, made.by = timezone.now(), by
    made.full_clean(exclude=["inspection"])
    made.save()
    after = {"number": made.number, "kind": made.kind, "text": made.text, "basis": made.basis, "why": made.why}
    audit.record(by, "inspection.finding", made.inspection.code, after=after, through=through)  # type: ignore[arg-type]
    return made


def _is_under_way(held: Inspection) -> None:
    if held.state != State.UNDER_WAY:
        said = {"code": held.code, "state": held.get_state_display()}
        raise ValidationError(_("Inspection %(code)s is %(state)s: this is written during the visit.") % said)
