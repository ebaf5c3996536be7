"""A draft taken over: a new plan, or an amendment of the one there is. All of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Delegation, Office, Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Edition, Plan
from nonnuoc.records.plans.text import editions, questions
from nonnuoc.records.plans.text.importing import answers, rows, writing
from nonnuoc.records.plans.text.importing.draft import Draft, Entry
from nonnuoc.records.plans.text.importing.naming import Directory

_TEXTS = ("title", "short_title", "number", "issued_text", "signer", "source")


@transaction.atomic
def take(draft: Draft, said: Mapping[str, Any], *, by: Person | None, at: datetime, token: UUID | None = None) -> Plan:
    """The plan that a draft brings, with its text, tasks and their offices.

    `said` is what a person confirmed, plain JSON: "plan" (code, title, short_title, issuer and leading as codes of
    offices, starts, ends, source; number, issued, issued_text, signer, report_month, report_day, public, simulated
    where known), "units", "times", "rows" (see `answers.settle`), and where a plan of this code exists "edition":
    kind ("amendment" or "correction"), document_number, effective, reason.

    The same text or token once more: the plan there is. Of a plan that exists tasks are matched by their rows'
    anchors, which follow their titles: added, changed, withdrawn. Raises PermissionDenied, and ValidationError with
    all that is unconfirmed or wrong.
    """
    access.require(by, "plans.keep")
    facts = said.get("plan", {})
    code = str(facts.get("code", "")).strip()
    there = Plan.objects.select_for_update(of=("self",)).filter(code=code).select_related("leading").first()
    if (same := _taken_before(draft, there, token)) is not None:
        return same
    known = Directory()
    if there is None:
        settled = answers.settle(draft.rows, said, known)
        made, through = _new(code, facts, known, by)
        _add_text(made, draft, Edition.Kind.FIRST, {}, by=by, at=at, token=token)
        writing.first(made, settled, at=at, by=by, through=through)
        plan = made
    else:
        through = access.require(by, "plans.keep", selectors.subject(there.leading)).lent
        given = said.get("edition", {})
        settled = answers.settle(*_amended(there, draft, said), known)
        edition = _add_text(there, draft, given.get("kind", Edition.Kind.AMENDMENT), given, by=by, at=at, token=token)
        writing.again(there, settled, edition, at=at, by=by, through=through)
        plan = there
    questions.refresh(plan, at)
    return plan


def _taken_before(draft: Draft, plan: Plan | None, token: UUID | None) -> Plan | None:
    same = Edition.objects.filter(sha256=draft.sha256)
    if plan is not None:  # an earlier text of it is no text once more: editions.add refuses it
        newest = editions.current(plan)
        same = same.filter(plan=plan, number=newest.number if newest else 0)
    if token is not None:
        same = same | Edition.objects.filter(token=token)
    found = same.select_related("plan").first()
    return found.plan if found else None


def _new(code: str, facts: Mapping[str, Any], known: Directory, by: Person | None) -> tuple[Plan, Delegation | None]:
    leading = _office(facts, "leading", known)
    through = access.require(by, "plans.keep", selectors.subject(leading)).lent
    plan = Plan(
        code=code,
        issuer=_office(facts, "issuer", known),
        leading=leading,
        starts=_day(facts, "starts"),
        ends=_day(facts, "ends"),
        issued=_day(facts, "issued") if facts.get("issued") else None,
        report_month=facts.get("report_month") or None,
        report_day=facts.get("report_day") or None,
        public=bool(facts.get("public", False)),
        simulated=bool(facts.get("simulated", False)),
        **{name: str(facts.get(name) or "").strip() for name in _TEXTS},
    )
    plan.short_title = plan.short_title or plan.title[:120]
    if plan.number and plan.issued:
        plan.state = Plan.State.ISSUED
    plan.full_clean()
    plan.save()
    after = {name: str(getattr(plan, name)) for name in ("title", "number", "starts", "ends")}
    audit.record(by, "plan.made", f"plan {plan.code}", after=after, through=through)
    return plan, through


def _add_text(
    plan: Plan,
    draft: Draft,
    kind: str,
    given: Mapping[str, Any],
    *,
    by: Person | None,
    at: datetime,
    token: UUID | None,
) -> Edition:
    return editions.add(
        plan,
        draft.text,
        kind=kind,
        by=by,
        at=at,
        document_number=str(given.get("document_number", "")),
        effective=_day(given, "effective") if given.get("effective") else None,
        reason=str(given.get("reason", "")),
        original=editions.Original(draft.body, draft.name, draft.media_type),
        token=token,
    )


def _amended(plan: Plan, draft: Draft, said: Mapping[str, Any]) -> tuple[list[Entry], Mapping[str, Any]]:
    """The rows as they will be called, and what was said of them: a row that stays itself keeps its code."""
    carried = rows.entries(editions.carried(plan, draft.text))
    own = said.get("rows", {})
    moved = {new.code: own[old.code] for old, new in zip(draft.rows, carried, strict=True) if old.code in own}
    return carried, {**said, "rows": moved}


def _office(facts: Mapping[str, Any], name: str, known: Directory) -> Office:
    code = str(facts.get(name, ""))
    if code not in known.offices:
        raise ValidationError({name: _("There is no office “%(code)s”.") % {"code": code}})
    return known.offices[code]


def _day(facts: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(facts.get(name) or ""))
    except ValueError as error:
        raise ValidationError({name: _("Give the day.")}) from error
