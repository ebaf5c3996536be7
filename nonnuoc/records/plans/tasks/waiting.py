"""What a task waits for. Circles are refused, and named."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.domain.plan import waiting
from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Dependency, Task
from nonnuoc.records.plans.tasks.allowed import Deed, held, held_each, held_plan, living, require, subject, words

#: A task that takes longer than this after another one does not wait for it: it follows.
LONGEST_DAYS = 3650


@transaction.atomic
def add(task: Task, on: Task, *, why: str, source: str, by: Person | None, at: datetime, days: int = 0) -> Dependency:
    """The task cannot end before `on` has, and `days` more. So already: nothing happens; other facts take their place.

    Raises ValidationError for a circle, which it names; for a task of another plan, because its dates are its own
    plan's to change and its readers others (write a milestone instead); for one that was taken out.
    """
    held_plan(task.plan)  # two that add at once could close a circle that neither sees
    both = held_each([task.pk, on.pk])
    now, other = living(both[task.pk]), living(both[on.pk])
    allowed = require(by, now, Deed.KEEP)
    if now.plan_id != other.plan_id:
        raise ValidationError({"on": _("It belongs to another plan. Write a milestone for it instead.")})
    if not 0 <= days <= LONGEST_DAYS:
        raise ValidationError({"days": _("Give a number of days between 0 and %(most)d.") % {"most": LONGEST_DAYS}})
    _no_circle(now, other)
    there = Dependency.objects.filter(task=now, on=other).first()
    one = there or Dependency(task=now, on=other)
    before = _facts(one) if there else {}
    one.days, one.why = days, words("why", why, most=300, wanted=_("Say why it has to wait."))
    one.source = words("source", source, most=300, wanted=_("Say where this is set: the plan, a decision, or who."))
    if before == _facts(one):
        return one
    one.save()
    audit.record(by, "plan-task.waits", subject(now), through=allowed.through, before=before, after=_facts(one))
    return one


@transaction.atomic
def remove(dependency: Dependency, *, by: Person | None, at: datetime, reason: str = "") -> None:
    """It does not wait for it any more. Removed before: nothing happens."""
    now = held(dependency.task)
    allowed = require(by, now, Deed.KEEP)
    there = Dependency.objects.filter(task_id=dependency.task_id, on_id=dependency.on_id).select_related("on").first()
    if there is None:
        return
    why = words("reason", reason, most=500)
    audit.record(by, "plan-task.waits_no_more", subject(now), through=allowed.through, before=_facts(there), reason=why)
    there.delete()


def _no_circle(task: Task, on: Task) -> None:
    known = Dependency.objects.filter(task__plan_id=task.plan_id).order_by("id").values_list("task__code", "on__code")
    circle = waiting.circle([(task.code, on.code), *known])
    if circle is not None:
        said = {"circle": " → ".join(circle)}
        raise ValidationError({"on": _("These tasks would wait for each other in a circle: %(circle)s.") % said})


def _facts(one: Dependency) -> dict[str, object]:
    return {"on": one.on.code, "days": one.days, "why": one.why, "source": one.source}
