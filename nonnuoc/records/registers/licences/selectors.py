"""Obligations and dossiers for whoever may read them: what waits, what a month holds, how a dossier stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from nonnuoc.domain import obligations
from nonnuoc.domain.obligations import State
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.licences import reporting, standing, writing
from nonnuoc.records.registers.licences.models import Condition, Dossier, Limit, Obligation, Report
from nonnuoc.records.registers.licences.standing import InForce, Standing
from nonnuoc.records.registers.pattern.models import Document

#: Days before it is due from which on something counts as due.
SOON_DAYS = 30
OPEN = Obligation.Settled.OPEN
#: A list shows so many at most.
LISTED = 200


@dataclass(frozen=True, slots=True)
class Line:
    """An obligation as it stands on a day."""

    row: Obligation
    state: State
    days: int  # until it is due; negative: since
    late: bool | None  # met, but after it was due; None: not met


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a reader."""

    overdue: int
    due: int  # within SOON_DAYS
    reported: int  # to be looked at by who may write licences


@dataclass(frozen=True, slots=True)
class Standed:
    """A dossier with where it stands today, and on which days it holds."""

    dossier: Dossier
    standing: Standing
    held: InForce | None
    successor: Dossier | None


def within(rights: Rights, path: str = "dossier__", action: str = "data.internal") -> Q:
    """What of the dossiers' obligations, limits or conditions a reader reaches; `path` leads to the dossier."""
    return rights.reach(action).within(
        office=f"{path}office_id", commune=f"{path}commune_id", facility=f"{path}facility__code"
    )


def readable(rights: Rights) -> QuerySet[Obligation]:
    """The obligations they may read, with what a list shows of them."""
    rows = Obligation.objects.filter(within(rights), dossier__withdrawn=None)
    return rows.select_related("dossier__facility__commune", "condition").defer(
        "dossier__shape", "dossier__words", "dossier__facility__shape", "dossier__facility__words"
    )


def line(row: Obligation, today: date) -> Line:
    """As it stands on a day."""
    settled = Obligation.Settled(row.settled)
    state = obligations.state(
        row.due,
        today,
        reported=settled == Obligation.Settled.REPORTED,
        met=settled == Obligation.Settled.MET,
        excused=settled == Obligation.Settled.EXCUSED,
        warning_days=SOON_DAYS,
    )
    return Line(row, state, (row.due - today).days, None if row.met_on is None else row.met_on > row.due)


def waiting(rights: Rights, today: date | None = None) -> Waiting:
    """What waits for a reader. One query; reports to be looked at only for who may decide them."""
    today = today or timezone.localdate()
    soon = Q(due__gte=today, due__lte=today + timedelta(days=SOON_DAYS))
    counted = Obligation.objects.filter(within(rights), dossier__withdrawn=None).aggregate(
        overdue=Count("pk", filter=Q(settled=OPEN, due__lt=today)),
        due=Count("pk", filter=Q(settled=OPEN) & soon),
        reported=Count("pk", filter=Q(settled="reported") & within(rights, action=writing.KEEP)),
    )
    return Waiting(**counted)


def overdue_of(facility_ids: Collection[int], today: date) -> dict[int, int]:
    """Of each facility how many of its obligations are past their day without a word. One query."""
    rows = Obligation.objects.filter(
        dossier__facility__in=facility_ids, dossier__withdrawn=None, settled=OPEN, due__lt=today
    )
    return dict(rows.values_list("dossier__facility_id").annotate(n=Count("pk")).order_by())


def waits(rights: Rights) -> int:
    """How many need somebody: overdue ones, and reports for who may decide them."""
    found = waiting(rights)
    return found.overdue + found.reported


