"""All of it, once: how the province's own plan might stand today."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from nonnuoc.demo.plans import rounds, targets, tasks
from nonnuoc.demo.plans.days import LEADER, OFFICER, person, table
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.text import heading


@transaction.atomic
def load() -> None:
    """Let the plan have gone on until today, where nobody has begun to work with it: it is not shown to everybody yet.

    All of it or nothing; begun once, it is never touched again.
    """
    plan = selectors.plan(table("tasks")["plan"], SYSTEM)
    officer = person(OFFICER)
    if plan is None or plan.public or officer is None or person(LEADER) is None:
        return
    today = timezone.localdate()
    heading.change(plan, version=plan.version, public=True, by=officer)
    with outbox.together(timezone.now()):
        tasks.load(plan, today)
        targets.load(plan, today)
        rounds.load(plan, today)
