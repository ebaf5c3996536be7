"""After the visit: decisions, reminders without form among them, and what has to be put right by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.inspections.models import Decision, Finding, Inspection, Remedy
from nonnuoc.records.inspections.planning import locked, require

Kind = Decision.Kind


@transaction.atomic
def decide(
    inspection: Inspection,
    *,
    kind: str,
    day: date,
    issued_by: str,
    text: str,
    findings: Iterable[Finding],
    by: Person | None,
    number: str = "",
    amount_vnd: Decimal | None = None,
    remedies: Sequence[tuple[str, date]] = (),
) -> Decision:
    """Record a decision with what has to be remedied: (what, by which day). Recorded before: the one there is.

    Raises ValidationError before the visit, for a day before it, for findings of another inspection or none at all.
    """
    held = locked(inspection)
    through = require(held, by).lent
    rests_on = list(findings)
    there = held.decisions.filter(kind=kind, number=number.strip(), day=day, text=text.strip()).first()
    if there is not None:
        return there
    if held.began is None:
        raise ValidationError(_("There is nothing to decide on before the visit."))
    if day < timezone.localdate(held.began):
        raise ValidationError({"day": _("A decision cannot be of a day before the visit.")})
    if not rests_on or any(one.inspection_id != held.pk for one in rests_on):
        raise ValidationError({"findings": _("Say which findings of this inspection it rests on.")})
    if any(due < day for _what, due in remedies):
        raise ValidationError({"due": _("What has to be put right cannot be due before the decision.")})
    made = Decision(
        inspection=held,
        kind=kind,
        number=number.strip(),
        day=day,
        issued_by=issued_by.strip(),
        text=text.strip(),
        amount_vnd=amount_vnd,
        at=timezone.now(),
        by=by,
    )
    made.full_clean(exclude=["inspection"])
    made.save()
    made.findings.set(rests_on)
    Remedy.objects.bulk_create(Remedy(decision=made, text=what.strip(), due=due) for what, due in remedies)
    after = {"kind": kind, "number": made.number, "day": day.isoformat(), "remedies": len(remedies)}
    audit.record(by, "inspection.decided", held.code, after=after, through=through)
    return made


@transaction.atomic
def settle(decision: Decision, state: str, why: str, *, by: Person | None, paid: date | None = None) -> Decision:
    """Its state changes: complained about, cancelled, carried out. Raises ValidationError without a reason.

    It is carried out only once each of its remedies has been verified, and a fine once it has been paid.
    """
    held = Decision.objects.select_for_update(of=("self",)).select_related("inspection__facility").get(pk=decision.pk)
    through = require(held.inspection, by).lent
    if not why.strip():
        raise ValidationError({"why": _("Say why.")})
    held.paid = paid or held.paid
    if state == Decision.State.DONE:
        if held.remedies.filter(verified=None).exists():
            raise ValidationError(_("Something that has to be put right has not been verified yet."))
        if held.kind == Kind.FINE and held.paid is None:
            raise ValidationError({"paid": _("Say when the fine was paid.")})
    before, held.state, held.state_why = held.state, state, why.strip()[:500]
    held.full_clean(exclude=["inspection"])
    held.save()
    name = held.inspection.code
    audit.record(
        by, "inspection.settled", name, before={"state": before}, after={"state": state}, why=why, through=through
    )
    return held


@transaction.atomic
def report(remedy: Remedy, text: str, *, by: Person | None, day: date | None = None) -> Remedy:
    """The facility says it is done; that alone does not end it."""
    held = _locked_remedy(remedy)
    through = require(held.decision.inspection, by, "inspections.reply").lent
    if held.verified is not None:
        raise ValidationError(_("This has been verified already."))
    if not text.strip():
        raise ValidationError({"text": _("Say what was done.")})
    held.reported, held.report = day or timezone.localdate(), text.strip()
    held.save()
    name = held.decision.inspection.code
    audit.record(
        by, "inspection.remedy_reported", name, after={"remedy": held.text, "report": held.report}, through=through
    )
    return held


@transaction.atomic
def verify(remedy: Remedy, how: str, *, by: Person | None, day: date | None = None) -> Remedy:
    """Somebody of the authority saw that it is done. Verified before: nothing happens."""
    held = _locked_remedy(remedy)
    through = require(held.decision.inspection, by).lent
    if held.verified is not None:
        return held
    if not how.strip():
        raise ValidationError({"how": _("Say how it was verified.")})
    held.verified, held.verified_how, held.verified_by = day or timezone.localdate(), how.strip()[:500], by
    held.save()
    name = held.decision.inspection.code
    audit.record(by, "inspection.remedy_verified", name, after={"remedy": held.text, "how": how}, through=through)
    return held


def _locked_remedy(remedy: Remedy) -> Remedy:
    chosen = Remedy.objects.select_for_update(of=("self",)).select_related("decision__inspection__facility")
    return chosen.get(pk=remedy.pk)