def listed(rights: Rights, states: Collection[State], today: date | None = None, *, most: int = LISTED) -> list[Line]:
    """Obligations in these states, the most urgent first."""
    today = today or timezone.localdate()
    wanted = Q(pk__in=())
    if State.OVERDUE in states:
        wanted |= Q(settled=OPEN, due__lt=today)
    if State.DUE in states:
        wanted |= Q(settled=OPEN, due__gte=today, due__lte=today + timedelta(days=SOON_DAYS))
    if State.UPCOMING in states:
        wanted |= Q(settled=OPEN, due__gt=today + timedelta(days=SOON_DAYS))
    wanted |= Q(settled__in=[one.value for one in states if one in (State.REPORTED, State.MET, State.EXCUSED)])
    return [line(row, today) for row in readable(rights).filter(wanted).order_by("due", "id")[:most]]


def settled(rights: Rights, today: date | None = None, *, most: int) -> list[Line]:
    """What was met or excused, the newest decision first."""
    rows = readable(rights).filter(settled__in=("met", "excused")).order_by("-settled_at", "-id")
    return [line(row, today or timezone.localdate()) for row in rows[:most]]


def between(rights: Rights, first: date, last: date, today: date | None = None) -> list[Line]:
    """Obligations due within these days, both in it, in order of days."""
    today = today or timezone.localdate()
    rows = readable(rights).filter(due__gte=first, due__lte=last).order_by("due", "dossier__facility__name", "id")
    return [line(row, today) for row in rows]


def one(rights: Rights, identity: int) -> Obligation | None:
    """An obligation with its reports; None where there is none they may read."""
    said = Report.objects.select_related("by", "decided_by", "document").defer("document__body")
    rows = readable(rights).prefetch_related(Prefetch("reports", said)).select_related("settled_by")
    return rows.filter(pk=identity).first()


def file(rights: Rights, identity: int, document: int) -> Document | None:
    """A file that was sent with a report, with its bytes; None where there is none they may read."""
    if not readable(rights).filter(pk=identity).exists():
        return None
    return Document.objects.filter(register=reporting.FILES, entry_id=identity, pk=document, removed=None).first()


def of_facility(rights: Rights, facility: int, today: date | None = None) -> list[Line]:
    """What a facility has yet to do, and what it did last: open ones first."""
    today = today or timezone.localdate()
    rows = readable(rights).filter(dossier__facility=facility)
    open_rows = rows.exclude(settled__in=("met", "excused")).order_by("due", "id")[:LISTED]
    done = rows.filter(settled__in=("met", "excused")).order_by("-due", "-id")[:10]
    return [line(row, today) for row in (*open_rows, *done)]


def of_dossier(rights: Rights, dossier: Dossier, today: date | None = None) -> list[Line]:
    """All obligations of a dossier, the newest last."""
    today = today or timezone.localdate()
    return [line(row, today) for row in readable(rights).filter(dossier=dossier).order_by("due", "id")[:LISTED]]


def conditions(dossier: Dossier) -> Sequence[Condition]:
    """What a dossier asks for, in the order it was written."""
    rows = dossier.conditions.filter(withdrawn=None).select_related("outfall", "stack")
    return list(rows.prefetch_related("parameters"))


def limits(dossiers: Collection[int]) -> Sequence[Limit]:
    """What these dossiers limit, by source and property."""
    rows = Limit.objects.filter(dossier__in=dossiers, withdrawn=None).select_related(
        "dossier", "outfall", "stack", "observed_property"
    )
    return list(rows.order_by("outfall__code", "stack__code", "observed_property__order", "valid_from", "id"))


def standed(dossiers: Collection[Dossier], today: date | None = None) -> list[Standed]:
    """Where each of these stands. Two queries."""
    today = today or timezone.localdate()
    replaced = standing.replaced_from([one.pk for one in dossiers])
    found = Dossier.objects.filter(replaces__in=[one.pk for one in dossiers], withdrawn=None).exclude(stage="preparing")
    successors: dict[int, Dossier] = {}
    for one in found.order_by("valid_from", "pk"):
        successors.setdefault(one.replaces_id or 0, one)
    return [
        Standed(
            one,
            standing.of(one, replaced.get(one.pk), today),
            standing.in_force(one, replaced.get(one.pk)),
            successors.get(one.pk),
        )
        for one in dossiers
    ]
