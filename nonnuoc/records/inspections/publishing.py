"""What the public is told: written, shown to the facility for its reply, proposed, approved by a second person."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.inspections.models import Inspection, Publication, Reply
from nonnuoc.records.inspections.planning import locked, require

State = Publication.State


@transaction.atomic
def write(inspection: Inspection, *, title: str, text: str, by: Person | None, text_en: str = "") -> Publication:
    """A draft, or changes to one. Raises ValidationError before the conclusion and once it waits or is published."""
    held = locked(inspection)
    through = require(held, by).lent
    if held.state != Inspection.State.CONCLUDED:
        raise ValidationError(_("Only what is concluded can be published."))
    there = Publication.objects.select_for_update().filter(inspection=held).first()
    draft = there or Publication(inspection=held)
    if draft.pk and draft.state not in (State.DRAFT, State.REPLY):
        said = {"state": draft.get_state_display()}
        raise ValidationError(_("This text is %(state)s and cannot be changed now.") % said)
    before = (draft.title, draft.text, draft.text_en)
    draft.title, draft.text, draft.text_en = title.strip(), text.strip(), text_en.strip()
    if draft.pk and before == (draft.title, draft.text, draft.text_en):
        return draft
    if draft.pk and draft.state == State.REPLY:  # what the facility was shown is another text now
        draft.state, draft.reply_until = State.DRAFT, None
    draft.written_by = by
    draft.full_clean(exclude=["inspection"])
    draft.save()
    audit.record(by, "publication.written", held.code, after={"title": title, "text": text}, through=through)
    return draft


@transaction.atomic
def show(publication: Publication, *, until: date, by: Person | None) -> Publication:
    """Show it to the facility, which may reply until the end of that day. Raises ValidationError for a day gone by."""
    held = _locked(publication)
    through = require(held.inspection, by).lent
    if held.state == State.REPLY and held.reply_until == until:
        return held
    _must_be(held, State.DRAFT, State.REPLY)
    if until < timezone.localdate():
        raise ValidationError({"until": _("Give the facility a day that is still to come.")})
    held.state, held.reply_until = State.REPLY, until
    held.save()
    audit.record(by, "publication.shown", held.inspection.code, after={"until": until.isoformat()}, through=through)
    return held


@transaction.atomic
def reply(publication: Publication, text: str, *, by: Person | None) -> Reply:
    """The facility's own words: before it is published, or as a notice of error after. Again: nothing."""
    held = _locked(publication)
    through = require(held.inspection, by, "inspections.reply").lent
    _must_be(held, State.REPLY, State.PROPOSED, State.PUBLISHED)
    if not text.strip():
        raise ValidationError({"text": _("Write the reply.")})
    if (there := held.replies.filter(text=text.strip(), by=by).first()) is not None:
        return there
    made = Reply.objects.create(publication=held, text=text.strip(), at=timezone.now(), by=by)
    if held.state == State.PROPOSED:  # whoever approves has to read it first
        held.state, held.proposed_by = State.REPLY, None
        held.save()
    audit.record(by, "publication.replied", held.inspection.code, after={"text": made.text}, through=through)
    return made


@transaction.atomic
def propose(publication: Publication, *, by: Person | None) -> Publication:
    """Lay it before those who approve: once the facility has replied, or its day has gone by."""
    held = _locked(publication)
    through = require(held.inspection, by).lent
    if held.state in (State.PROPOSED, State.PUBLISHED):
        return held
    if held.state != State.REPLY or held.reply_until is None:
        raise ValidationError(_("Show it to the facility first: it has the right to reply."))
    if timezone.localdate() <= held.reply_until and not held.replies.exists():
        said = {"until": f"{held.reply_until:%d/%m/%Y}"}
        raise ValidationError(_("The facility may still reply until %(until)s.") % said)
    held.state, held.proposed_by, held.returned_why = State.PROPOSED, by, ""
    held.save()
    audit.record(by, "publication.proposed", held.inspection.code, through=through)
    return held


@transaction.atomic
def approve(publication: Publication, *, by: Person | None) -> Publication:
    """Publish it. Raises ValidationError for who wrote or proposed it: a second person has to look."""
    held = _locked(publication)
    through = require(held.inspection, by, "inspections.publish").lent
    if held.state == State.PUBLISHED:
        return held
    _must_be(held, State.PROPOSED)
    if by is None or by.pk in (held.written_by_id, held.proposed_by_id):
        raise ValidationError(_("Somebody else has to approve it: you wrote or proposed it."))
    held.state, held.published, held.published_by = State.PUBLISHED, timezone.now(), by
    held.full_clean(exclude=["inspection"])
    held.save()
    audit.record(by, "publication.approved", held.inspection.code, through=through)
    return held


@transaction.atomic
def send_back(publication: Publication, why: str, *, by: Person | None) -> Publication:
    """It is not approved as it stands. Raises ValidationError without saying what has to be changed."""
    held = _locked(publication)
    through = require(held.inspection, by, "inspections.publish").lent
    _must_be(held, State.PROPOSED)
    if not why.strip():
        raise ValidationError({"why": _("Say what has to be changed.")})
    held.state, held.returned_why, held.proposed_by, held.reply_until = State.DRAFT, why.strip()[:500], None, None
    held.save()
    audit.record(by, "publication.sent_back", held.inspection.code, why=why, through=through)
    return held


@transaction.atomic
def withdraw(publication: Publication, why: str, *, by: Person | None) -> Publication:
    """Take it back; its page says so, and why. Withdrawn before: nothing happens."""
    held = _locked(publication)
    through = require(held.inspection, by, "inspections.publish").lent
    if held.state == State.WITHDRAWN:
        return held
    _must_be(held, State.PUBLISHED)
    if not why.strip():
        raise ValidationError({"why": _("Say why it is withdrawn: the public reads it.")})
    held.state, held.withdrawn, held.withdrawn_why = State.WITHDRAWN, timezone.now(), why.strip()[:500]
    held.save()
    audit.record(by, "publication.withdrawn", held.inspection.code, why=why, through=through)
    return held


def _locked(publication: Publication) -> Publication:
    chosen = Publication.objects.select_for_update(of=("self",)).select_related("inspection__facility")
    return chosen.get(pk=publication.pk)


def _must_be(held: Publication, *states: str) -> None:
    if held.state not in states:
        said = {"state": held.get_state_display()}
        raise ValidationError(_("This text is %(state)s: that cannot be done with it now.") % said)
