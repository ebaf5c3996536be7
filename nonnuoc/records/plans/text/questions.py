"""What a plan leaves open: asked by people, or found; what was decided stays with who decided it and on what."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Passage, Plan, Question
from nonnuoc.records.plans.text import causes, editions

State, Kind = Question.State, Question.Kind


def of(plan: Plan, rights: Rights) -> QuerySet[Question]:
    """The questions of a plan, for those who follow plans on the desk; by kind, without those whose cause is gone."""
    held = Question.objects.filter(plan=plan).exclude(state=State.GONE)
    seen = held if rights.may("plans.read") else held.none()
    return seen.select_related("decided_by", "by").order_by("kind", "id")


def one(plan: Plan, identity: int, rights: Rights) -> Question | None:
    """One of them, also where its cause is gone."""
    if not rights.may("plans.read"):
        return None
    return Question.objects.filter(plan=plan, pk=identity).select_related("decided_by", "by").first()


def waiting(plan: Plan) -> int:
    """How many wait for a decision."""
    return Question.objects.filter(plan=plan, state=State.OPEN).count()


def may_decide(plan: Plan, rights: Rights) -> bool:
    """Whether they may decide at all; without `plans.decide` only on a document."""
    on = selectors.subject(plan.leading)
    return any(rights.may(action, on) for action in ("plans.decide", "plans.steer", "plans.keep"))


def needs_basis(plan: Plan, rights: Rights) -> bool:
    """Whether they have to name the document a decision rests on."""
    return not rights.may("plans.decide", selectors.subject(plan.leading))


@transaction.atomic
def refresh(plan: Plan, at: datetime, kinds: Sequence[str] | None = None) -> int:
    """Ask what the system finds open now, and let go what is open no longer; give how many questions changed.

    What was decided stays decided, and what people asked is theirs. No right is asked for: nobody decides anything.
    """
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    known = {one.key: one for one in Question.objects.filter(plan=plan)}
    now = {cause.key: cause for cause in causes.found(plan, kinds)}
    made, changed = [], []
    for key, cause in now.items():
        there = known.get(key)
        facts = {"title": cause.title, "anchors": list(cause.anchors), "facts": dict(cause.facts)}
        if there is None:
            made.append(Question(plan=plan, key=key, kind=cause.kind, found=True, at=at, **facts))
        elif there.found and there.state != State.DECIDED and _is_news(there, facts):
            there.state = State.OPEN
            for name, value in facts.items():
                setattr(there, name, value)
            changed.append(there)
    for key, there in known.items():
        ours = there.found and (kinds is None or there.kind in kinds)
        if ours and there.state == State.OPEN and key not in now:
            there.state = State.GONE
            changed.append(there)
    Question.objects.bulk_create(made)
    Question.objects.bulk_update(changed, ["state", "title", "anchors", "facts"], batch_size=500)
    return len(made) + len(changed)


def refresh_all(at: datetime) -> int:
    """The same for every plan that has not ended: days pass, and tasks and targets change."""
    return sum(refresh(plan, at) for plan in Plan.objects.exclude(state=Plan.State.ENDED))


@transaction.atomic
def ask(
    plan: Plan,
    *,
    kind: str,
    title: str,
    by: Person | None,
    at: datetime,
    text: str = "",
    anchors: Sequence[str] = (),
    key: str = "",
) -> Question:
    """A question somebody has about the plan. Asked before (the same key, else the same title): the one there is.

    Raises PermissionDenied, and ValidationError without a title, and for sentences the text does not have.
    """
    through = access.require(by, "plans.keep", selectors.subject(plan.leading)).lent
    named = key or f"asked:{hashlib.sha256(f'{kind} {title.strip()}'.encode()).hexdigest()[:16]}"
    if (there := Question.objects.filter(plan=plan, key=named).first()) is not None:
        return there
    edition = editions.current(plan)
    known = set(Passage.objects.filter(edition=edition, anchor__in=anchors).values_list("anchor", flat=True))
    if strange := sorted(set(anchors) - known):
        said = _("The text of this plan has no sentence “%(anchor)s”.") % {"anchor": strange[0]}
        raise ValidationError({"anchors": said})
    made = Question(
        plan=plan, key=named, kind=kind, title=title.strip(), text=text.strip(), anchors=list(anchors), at=at, by=by
    )
    made.full_clean(exclude=["plan", "by", "anchors", "facts"])
    made.save()
    after = {"key": named, "title": made.title}
    audit.record(by, "plan.question_asked", f"plan {plan.code}", after=after, through=through)
    return made


@transaction.atomic
def decide(question: Question, *, decision: str, by: Person | None, at: datetime, basis: str = "") -> Question:
    """Write down what was decided, and on which document it rests. The same once more: nothing happens.

    Who may decide needs no document; who keeps or steers plans writes down what a document decided. Decided
    otherwise later, the newer decision stands, the older one in the audit trail. Raises PermissionDenied, and
    ValidationError without a decision.
    """
    held = Question.objects.select_for_update(of=("self",)).select_related("plan__leading").get(pk=question.pk)
    through = _may_decide(held.plan, by, basis)
    said = {"decision": decision.strip(), "basis": basis.strip()}
    if not said["decision"]:
        raise ValidationError({"decision": _("Say what was decided.")})
    before = {"decision": held.decision, "basis": held.basis}
    if held.state == State.DECIDED and before == said:
        return held
    held.decision, held.basis = said["decision"], said["basis"]
    held.state, held.decided, held.decided_by = State.DECIDED, at, by
    held.full_clean(exclude=["plan", "by", "decided_by", "anchors", "facts"], validate_constraints=False)
    held.save()
    after: dict[str, Any] = {"question": held.key, **said}
    audit.record(by, "plan.question_decided", f"plan {held.plan.code}", before=before, after=after, through=through)
    return held


def _is_news(there: Question, facts: Mapping[str, Any]) -> bool:
    return there.state == State.GONE or any(getattr(there, name) != value for name, value in facts.items())


def _may_decide(plan: Plan, by: Person | None, basis: str) -> Delegation | None:
    rights, on = access.of(by), selectors.subject(plan.leading)
    if basis.strip():
        for action in ("plans.decide", "plans.steer", "plans.keep"):
            if (decision := rights.decide(action, on)).allowed:
                return decision.lent
    return rights.require("plans.decide", on).lent
