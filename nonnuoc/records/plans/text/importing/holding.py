"""Files that bring a plan, kept while a person confirms them; forgotten after some days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Plan, PlanImport
from nonnuoc.records.plans.text.importing import files
from nonnuoc.records.plans.text.importing.draft import Draft
from nonnuoc.records.plans.text.importing.taking import take

KEPT = timedelta(days=14)
State = PlanImport.State


def of(by: Person) -> QuerySet[PlanImport]:
    """Files this person brought that wait to be confirmed, the newest first, without their bytes."""
    return PlanImport.objects.filter(by=by, state=State.WAITING).defer("body")


def one(token: str, by: Person) -> PlanImport | None:
    """The file of this token, for who brought it."""
    return PlanImport.objects.filter(uuid=token, by=by).select_related("plan").first()


@transaction.atomic
def begin(body: bytes, name: str, *, by: Person, at: datetime, amends: Plan | None = None) -> PlanImport:
    """Keep a file that can be read; one that waits already is that one. Raises PermissionDenied, ValidationError."""
    through = access.require(by, "plans.keep").lent
    kind, name = files.media_type(name), name[-200:]
    if (there := of(by).filter(name=name, plan=amends, body=body).first()) is not None:
        return there
    files.read(body, name, kind)
    PlanImport.objects.filter(at__lt=at - KEPT).delete()
    made = PlanImport.objects.create(by=by, name=name, media_type=kind, body=body, plan=amends, at=at)
    audit.record(by, "plan.import_begun", f"plan import {made.uuid}", after={"name": made.name}, through=through)
    return made


def draft(held: PlanImport) -> Draft:
    """What the file says."""
    return files.read(bytes(held.body), held.name, held.media_type)


@transaction.atomic
def answer(held: PlanImport, said: Mapping[str, Any], *, by: Person) -> PlanImport:
    """Put down what has been confirmed so far; nothing is written to a plan."""
    access.require(by, "plans.keep")
    found = PlanImport.objects.select_for_update(of=("self",)).get(pk=held.pk, by=by)
    if found.state == State.WAITING and found.said != dict(said):
        found.said = dict(said)
        found.save(update_fields=["said"])
    return found


@transaction.atomic
def finish(held: PlanImport, *, by: Person, at: datetime) -> Plan:
    """Take the plan over as it was confirmed. Taken over before: the plan it became. Raises as `take` does."""
    found = PlanImport.objects.select_for_update(of=("self",)).select_related("plan").get(pk=held.pk, by=by)
    if found.state == State.TAKEN and found.plan is not None:
        return found.plan
    plan = take(draft(found), found.said, by=by, at=at, token=found.uuid)
    found.plan, found.state, found.body = plan, State.TAKEN, b""
    found.save(update_fields=["plan", "state", "body"])
    return plan


@transaction.atomic
def drop(held: PlanImport, *, by: Person) -> None:
    """Forget a file that was not taken over."""
    through = access.require(by, "plans.keep").lent
    gone, _kinds = PlanImport.objects.filter(pk=held.pk, by=by, state=State.WAITING).delete()
    if gone:
        audit.record(by, "plan.import_dropped", f"plan import {held.uuid}", before={"name": held.name}, through=through)
