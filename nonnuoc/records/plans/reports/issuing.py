"""A draft becomes the report: with its number and day, sealed, never changed again; the round is closed."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Form, Report, Round
from nonnuoc.records.plans.reports import content, docx, selectors, xlsx
from nonnuoc.records.plans.rounds import telling

State = Report.State
#: Units that a refusal names.
NAMED = 5


@transaction.atomic
def issue(report: Report, number: str, *, by: Person | None, at: datetime, day: date | None = None) -> Report:
    """Freeze the draft as the report, of a day (today), and close its round. The very same again: nothing happens.

    Raises ValidationError without a number, for a day to come or before the draft's, for a draft that another one has
    replaced, and for one that lacks what units sent meanwhile: once the round is closed nobody could add it.
    """
    of = Round.objects.select_for_update(of=("self",)).select_related("plan__leading").get(pk=report.round_id)
    through = access.require(by, "plans.issue", plans.subject(of.plan.leading)).lent
    list(Form.objects.select_for_update().filter(round=of).order_by("pk").values_list("pk"))  # nobody sends meanwhile
    held = Report.objects.select_for_update().filter(pk=report.pk).first()
    number, day = number.strip(), day or timezone.localtime(at).date()
    if held is not None and held.state == State.ISSUED and held.number == number:
        return held
    held = _newest(of, held)
    _check(held, number, day, timezone.localtime(at).date())
    told = held.content
    told["head"] |= {"number": number, "day": day.isoformat()}
    held.sha256 = content.seal(told)
    held.docx, held.xlsx = docx.write(told, sha256=held.sha256), xlsx.write(told, sha256=held.sha256)
    held.state, held.number, held.issued, held.issued_by = State.ISSUED, number, at, by
    held.save()
    Report.objects.filter(round=of).exclude(pk=held.pk).delete()
    of.state, of.closed = Round.State.CLOSED, at
    of.save(update_fields=["state", "closed"])
    telling.nothing_more(of, "issued")
    after = {"number": number, "day": day.isoformat(), "sha256": held.sha256}
    audit.record(by, "plan.report_issued", f"plan {of.plan.code} round {of.code}", after=after, through=through)
    return held


def _newest(of: Round, held: Report | None) -> Report:
    if of.state == Round.State.CLOSED:
        raise ValidationError(_("This round is closed."))
    if held is None or held.state != State.DRAFT or held != Report.objects.filter(round=of, state=State.DRAFT).first():
        raise ValidationError(_("This is not the newest draft any more. Read the one that took its place."))
    return held


def _check(held: Report, number: str, day: date, today: date) -> None:
    wrong = {}
    if not number:
        wrong["number"] = _("Write the number the report gets, as it will stand on paper.")
    elif len(number) > 60:
        wrong["number"] = _("A number has at most 60 signs.")
    if day > today:
        wrong["day"] = _("This day is still to come.")
    elif day.isoformat() < held.content["head"]["on"]:
        wrong["day"] = _("The report tells how things stood after this day.")
    if wrong:
        raise ValidationError(wrong)
    missed = [one.office.name for one in selectors.sent_since(held)]
    if missed:
        given = {"n": len(missed), "names": ", ".join(missed[:NAMED]) + ("…" if len(missed) > NAMED else "")}
        raise ValidationError(
            _("After this draft was made, %(n)s reports came or were approved (%(names)s). Have the draft made anew.")
            % given
        )
