"""A difficulty ("khó khăn, vướng mắc") climbs to who can decide, and comes back decided (plan, V).

Raised, it is with the office that follows the plan. That office decides by a document of its own, or submits it to who
issued the plan; there a leader decides, or the decision is entered with the number of its document. Decided, it is with
who raised it, who closes it once the difficulty is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Blocker, Task
from nonnuoc.records.plans.tasks.allowed import Allowed, Deed, held, living, require, subject, words

State = Blocker.State
#: Called in the transaction with the difficulty, what happened ("raised", "submitted", "decided", "closed") and when.
Listener = Callable[[Blocker, str, datetime], None]
_LISTENERS: list[Listener] = []


def listen(listener: Listener) -> None:
    """Be told of every difficulty from now on; the same listener again is told once."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


@transaction.atomic
def raise_(
    task: Task,
    *,
    office: Office,
    text: str,
    by: Person | None,
    at: datetime,
    proposal: str = "",
    token: UUID | None = None,
) -> Blocker:
    """An office with a part in the task says what is in its way, and what it proposes.

    The same `token` again: the one there is. Raises ValidationError without words, PermissionDenied for the difficulty
    of another office.
    """
    now = held(task)
    allowed = require(by, now, Deed.HELP, office=office)
    there = Blocker.objects.filter(token=token).first() if token else None
    if there is not None:
        return there
    living(now)
    made = Blocker.objects.create(
        plan=now.plan,
        task=now,
        office=office,
        text=words("text", text, most=5000, wanted=_("Say what is in the way.")),
        proposal=words("proposal", proposal, most=5000),
        with_office=now.plan.leading,
        raised=at,
        by=by,
        token=token or uuid4(),
    )
    audit.record(by, "plan-task.blocked", subject(now), through=allowed.through, after=_facts(made))
    return _told(made, "raised", at)


@transaction.atomic
def submit(blocker: Blocker, *, by: Person | None, at: datetime) -> Blocker:
    """The office that follows the plan cannot decide it: it is with who issued the plan. Submitted: nothing happens."""
    now = _held(blocker)
    allowed = _steers(by, now)
    if now.state == State.SUBMITTED:
        return now
    _is_open(now)
    before = _facts(now)
    now.state, now.with_office, now.submitted = State.SUBMITTED, now.plan.issuer, at
    now.save()
    after, through = _facts(now), allowed.through
    audit.record(by, "plan-task.submitted", subject(now.task), before=before, after=after, through=through)
    return _told(now, "submitted", at)


@transaction.atomic
def decide(blocker: Blocker, *, decision: str, by: Person | None, at: datetime, basis: str = "") -> Blocker:
    """What is decided, and the document it rests on. Decided so before: nothing happens.

    A leader decides in words. Who runs the rounds decides only by a document, and enters the decisions of who issued
    the plan by theirs. Raises ValidationError without words, or without a document where one is needed.
    """
    now = _held(blocker)
    allowed, leads = _decides(by, now)
    plain = words("decision", decision, most=5000, wanted=_("Say what is decided."))
    rests_on = words("basis", basis, most=300)
    if not leads and not rests_on:
        raise ValidationError(
            {"basis": _("Give number and day of the document: a decision is entered by its document.")}
        )
    if now.state == State.DECIDED and (now.decision, now.basis) == (plain, rests_on):
        return now
    _is_open(now)
    before = _facts(now)
    now.state, now.with_office = State.DECIDED, now.office
    now.decision, now.basis, now.decided, now.decided_by = plain, rests_on, at, by
    now.save()
    after, through = _facts(now), allowed.through
    audit.record(by, "plan-task.decided", subject(now.task), before=before, after=after, through=through)
    return _told(now, "decided", at)


@transaction.atomic
def close(blocker: Blocker, *, by: Person | None, at: datetime, note: str = "") -> Blocker:
    """The difficulty is gone: who raised it says so, or the office that follows the plan. Gone: nothing happens."""
    now = _held(blocker)
    try:
        allowed = _steers(by, now)
    except PermissionDenied:
        decision = access.of(by).require("plans.report", selectors.subject(now.office))
        allowed = Allowed(decision.lent, now.office)
    if now.state == State.CLOSED:
        return now
    why = words("note", note, most=500)
    if now.state != State.DECIDED and not why:
        raise ValidationError({"note": _("Nothing was decided on it: say how the difficulty went away.")})
    before = _facts(now)
    now.state, now.closed = State.CLOSED, at
    now.save()
    after, through = _facts(now), allowed.through
    audit.record(by, "plan-task.unblocked", subject(now.task), before=before, after=after, through=through, note=why)
    return _told(now, "closed", at)


def _held(blocker: Blocker) -> Blocker:
    wanted = ("plan__leading", "plan__issuer", "task__plan", "office", "with_office")
    return Blocker.objects.select_for_update(of=("self",)).select_related(*wanted).get(pk=blocker.pk)


def _steers(by: Person | None, now: Blocker) -> Allowed:
    decision = access.of(by).require("plans.steer", selectors.subject(now.plan.leading))
    return Allowed(decision.lent, now.plan.leading)


def _decides(by: Person | None, now: Blocker) -> tuple[Allowed, bool]:
    """By what it is decided, and whether by a leader, whose word is enough."""
    leader = access.of(by).decide("plans.decide", selectors.subject(now.plan.issuer))
    if leader.allowed:
        return Allowed(leader.lent, now.with_office), True
    return _steers(by, now), False


def _is_open(now: Blocker) -> None:
    if now.state not in (State.RAISED, State.SUBMITTED):
        said = {"state": now.get_state_display()}
        raise ValidationError(_("This difficulty is %(state)s: nothing is left to decide.") % said)


def _told(blocker: Blocker, event: str, at: datetime) -> Blocker:
    for listener in _LISTENERS:
        listener(blocker, event, at)
    return blocker


def _facts(one: Blocker) -> dict[str, Any]:
    return {
        "text": one.text,
        "proposal": one.proposal,
        "stage": one.state,
        "office": one.office.code,
        "with_office": one.with_office.code,
        "decision": one.decision,
        "basis": one.basis,
    }
