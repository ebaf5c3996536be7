"""The balance of hazardous waste between generators, transporters and treaters, and where it leaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db.models import Max, Sum, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain import waste
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste import manifests
from nonnuoc.records.registers.waste.models import Amount, Flow, Handler, Item, Manifest, Step, Stream

State, Kind = Manifest.State, Step.Kind
#: What the domain sums and a line shows.
SUMS = ("handed_over", "on_way", "refused", "lost", "carrying", "received", "treated", "stored")


class Leak(TextChoices):
    """What is amiss."""

    OVERDUE = "overdue", _("handed over, and not received")
    SHORT = "short", _("received less than was handed over")
    OVER_TREATED = "over-treated", _("treated more than was received")
    OVER_CAPACITY = "over-capacity", _("received more than its licence allows")
    SILENT = "silent", _("a generator that has told nothing")


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing amiss at one facility, with the manifests behind it."""

    leak: Leak
    facility: Facility
    manifests: Sequence[Manifest]
    kg: float | None  # how much is missing or too much; None: that is not the question


@dataclass(frozen=True, slots=True)
class Line:
    """The balance of one facility, kg; `generated` and `at_generator` None where it told nothing of what came about."""

    facility: Facility
    generated: float | None
    handed_over: float
    on_way: float
    refused: float
    lost: float
    carrying: float
    received: float
    treated: float
    stored: float
    allowed: float | None  # what its licence allows in the span; None: not known, or it is no treater

    @property
    def at_generator(self) -> float | None:
        return None if self.generated is None else self.generated - self.handed_over + self.refused


@dataclass(frozen=True, slots=True)
class Book:
    """Balance and flags of a span, and the conventions they were judged by."""

    first: date
    last: date
    lines: Sequence[Line]
    flags: Sequence[Flag]
    overdue_days: int
    tolerance_percent: int
    silent_days: int


def book(rights: Rights, first: date, last: date, *, today: date | None = None) -> Book:
    """Of manifests handed over in [first, last) that the reader may see; as many queries for one as for a thousand."""
    today = today or timezone.localdate()
    tolerance = int(preferences.read("manifests.tolerance_percent"))
    overdue, quiet = int(preferences.read("manifests.overdue_days")), int(preferences.read("manifests.silent_days"))
    read = _Read(rights, first, last)
    flags = [*read.of_consignments(today, overdue, tolerance), *read.of_capacity(), *read.silent(today, quiet)]
    return Book(first, last, read.lines(), flags, overdue, tolerance, quiet)


