"""What came on paper or by e-mail is typed in for the unit by who follows the plan, with the paper; and says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import attached
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Form
from nonnuoc.records.plans.rounds import filling, opening, selectors
from nonnuoc.records.plans.rounds.filling import Saved

LARGEST = 10 * 1024 * 1024
Way = Form.Way


@transaction.atomic
def enter(
    form: Form,
    given: Mapping[str, str],
    *,
    way: str,
    received: date | None,
    version: int,
    token: UUID,
    by: Person | None,
    at: datetime,
    original: tuple[str, bytes] | None = None,
) -> Saved:
    """Hand the form in for its unit, as it came: tasks the paper says nothing about stay unanswered.

    `received` decides whether it came in time. With clashes nothing is handed in. The same again: nothing changes.
    Raises ValidationError without a day, for a day to come or before the round, for no answer at all, for a file that
    is not taken.
    """
    held = filling.locked(form)
    through = opening.require(held.round.plan, by)
    opening.is_open(held.round)
    _check(held, way, received, at)
    assert received is not None  # noqa: S101 - checked
    kept = _file(original)
    if held.state == Form.State.SUBMITTED and held.way == way and not given:
        return Saved(held, held.version)
    saved = filling.keep(held, given, version=version, token=token, by=by, at=at, through=through)
    if saved.clashes:
        return saved
    answers = selectors.answers(held)
    if not any(one.state or one.result for one in answers):
        raise ValidationError(_("Type in at least one answer of what came."))
    if held.state in selectors.WITH_UNIT:
        held.way, held.received = way, received
        if kept is not None:
            held.original_name, held.original_type, held.original = kept
        filling.hand_in(held, answers, by=by, at=at, through=through)
    return Saved(held, held.version, saved.theirs, others=saved.others)


def _check(held: Form, way: str, received: date | None, at: datetime) -> None:
    faults = {}
    if way not in (Way.PAPER, Way.EMAIL):
        faults["way"] = _("Say whether it came on paper or by e-mail.")
    if received is None:
        faults["received"] = _("Say on which day it was received: that decides whether it came in time.")
    elif not timezone.localtime(held.round.opened).date() <= received <= timezone.localtime(at).date():
        faults["received"] = _("It cannot have been received before the round was opened, or on a day to come.")
    if faults:
        raise ValidationError(faults)


def _file(original: tuple[str, bytes] | None) -> tuple[str, str, bytes] | None:
    if original is None:
        return None
    name, body = original
    if len(body) > LARGEST:
        words = _("The file is larger than %(most)d MB. Scan it at a lower resolution.")
        raise ValidationError({"original": words % {"most": LARGEST // 1024 // 1024}})
    media_type = attached.media_type_of(body)
    if media_type is None or attached.is_run(body):
        raise ValidationError({"original": _("This is no picture, PDF, text or office document.")})
    return attached.plain_name(name), media_type, body
