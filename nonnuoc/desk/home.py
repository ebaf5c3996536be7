"""The desk's first page: what waits for whom has signed in, in their own area. It fills as subjects come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from nonnuoc.desk.blocks import (
    administration,
    board,
    communes,
    facility,
    held,
    incidents,
    judging,
    ledger,
    obligations,
    own,
    own_plan,
    plans,
    province,
)
from nonnuoc.desk.blocks import warnings as public_warnings
from nonnuoc.desk.doors import allowed, rights
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page: for these roles, in this order; `make` gives its context, None where it has nothing to say.

    The context's "waits" is how many things wait there for the reader.
    """

    key: str
    roles: frozenset[Role]
    make: Callable[[Rights, datetime], Mapping[str, Any] | None]

    @property
    def template(self) -> str:
        return f"desk/blocks/{self.key}.html"


ADMINISTRATOR, OPERATOR, OFFICER, LEADER = Role.ADMINISTRATOR, Role.OPERATOR, Role.OFFICER, Role.LEADER
ON_WATCH = frozenset({OPERATOR, OFFICER, LEADER, Role.COMMUNE_OFFICER, Role.ENTERPRISE, ADMINISTRATOR})
BLOCKS = (
    Block("warnings", frozenset({OFFICER, LEADER, Role.COMMUNE_OFFICER, ADMINISTRATOR}), public_warnings.make),
    Block("plans", frozenset({LEADER, Role.READER, Role.MINISTRY}), plans.make),
    Block("own_plan", frozenset({OFFICER, Role.COMMUNE_OFFICER, Role.REPORTER}), own_plan.make),
    Block("incidents", ON_WATCH, incidents.make),
    Block(
        "obligations",
        frozenset({OFFICER, LEADER, Role.COMMUNE_OFFICER, Role.ENTERPRISE, ADMINISTRATOR}),
        obligations.make,
    ),
    Block("administration", frozenset({ADMINISTRATOR}), administration.make),
    Block("province", frozenset({LEADER, Role.READER, OFFICER}), province.make),
    Block("communes", frozenset({Role.COMMUNE_OFFICER}), communes.make),
    Block("facility", frozenset({Role.ENTERPRISE}), facility.make),
    Block("own", frozenset({Role.ENTERPRISE}), own.make),
    Block("judging", frozenset({Role.REVIEWER, Role.APPROVER}), judging.make),
    Block("held", frozenset({OPERATOR, OFFICER, Role.ENTERPRISE, ADMINISTRATOR}), held.make),
    Block("board", frozenset({OPERATOR, Role.REVIEWER, Role.APPROVER}), board.make),
    Block("ledger", frozenset({Role.MINISTRY, LEADER}), ledger.make),
)


@allowed("desk.enter", "GET", "HEAD")
def home(request: HttpRequest) -> HttpResponse:
    """Every block that is for one of the reader's roles and has something to say."""
    at, mine = timezone.now(), rights(request)
    made = [(block, block.make(mine, at)) for block in BLOCKS if block.roles & mine.roles]
    blocks = [{"template": block.template, "key": block.key, **found} for block, found in made if found is not None]
    waits = sum(block.get("waits", 0) for block in blocks)
    context = {
        "at": at,
        "blocks": blocks,
        "sentence": sentence(waits),
        "tasks": sorted({f"{grant.role.label}, {grant.appointment.office.name}" for grant in mine.grants}),
        "simulated": any(block.get("simulated") for block in blocks),
    }
    return render(request, "desk/home.html", context)


def sentence(waits: int) -> str:
    """The answer first."""
    if not waits:
        return gettext("Nothing waits for you.")
    return ngettext("%(n)d thing waits for you.", "%(n)d things wait for you.", waits) % {"n": waits}
