"""A person sees a task otherwise than it was computed: for a reason, until a day, and shown as what it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain.plan.light import Light
from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Override, Task
from nonnuoc.records.plans.tasks.allowed import Deed, held, living, require, subject, words

#: Two quarters: whoever still sees it otherwise then says so again.
LONGEST = timedelta(days=184)


@transaction.atomic
def see(task: Task, *, light: str, reason: str, until: date, by: Person | None, at: datetime) -> Override:
    """Show it so until the end of that day. Seen so already: nothing happens; another one in force ends.

    Raises ValidationError without a reason, for an end that is past or more than half a year ahead, for "done" (that is
    said by finishing it) and for a task that is done.
    """
    now = held(task)
    allowed = require(by, now, Deed.KEEP)
    if living(now).done is not None:
        raise ValidationError(_("This task is done: there is nothing to see otherwise."))
    if light not in set(Light) - {Light.DONE}:
        raise ValidationError({"light": _("Say how it stands. That it is done is said by finishing it.")})
    why = words("reason", reason, most=500, wanted=_("Say why it stands otherwise than computed."))
    today = timezone.localdate(at)
    if not today <= until <= today + LONGEST:
        last = f"{today + LONGEST:%d/%m/%Y}"
        raise ValidationError({"until": _("Choose a day from today until %(last)s.") % {"last": last}})
    there = now.overrides.filter(ended=None).first()
    if there is not None:
        if (there.light, there.reason, there.until) == (light, why, until):
            return there
        there.ended = at
        there.save()
    made = Override.objects.create(task=now, light=light, reason=why, until=until, at=at, by=by)
    before = _facts(there) if there else {}
    audit.record(by, "plan-task.seen", subject(now), through=allowed.through, before=before, after=_facts(made))
    return made


@transaction.atomic
def end(override: Override, *, by: Person | None, at: datetime) -> Override:
    """Show it as computed again. Ended before, by a person or by its day: nothing happens."""
    now = held(override.task)
    allowed = require(by, now, Deed.KEEP)
    one = Override.objects.get(pk=override.pk)
    if one.ended is not None:
        return one
    one.ended = at
    one.save()
    audit.record(by, "plan-task.seen_no_more", subject(now), through=allowed.through, before=_facts(one))
    return one


def _facts(one: Override) -> dict[str, str]:
    return {"light": one.light, "reason": one.reason, "until": one.until.isoformat()}
