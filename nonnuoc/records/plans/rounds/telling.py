"""What units are told about their forms, and who follows the plan about units; exchange words it (plan_*.txt)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.outbox.services import News
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Form, Round

#: A message names so many units.
NAMED = 20
#: What asks something of a unit; of no use once it has reported, or nobody has to.
ASKING = ("plan.asked", "plan.due", "plan.late", "plan.returned")
SEVERITY = {"plan.asked": 1, "plan.due": 1, "plan.late": 2, "plan.returned": 2, "plan.approved": 1}


def prefix(of: Round, office: Office | None = None) -> str:
    """How the keys of all messages of a round begin, or of those to one unit in it."""
    return f"plan:{of.plan.code}:round:{of.code}:" + (f"{office.code}:" if office else "")


def nothing_more(of: Round, why: str, office: Office | None = None) -> None:
    """Nothing is asked any more, of anybody or of this unit: what still asks does not go out. What was done is told."""
    outbox.drop(prefix(of, office), why, topics=ASKING)


def asked(of: Round, forms: Sequence[Form], *, at: datetime) -> list[Message]:
    """These units have been asked."""
    return outbox.announce_all([about("plan.asked", one, "asked", "plan_asked", of) for one in forms], at=at)


def returned(form: Form, remarks: Sequence[str], *, at: datetime) -> list[Message]:
    """What a unit sent has to be mended."""
    news = about("plan.returned", form, f"returned:{form.version}", "plan_returned", remarks=list(remarks))
    return outbox.announce(news, at=at)


def approved(form: Form, *, at: datetime) -> list[Message]:
    """What a unit sent is as it should be."""
    return outbox.announce(about("plan.approved", form, f"approved:{form.version}", "plan_approved"), at=at)


def about(topic: str, form: Form, key: str, template: str, of: Round | None = None, **facts: Any) -> News:
    """A piece of news for the people who report for the form's office."""
    of, office = of or form.round, form.office
    return News(
        key=f"{prefix(of, office)}{key}",
        topic=topic,
        severity=SEVERITY[topic],
        template=template,
        facts={**_facts(of), "office": office.name, "path": path(of, office.code), **facts},
        subject=plans.subject(office),
        simulated=of.simulated,
    )


def of_late(of: Round, forms: Sequence[Form], asked: int, key: str) -> News:
    """For the office that follows the plan: who has not reported."""
    names = [one.office.name for one in forms]
    facts = {"late": len(names), "asked": asked, "names": names[:NAMED], "more": max(0, len(names) - NAMED)}
    return News(
        key=f"{prefix(of)}late:{key}",
        topic="plan.late",
        severity=SEVERITY["plan.late"],
        template="plan_late_units",
        facts={**_facts(of), "path": path(of), **facts},
        subject=plans.subject(of.plan.leading),
        simulated=of.simulated,
    )


def path(of: Round, office: str = "") -> str:
    """The page of the round, or of an office's form; the sender puts the site before it."""
    return f"/desk/plans/{of.plan.code}/rounds/{of.code}/" + (f"{office}/" if office else "")


def _facts(of: Round) -> Mapping[str, Any]:
    return {
        "plan": of.plan.short_title,
        "round": of.title,
        "asked_text": of.asked,
        "due": of.due.isoformat(),
        "due_local": f"{of.due:%d/%m/%Y}",
        "opened": timezone.localtime(of.opened).isoformat(),
    }