class _Read:
    """What the database has of a span, as arrays; facilities by their place in `facilities`."""

    def __init__(self, rights: Rights, first: date, last: date) -> None:
        self.rights, self.first, self.last = rights, first, last
        seen = manifests.readable(rights).exclude(state__in=(State.DRAFT, State.CANCELLED))
        handed = {
            step.manifest_id: step.happened
            for step in Step.objects.filter(manifest__in=seen, kind=Kind.HANDED_OVER)
            if first <= timezone.localdate(step.happened) < last
        }
        self.manifests = {one.id: one for one in seen.filter(id__in=handed)}
        self.items = list(Item.objects.filter(manifest__in=self.manifests).order_by("manifest_id", "line"))
        self.parts = list(_parts(rights))
        known = {one.facility_id: one.facility for one in self.parts}
        for one in self.manifests.values():
            known |= {getattr(one, f"{side}_id"): getattr(one, side) for side in manifests.SIDES}
        self.facilities = list(known.values())
        self.place = {identity: index for index, identity in enumerate(known)}
        self.sent = self._arrays(handed)

    def _arrays(self, handed: dict[int, datetime]) -> waste.Consignments:
        later = {
            (step.manifest_id, step.kind): step.happened
            for step in Step.objects.filter(manifest__in=self.manifests, kind__in=(Kind.RECEIVED, Kind.TREATED))
        }
        of = [self.manifests[item.manifest_id] for item in self.items]

        def who(side: str) -> waste.Who:
            return np.array([self.place[getattr(one, f"{side}_id")] for one in of], dtype=np.int64)

        def kg(column: str) -> waste.Masses:
            held = (getattr(item, column) for item in self.items)
            return np.array([np.nan if mass is None else mass for mass in held], dtype=np.float64)

        def days(moments: Iterator[datetime | None]) -> waste.Days:
            local = (None if one is None else timezone.localdate(one).isoformat() for one in moments)
            return np.array([one or "NaT" for one in local], dtype="datetime64[D]")

        return waste.Consignments(
            who("generator"),
            who("transporter"),
            who("treater"),
            kg("handed_kg"),
            kg("received_kg"),
            kg("treated_kg"),
            days(handed[one.id] for one in of),
            days(later.get((one.id, Kind.RECEIVED)) for one in of),
            days(later.get((one.id, Kind.TREATED)) for one in of),
            np.array([one.state == State.REFUSED for one in of], dtype=bool),
        )

    def lines(self) -> list[Line]:
        """One line a facility that handed over, received, or told what came about."""
        sums, generated = waste.balance(self.sent, len(self.facilities)), self._generated()
        allowed = self._allowed()
        found = [
            Line(
                facility=facility,
                generated=generated.get(facility.id),
                allowed=None if np.isnan(allowed[index]) else float(allowed[index]),
                **{name: float(getattr(sums, name)[index]) for name in SUMS},
            )
            for index, facility in enumerate(self.facilities)
        ]
        told = [
            line for line in found if line.generated is not None or line.handed_over or line.carrying or line.received
        ]
        return sorted(told, key=lambda line: line.facility.name)

    def _generated(self) -> dict[int, float]:
        """Hazardous waste that came about, as the facilities told it by month within the span, kg."""
        told = Amount.objects.filter(
            facility__in=self.facilities, flow=Flow.GENERATED, stream=Stream.HAZARDOUS, current=True
        )
        months = told.filter(month__isnull=False).order_by().values("facility_id", "year", "month")
        sums: dict[int, float] = {}
        for row in months.annotate(sum=Sum("tonnes")):
            if self.first <= date(row["year"], row["month"], 1) < self.last:
                sums[row["facility_id"]] = sums.get(row["facility_id"], 0.0) + 1000 * row["sum"]
        return sums

    def of_consignments(self, today: date, overdue: int, tolerance: int) -> Iterator[Flag]:
        """What leaks on the way, by the facility one asks about it."""
        sent, zero = self.sent, np.zeros(len(self.items))
        late = waste.overdue(sent, np.datetime64(today), overdue)
        for leak, marks, who, kg in (
            (Leak.OVERDUE, late, "generator", sent.handed),
            (Leak.SHORT, waste.short(sent, tolerance), "generator", sent.handed - np.nan_to_num(sent.received)),
            (
                Leak.OVER_TREATED,
                waste.over_treated(sent, tolerance),
                "treater",
                np.nan_to_num(sent.treated) - np.nan_to_num(sent.received),
            ),
        ):
            yield from self._grouped(leak, marks, who, np.where(marks, kg, zero))

    def _grouped(self, leak: Leak, marks: waste.Marks, who: str, kg: waste.Masses) -> Iterator[Flag]:
        by: dict[int, tuple[dict[int, Manifest], float]] = {}
        for index in np.flatnonzero(marks):
            one = self.manifests[self.items[index].manifest_id]
            behind, sum_ = by.get(getattr(one, f"{who}_id"), ({}, 0.0))
            by[getattr(one, f"{who}_id")] = (behind | {one.id: one}, sum_ + float(kg[index]))
        for identity, (behind, sum_) in by.items():
            yield Flag(leak, self.facilities[self.place[identity]], list(behind.values()), sum_)

    def _capacity(self) -> waste.Masses:
        """The licensed yearly capacity of each facility as a treater, kg; NaN where it is not known."""
        capacity = np.full(len(self.facilities), np.nan)
        for part in self.parts:
            if part.role == Handler.Role.TREATER and part.capacity_t_year is not None:
                capacity[self.place[part.facility_id]] = 1000 * part.capacity_t_year
        return capacity

    def _allowed(self) -> waste.Masses:
        return waste.allowance(self._capacity(), np.datetime64(self.first), np.datetime64(self.last))

    def of_capacity(self) -> Iterator[Flag]:
        """Treaters over their licensed capacity; those whose capacity is not known are never among them."""
        first, last = np.datetime64(self.first), np.datetime64(self.last)
        marks, received = waste.over_capacity(self.sent, self._capacity(), first, last)
        over = received - self._allowed()
        for index in np.flatnonzero(marks):
            facility = self.facilities[index]
            behind = [one for one in self.manifests.values() if one.treater_id == facility.id]
            yield Flag(Leak.OVER_CAPACITY, facility, behind, float(over[index]))

    def silent(self, today: date, days: int) -> Iterator[Flag]:
        """Registered generators of which nothing was heard: no hand-over, no amount told."""
        parts = [part for part in self.parts if part.role == Handler.Role.GENERATOR]
        of = [part.facility_id for part in parts]
        handed = Step.objects.filter(kind=Kind.HANDED_OVER, manifest__generator__in=of)
        heard = dict(handed.order_by().values_list("manifest__generator").annotate(Max("happened")))
        told = Amount.objects.filter(facility__in=of, stream=Stream.HAZARDOUS, current=True)
        spoke = dict(told.order_by().values_list("facility").annotate(Max("at")))
        moments = [max(filter(None, (heard.get(one), spoke.get(one))), default=None) for one in of]
        last = np.array([_day(moment) for moment in moments], dtype="datetime64[D]")
        since = np.array([_day(part.created) for part in parts], dtype="datetime64[D]")
        for index in np.flatnonzero(waste.silent(last, since, np.datetime64(today), days)):
            yield Flag(Leak.SILENT, parts[index].facility, [], None)


def _day(moment: datetime | None) -> str:
    return "NaT" if moment is None else timezone.localdate(moment).isoformat()


def _parts(rights: Rights) -> Iterator[Handler]:
    """Registered parts of facilities whose internal data they may read."""
    inside = rights.reach("data.internal").within("facility__office_id", "facility__commune_id", "facility__code")
    yield from Handler.objects.filter(inside, withdrawn=None).select_related("facility")
