"""A unit fills in its form: saved as it goes, merged with what others typed, submitted when nothing is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain.plan.merging import Clash, merged
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Answer, Assignment, Form, Saving
from nonnuoc.records.plans.rounds import fields, opening, prefilling, selectors, telling

State = Form.State


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of what was sent. `theirs`: what others wrote since the copy it was made from, by field."""

    form: Form
    version: int
    theirs: Mapping[str, str] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()
    others: str = ""  # who saved last in between


@dataclass(frozen=True, slots=True)
class Missing:
    """Something without which the form cannot be submitted."""

    answer: Answer
    field: str
    words: str

    @property
    def name(self) -> str:
        return fields.name(self.answer, self.field)


def save(form: Form, given: Mapping[str, str], *, version: int, token: UUID, by: Person | None, at: datetime) -> Saved:
    """Keep what was typed (by field name: fields.py) into a copy of this version of the form.

    What others saved since stays, field by field; where both changed the same one, theirs stands and the clash is given
    back. The same token again: nothing changes. Raises ValidationError for what cannot be, once the form is submitted
    or the round closed; PermissionDenied.
    """
    with transaction.atomic():
        held = locked(form)
        through = require(held, by)
        return keep(held, given, version=version, token=token, by=by, at=at, through=through)


def submit(
    form: Form, given: Mapping[str, str], *, version: int, token: UUID, by: Person | None, at: datetime
) -> Saved:
    """Save, and hand the form in. With clashes it is saved and not handed in; handed in already, nothing happens.

    Raises ValidationError by field name where something is missing: what was typed is kept all the same.
    """
    known = Saving.objects.filter(form=form, token=token).exists()
    now = current(form)
    if now.state == State.SUBMITTED and (known or not given):
        require(now, by)
        return Saved(now, now.version)
    saved = save(form, given, version=version, token=token, by=by, at=at)
    if saved.clashes:
        return saved
    with transaction.atomic():
        held = locked(form)
        through = require(held, by)
        if held.state == State.SUBMITTED:  # somebody else handed it in meanwhile
            return Saved(held, held.version, saved.theirs, others=saved.others)
        _is_with_unit(held)
        opening.is_open(held.round)
        answers = selectors.answers(held)
        if gaps := missing(answers):
            raise ValidationError({one.name: one.words for one in gaps})
        hand_in(held, answers, by=by, at=at, through=through)
    return Saved(held, held.version, saved.theirs, others=saved.others)


@transaction.atomic
def take_back(form: Form, *, by: Person | None, at: datetime) -> Form:
    """The unit changes it once more; until it is handed in again, it has not come. Not submitted: nothing happens.

    Raises ValidationError once the round is closed: its report has told what came.
    """
    held = locked(form)
    through = require(held, by)
    if held.state != State.SUBMITTED:
        return held
    opening.is_open(held.round)
    held.state, held.submitted, held.first_submitted, held.submitted_by = State.DRAFT, None, None, None
    held.way, held.received = Form.Way.HERE, None
    held.save(update_fields=["state", "submitted", "first_submitted", "submitted_by", "way", "received"])
    audit.record(by, "plan-form.taken_back", opening.subject(held.round, held.office), through=through)
    return held


def missing(answers: Sequence[Answer]) -> list[Missing]:
    """What a form lacks: of each task how it stands, what was done, and since when it is done."""
    found = []
    for one in answers:
        if one.task.withdrawn is not None:  # an amendment took it out after it was asked about
            continue
        said = {"task": one.task.code}
        if not one.state:
            words = _("%(task)s: say how your part stands, or that there is nothing to do here.") % said
            found.append(Missing(one, "state", words))
        elif not one.result and one.state != Assignment.State.NOT_OURS:
            found.append(Missing(one, "result", _("%(task)s: write what was done in this period.") % said))
        elif not one.result and one.role == Assignment.Role.LEAD:
            found.append(Missing(one, "result", _("%(task)s: you lead it; say why there is nothing to do.") % said))
        if one.state == Assignment.State.DONE and one.done is None:
            found.append(Missing(one, "done", _("%(task)s: say on which day it was done.") % said))
    return found


