"""Experts judge occurrences, one or many at once; what they validate can be read by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.registers.nature.models import Judgement, Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import keeping

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
    moment = at or timezone.now()
    open_to_all = state == Occurrence.State.VALIDATED and publish
    wanted = DataClass.PUBLIC if open_to_all else DataClass.INTERNAL
    # locked in one order, so that two who judge at once wait for each other and never for ever
    before = dict(
        Occurrence.objects.select_for_update(of=("self",))
        .filter(code__in=codes)
        .order_by("id")
        .values_list("code", "state")
    )
    made = []
    for code in dict.fromkeys(codes):
        changed = {"state": state.value, "data_class": wanted.value}
        entry = keeping.change(OCCURRENCES, code, changed, by=by, reason=reason, at=moment)
        if before[code] != state:
            made.append(
                Judgement(
                    occurrence=entry, before=before[code], state=state, reason=reason.strip()[:500], at=moment, by=by
                )
            )
    Judgement.objects.bulk_create(made)
    return len(made)
