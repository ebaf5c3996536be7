"""Experts judge occurrences, one or many at once; what they validate can be read by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.registers.nature.models import Judgement, Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import keeping_many, reading

MOST = 500  # in one go


@transaction.atomic
def judge(
    codes: Sequence[str],
    state: str,
    *,
    reason: str = "",
    publish: bool = True,
    by: Person | None,
    at: datetime | None = None,
) -> int:
    """Give these occurrences a state; give how many were changed. All or none.

    Validated ones become public where `publish`, all others internal. A state that is given already changes nothing.
    Raises ValidationError without a reason for doubt or refusal, PermissionDenied, DoesNotExist.
    """
    state = Occurrence.State(state)
    if state == Occurrence.State.REPORTED:
        raise ValidationError(_("Reported is how it comes: judge it validated, doubtful or refused."))
    if state != Occurrence.State.VALIDATED and not reason.strip():
        raise ValidationError({"reason": _("Say why: whoever reported it wants to know.")})
    if len(codes) > MOST:
        raise ValidationError(_("%(most)d at once at most.") % {"most": MOST})
    moment, rights = at or timezone.now(), access.of(by)
    # locked in one order, so that two who judge at once wait for each other and never for ever
    asked = Occurrence.objects.select_for_update(of=("self",)).filter(code__in=codes).order_by("id")
    found = list(asked.select_related(*reading.linked(OCCURRENCES)).defer("commune__boundary"))
    if len(found) < len(set(codes)):
        raise Occurrence.DoesNotExist
    for one in found:
        rights.require(OCCURRENCES.keep, reading.subject(OCCURRENCES, one))
    wanted = DataClass.PUBLIC if state == Occurrence.State.VALIDATED and publish else DataClass.INTERNAL
    stale = [one for one in found if (one.state, one.data_class) != (state, wanted)]
    made = [
        Judgement(occurrence=one, before=one.state, state=state, reason=reason.strip()[:500], at=moment, by=by)
        for one in stale
        if one.state != state
    ]
    for one in stale:
        one.state, one.data_class = state.value, wanted.value
        OCCURRENCES.check(one)
    if stale:
        keeping_many.write(OCCURRENCES, [], stale, by=by, reason=reason, at=moment)
        told = {"state": state.value, "data_class": wanted.value, "codes": [one.code for one in stale]}
        audit.record(by, "occurrences.judged", f"{OCCURRENCES.key} {stale[0].code}", after=told, reason=reason)
    Judgement.objects.bulk_create(made)
    return len(made)