def keep(
    held: Form,
    given: Mapping[str, str],
    *,
    version: int,
    token: UUID,
    by: Person | None,
    at: datetime,
    through: Delegation | None,
) -> Saved:
    """Merge into a locked form, as `save` says."""
    opening.is_open(held.round)
    answers = selectors.answers(held)
    stands = fields.values(held, answers)
    typed = fields.clean(given, stands)
    since = list(Saving.objects.filter(form=held, version__gt=version).select_related("by").order_by("-version"))
    again = Saving.objects.filter(form=held, token=token).first()
    if again is not None:
        typed = {name: text for name, text in typed.items() if again.after.get(name) != text}
    if version > held.version:
        raise ValidationError(_("This copy of the form is not one of ours. Open the form again."))
    base = dict(stands)
    for one in since:  # the newest first: what a field was before the oldest of them is what the copy showed
        base |= one.before
    found = merged(base, stands, typed)
    if found.taken:
        _is_with_unit(held)
        _store(held, answers, stands, found.taken, token=token, by=by, at=at)
        named = {"fields": sorted(found.taken), "version": held.version}
        audit.record(by, "plan-form.saved", opening.subject(held.round, held.office), after=named, through=through)
    theirs = {name: stands[name] for one in since for name in one.after if name in stands}
    other = next((one.by.name for one in since if one.by is not None and one.by != by), "")
    return Saved(held, held.version, theirs, found.clashes, other)


def hand_in(
    held: Form, answers: Sequence[Answer], *, by: Person | None, at: datetime, through: Delegation | None
) -> None:
    """It is submitted; what is known is brought up to date, and what had to be mended counts as mended."""
    offices, tasks = [held.office], [one.task for one in answers]
    on = timezone.localtime(at).date()
    facts = prefilling.known(tasks, offices, begins=held.round.begins, on=on)
    for one in answers:
        one.known = dict(facts[one.task_id, held.office_id])
    Answer.objects.bulk_update(answers, ["known"])
    held.state, held.submitted, held.submitted_by = State.SUBMITTED, at, by
    held.first_submitted = held.first_submitted or at
    held.save()
    held.remarks.filter(settled=None).update(settled=at)
    telling.nothing_more(held.round, "submitted", held.office)
    after = {"version": held.version, "way": held.way}
    audit.record(by, "plan-form.submitted", opening.subject(held.round, held.office), after=after, through=through)


def require(form: Form, by: Person | None) -> Delegation | None:
    """Only who reports for the office fills in its form. Gives what was lent; raises PermissionDenied."""
    return access.require(by, "plans.report", plans.subject(form.office)).lent


def locked(form: Form) -> Form:
    """The form as it is, until the end of the transaction nobody else's to change; and its round as it is by then.

    Whoever issues the report holds the forms while it closes the round: read together with the lock, it would be open.
    """
    Form.objects.select_for_update().only("pk").get(pk=form.pk)
    return current(form)


def current(form: Form) -> Form:
    """The form as it is at this moment."""
    return _all().get(pk=form.pk)


def _is_with_unit(held: Form) -> None:
    if held.state not in selectors.WITH_UNIT:
        raise ValidationError(_("This form has been submitted. Take it back to change it."))


def _all() -> QuerySet[Form]:
    return Form.objects.defer("original").select_related("office__commune", "round__plan__leading")


def _store(
    held: Form,
    answers: Sequence[Answer],
    stands: Mapping[str, str],
    taken: Mapping[str, str],
    *,
    token: UUID,
    by: Person | None,
    at: datetime,
) -> None:
    changed = fields.put(held, answers, taken)
    Answer.objects.bulk_update(changed, list(fields.OF_ANSWER))
    held.version, held.saved, held.saved_by = held.version + 1, at, by
    held.save(update_fields=[*fields.OF_FORM, "version", "saved", "saved_by"])
    free = not Saving.objects.filter(form=held, token=token).exists()
    more = {"token": token} if free else {}
    before = {name: stands[name] for name in taken}
    Saving.objects.create(form=held, version=held.version, before=before, after=dict(taken), at=at, by=by, **more)
