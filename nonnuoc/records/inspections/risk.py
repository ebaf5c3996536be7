"""Which facilities call most for an inspection, and why: the score of each, taken apart."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from nonnuoc.domain import risk
from nonnuoc.domain.risk import Reason
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts.models import Family, Incident
from nonnuoc.records.inspections.models import Finding, Inspection, Remedy
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.licences import selectors as licences
from nonnuoc.records.registers.pattern import reading

WORDS: Mapping[str, Promise] = {
    "group": _("project group"),
    "polluting_type": _("type with risk of pollution"),
    "months_since": _("months since the last visit"),
    "incidents": _("environmental incidents of its stations within twelve months"),
    "violations": _("violations found within three years"),
    "late": _("remedies and obligations past their day"),
}
_GROUP = {"I": 3.0, "II": 2.0, "III": 1.0, "IV": 0.0}
NEVER_MONTHS = 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """One reason's share of a score."""

    key: str
    figure: float | None  # None: unknown
    points: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A facility and its score."""

    facility: Facility
    total: float
    parts: tuple[Part, ...]


@cache
def reasons() -> tuple[Reason, ...]:
    """What counts, from data/risk.toml."""
    table = tomllib.loads((Path(__file__).parent / "data" / "risk.toml").read_text(encoding="utf-8"))
    return tuple(
        Reason(one["key"], tuple(one["at_least"]), tuple(one["points"]), float(one["unknown"]))
        for one in table["reason"]
    )


def most() -> float:
    """The highest score there can be."""
    return sum(max((*one.points, one.unknown)) for one in reasons())


def ranked(rights: Rights, at: datetime | None = None) -> list[Scored]:
    """Facilities they may plan inspections of, the most called for first; closed ones left out."""
    now = at or timezone.now()
    found = reading.readable(FACILITIES, rights).exclude(state__in=("closed", "planned"))
    facilities = list(
        found.filter(rights.reach("inspections.keep").within(**FACILITIES.where())).select_related("commune", "zone")
    )
    return scored(facilities, now)


def scored(facilities: Iterable[Facility], at: datetime) -> list[Scored]:
    """Their scores, highest first; equal ones by code."""
    known = list(facilities)
    if not known:
        return []
    figures = _figures(known, at)
    each = risk.points(reasons(), figures)
    totals = each.sum(axis=0)
    order = sorted(range(len(known)), key=lambda place: (-totals[place], known[place].code))
    return [Scored(known[place], float(totals[place]), _parts(figures, each, place)) for place in order]


def planned(facility_ids: Iterable[int]) -> dict[int, Inspection]:
    """Of each facility the next inspection that is planned or under way."""
    states = (Inspection.State.PLANNED, Inspection.State.UNDER_WAY)
    found = Inspection.objects.filter(facility_id__in=list(facility_ids), state__in=states)
    return {one.facility_id: one for one in found.order_by("-scheduled", "-id")}


def as_data(one: Scored) -> dict[str, Any]:
    """The score as it is kept with an inspection that was planned on it."""
    return {"total": one.total, "parts": [[part.key, part.figure, part.points] for part in one.parts]}


def _parts(figures: Mapping[str, NDArray[np.float64]], each: NDArray[np.float64], place: int) -> tuple[Part, ...]:
    found = []
    for row, reason in enumerate(reasons()):
        figure = float(figures[reason.key][place])
        found.append(Part(reason.key, None if np.isnan(figure) else figure, float(each[row, place])))
    return tuple(found)


def _figures(known: list[Facility], at: datetime) -> dict[str, NDArray[np.float64]]:
    day = timezone.localdate(at)
    visited = _visits(known)
    pollute = {True: 1.0, False: 0.0, None: np.nan}
    return {
        "group": np.array([_GROUP.get(one.group, np.nan) for one in known]),
        "polluting_type": np.array([pollute[one.polluting_type] for one in known]),
        "months_since": np.array([_months(visited.get(one.pk), at) for one in known]),
        "incidents": _counts(known, _incidents(known, at - timedelta(days=365)), by_code=True),
        "violations": _counts(known, _violations(known, at - timedelta(days=3 * 365))),
        "late": _counts(known, _late(known, day)),
    }


def _visits(known: list[Facility]) -> Mapping[int, datetime]:
    rows = Inspection.objects.filter(facility__in=known, began__isnull=False).values_list("facility_id")
    return dict(rows.annotate(last=Max("began")).order_by().values_list("facility_id", "last"))


def _months(visited: datetime | None, at: datetime) -> float:
    return NEVER_MONTHS if visited is None else max(0.0, (at - visited) / timedelta(days=365.25 / 12))


def _incidents(known: list[Facility], since: datetime) -> Mapping[Any, int]:
    codes = [one.code for one in known]
    rows = Incident.objects.filter(
        Q(family=Family.ENVIRONMENT, onset__gte=since, thing__facility__in=codes)
        & ~Q(outcome__in=(Incident.Outcome.FALSE_ALARM, Incident.Outcome.WITHDRAWN, Incident.Outcome.MERGED))
    )
    return dict(rows.values_list("thing__facility").annotate(n=Count("id")))


def _violations(known: list[Facility], since: datetime) -> Mapping[Any, int]:
    rows = Finding.objects.filter(
        inspection__facility__in=known, kind=Finding.Kind.VIOLATION, at__gte=since, replaced_by=None
    )
    return dict(rows.values_list("inspection__facility_id").annotate(n=Count("id")))


def _late(known: list[Facility], day: date) -> Mapping[Any, int]:
    rows = Remedy.objects.filter(decision__inspection__facility__in=known, verified=None, due__lt=day)
    rows = rows.exclude(decision__state="cancelled")
    remedies = dict(rows.values_list("decision__inspection__facility_id").annotate(n=Count("id")))
    obligations = licences.overdue_of([one.pk for one in known], day)
    return {pk: remedies.get(pk, 0) + obligations.get(pk, 0) for pk in remedies.keys() | obligations.keys()}


def _counts(known: list[Facility], counted: Mapping[Any, int], *, by_code: bool = False) -> NDArray[np.float64]:
    return np.array([float(counted.get(one.code if by_code else one.pk, 0)) for one in known])
