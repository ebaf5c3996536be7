"""What amounts say of a place: month by month, how its room fills, how much is buried directly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet, Sum

from nonnuoc.domain import waste
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.waste import places
from nonnuoc.records.registers.waste.models import Amount, Flow, Method, Site
from nonnuoc.records.registers.waste.models.amounts import FILLS
from nonnuoc.records.registers.waste.places import Place

MONTHS = 12  # of which the mean is taken


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a place, t; None: nothing told."""

    year: int
    month: int
    received: float | None
    treated: float | None
    sent: float | None
    landfilled: float | None  # of what was treated: buried directly

    @property
    def kept(self) -> float | None:
        """Came in and neither treated nor sent on; None where what came in was not told."""
        if self.received is None:
            return None
        return self.received - (self.treated or 0.0) - (self.sent or 0.0)


@dataclass(frozen=True, slots=True)
class Stock:
    """A site as far as its amounts go, t."""

    months: Sequence[Month]  # oldest first
    kept: float | None  # of all months told
    filling: waste.Filling
    landfilled_percent: float | None  # of what was treated in these months, what was buried directly


def rows(place: Place) -> QuerySet[Amount]:
    """What holds now of a place, newest first."""
    return Amount.objects.filter(**places.where(place), current=True).select_related("by", "commune", "replaces")


def row(identity: int, rights: Rights) -> Amount | None:
    """A row with its place; None where there is none, or of a place whose amounts they may not read."""
    found = Amount.objects.filter(id=identity).select_related("site__facility", "facility", "by").first()
    if found is None or not places.may_read(found.site or found.facility, rights):  # type: ignore[arg-type]
        return None
    return found


def stock(site: Site) -> Stock:
    """The months of a site, its balance, and how long its room lasts: two queries."""
    months = months_of(site)
    known = [month.kept for month in months if month.kept is not None]
    treated = sum(month.treated or 0.0 for month in months)
    buried = sum(month.landfilled or 0.0 for month in months)
    return Stock(
        months,
        sum(known) if known else None,
        filling(site),
        100 * buried / treated if treated else None,
    )


def months_of(place: Place) -> list[Month]:
    """Every month something was told of, oldest first."""
    sums: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    told = rows(place).filter(month__isnull=False).order_by().values("year", "month", "flow", "method")
    for row in told.annotate(sum=Sum("tonnes")):
        month = sums[row["year"], row["month"]]
        month[row["flow"]] = month.get(row["flow"], 0.0) + row["sum"]
        if row["method"] == Method.LANDFILLED:
            month["landfilled"] = month.get("landfilled", 0.0) + row["sum"]
    return [
        Month(
            *key,
            received=of.get(Flow.RECEIVED),
            treated=of.get(Flow.TREATED),
            sent=of.get(Flow.SENT),
            landfilled=of.get("landfilled"),
        )
        for key, of in sorted(sums.items())
    ]


def filling(site: Site) -> waste.Filling:
    """How long the room lasts that a survey found: everything landfilled since then takes of it.

    The month of the survey itself counts whole: what was buried in it may have been buried after.
    """
    if site.room_left_t is None or site.room_surveyed is None:
        return waste.Filling(None, None)
    since = site.room_surveyed
    buried = rows(site).filter(flow=Flow.TREATED, method__in=FILLS, month__isnull=False)
    by_month: dict[tuple[int, int], float] = {}
    for row in buried.order_by().values("year", "month").annotate(sum=Sum("tonnes")):
        by_month[row["year"], row["month"]] = row["sum"]
    added = sum(tonnes for key, tonnes in by_month.items() if key >= (since.year, since.month))
    latest = sorted(by_month)[-MONTHS:]
    return waste.filling(site.room_left_t, added, np.array([by_month[key] for key in latest], dtype=float))
