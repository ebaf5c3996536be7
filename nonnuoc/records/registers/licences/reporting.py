"""What becomes of an obligation: somebody reports it met, somebody accepts that, returns it, or excuses the whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import attached
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.registers.licences import telling, writing
from nonnuoc.records.registers.licences.models import Obligation, Report
from nonnuoc.records.registers.pattern import documents
from nonnuoc.records.registers.pattern.models import Document

REPORT = "obligations.report"
#: Under which register the files of reports are kept; entry: the obligation.
FILES = "obligations"
Settled = Obligation.Settled


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent."""

    name: str
    media_type: str
    body: bytes


@transaction.atomic
def report(
    identity: int,
    *,
    done_on: date,
    by: Person | None,
    note: str = "",
    file: File | None = None,
    at: datetime | None = None,
) -> Report:
    """Say that it was done on a day, with a file where there is one; sent twice it is said once.

    Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    row, at = _locked(identity), at or timezone.now()
    through = access.require(by, REPORT, writing.subject(row.dossier)).lent
    waiting = row.reports.filter(state=Report.State.WAITING).first()
    if waiting is not None:
        if (waiting.by_id, waiting.done_on, waiting.note) == (by.pk if by else None, done_on, note.strip()):
            return waiting
        raise ValidationError(_("A report of this waits already to be looked at."))
    if row.settled != Settled.OPEN:
        raise ValidationError(_("This is settled already."))
    if done_on > timezone.localtime(at).date():
        raise ValidationError({"done_on": _("This day is yet to come.")})
    if file is None and not note.strip():
        raise ValidationError({"file": _("Add the file, or say in a note where the proof is.")})
    document = None if file is None else _kept(row, file, by, at)
    said = Report.objects.create(obligation=row, done_on=done_on, note=note.strip(), document=document, at=at, by=by)
    _settle(row, Settled.REPORTED, by, at)
    after = {"done_on": done_on.isoformat(), "note": said.note, "file": document.name if document else ""}
    audit.record(by, "obligation.reported", _named(row), after=after, through=through)
    return said


@transaction.atomic
def decide(identity: int, *, accept: bool, by: Person | None, reason: str = "", at: datetime | None = None) -> Report:
    """Accept what was reported, or return it with a reason: then it is open again, and whoever reported it is told.

    Decided so already, nothing happens. Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    said = Report.objects.select_for_update(of=("self",)).select_related("by").get(pk=identity)
    row, at = _locked(said.obligation_id), at or timezone.now()
    through = access.require(by, writing.KEEP, writing.subject(row.dossier)).lent
    wanted = Report.State.ACCEPTED if accept else Report.State.RETURNED
    if said.state == wanted:
        return said
    if said.state != Report.State.WAITING:
        raise ValidationError(_("Somebody else has decided this meanwhile."))
    if not accept and not reason.strip():
        raise ValidationError({"reason": _("Say what is missing, so that it can be mended.")})
    said.state, said.decided_by, said.decided_at = wanted, by, at
    said.reason = "" if accept else reason.strip()
    said.save()
    if accept:
        row.met_on = said.done_on
        _settle(row, Settled.MET, by, at)
        audit.record(by, "obligation.accepted", _named(row), after={"met_on": str(row.met_on)}, through=through)
    else:
        _settle(row, Settled.OPEN, None, None)
        telling.returned(row, said, at=at)
        audit.record(by, "obligation.returned", _named(row), through=through, reason=said.reason)
    return said


@transaction.atomic
def excuse(identity: int, *, reason: str, by: Person | None, at: datetime | None = None) -> Obligation:
    """It need not be met, for a reason. Raises ValidationError, PermissionDenied, DoesNotExist."""
    row, at = _locked(identity), at or timezone.now()
    through = access.require(by, writing.KEEP, writing.subject(row.dossier)).lent
    if row.settled == Settled.EXCUSED:
        return row
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it need not be met.")})
    if row.settled != Settled.OPEN:
        raise ValidationError(_("This is settled already."))
    row.excused_because = reason.strip()
    _settle(row, Settled.EXCUSED, by, at)
    audit.record(by, "obligation.excused", _named(row), through=through, reason=row.excused_because)
    return row


@transaction.atomic
def reopen(identity: int, *, reason: str, by: Person | None) -> Obligation:
    """It was settled by mistake: it is open again. Raises ValidationError, PermissionDenied, DoesNotExist."""
    row = _locked(identity)
    through = access.require(by, writing.KEEP, writing.subject(row.dossier)).lent
    if not reason.strip():
        raise ValidationError({"reason": _("Say what was wrong.")})
    if row.settled not in (Settled.MET, Settled.EXCUSED):
        return row
    before = {"settled": row.settled, "met_on": str(row.met_on or ""), "excused_because": row.excused_because}
    row.met_on, row.excused_because = None, ""
    _settle(row, Settled.OPEN, None, None)
    audit.record(by, "obligation.reopened", _named(row), before=before, through=through, reason=reason.strip())
    return row


def _settle(row: Obligation, settled: Settled, by: Person | None, at: datetime | None) -> None:
    row.settled, row.settled_by, row.settled_at = settled, by, at
    row.save()


def _kept(row: Obligation, file: File, by: Person | None, at: datetime) -> Document:
    kind, sha256 = documents.taken(file.body, file.media_type), hashlib.sha256(file.body).hexdigest()
    there = Document.objects.filter(register=FILES, entry_id=row.pk, sha256=sha256, removed=None).first()
    return there or Document.objects.create(
        register=FILES,
        entry_id=row.pk,
        name=attached.plain_name(file.name),
        media_type=kind,
        sha256=sha256,
        size=len(file.body),
        body=file.body,
        data_class=DataClass.INTERNAL,
        at=at,
        by=by,
    )


def _locked(identity: int) -> Obligation:
    rows = Obligation.objects.select_for_update(of=("self",)).select_related("dossier__facility", "condition")
    return rows.get(pk=identity)


def _named(row: Obligation) -> str:
    return f"dossiers {row.dossier.code} {row.key}"
