"""Who is told of a difficulty: those who can decide on it, and, once it is decided, the unit that has it."""

from __future__ import annotations

from datetime import datetime

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.services import News
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Blocker

#: What happened -> topic, template, severity; from 3 on leaders hear of it.
TOLD = {
    "raised": ("plan.blocker", "plan_blocker", 2),
    "submitted": ("plan.blocker", "plan_blocker", 3),
    "decided": ("plan.decided", "plan_decided", 2),
}


def told(blocker: Blocker, what: str, at: datetime) -> None:
    """Announce it, in the transaction in which it happened. One that is gone is told to nobody."""
    if what not in TOLD:
        return
    topic, template, severity = TOLD[what]
    plan, task = blocker.plan, blocker.task
    concerned: Office = blocker.office if what == "decided" else blocker.with_office
    facts = {
        "plan": plan.short_title,
        "task": task.code,
        "title": task.title,
        "office": blocker.office.name,
        "text": blocker.text,
        "proposal": blocker.proposal,
        "submitted": what == "submitted",
        "decision": blocker.decision,
        "basis": blocker.basis,
        "path": f"/desk/plans/{plan.code}/tasks/{task.code}/",
    }
    outbox.announce(
        News(
            key=f"plan:{plan.code}:difficulty:{blocker.pk}:{what}:{at.isoformat()}",
            topic=topic,
            severity=severity,
            template=template,
            facts=facts,
            subject=plans.subject(concerned),
            simulated=plan.simulated,
        ),
        at=at,
    )
