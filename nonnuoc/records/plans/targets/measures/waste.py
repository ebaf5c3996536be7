"""Shares of waste, as communes, generators and manifests tell them (records/registers/waste/targets.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.targets.measures.measured import Measure, Measured, Quality, unknown
from nonnuoc.records.plans.targets.measures.measured import Part as CommunePart
from nonnuoc.records.registers.waste import targets
from nonnuoc.records.registers.waste.targets import Part, Told


def _of_reports(part: Callable[[Told], Part]) -> Callable[[Rights, date, date], Measured]:
    def read(rights: Rights, year: int, on: date) -> Part:
        return part(Told.of(rights, year, on))

    return _of_year(read)


def _of_tables(part: Callable[[Rights, int], Part]) -> Callable[[Rights, date, date], Measured]:
    def read(rights: Rights, year: int, on: date) -> Part:
        return part(rights, year)

    return _of_year(read)


def _of_year(read: Callable[[Rights, int, date], Part]) -> Callable[[Rights, date, date], Measured]:
    """Of the running year as far as it has come; while nobody has told anything of it, of the whole year before."""

    def compute(rights: Rights, on: date, since: date) -> Measured:
        now = read(rights, on.year, on)
        if now.share.percent is not None:
            return _measured(now, on, on.year)
        before = read(rights, on.year - 1, on)
        if before.share.percent is not None:
            return _measured(before, date(on.year - 1, 12, 31), on.year - 1)
        why = "nobody_told" if now.share.asked else "nobody_asked"
        return unknown(on, why, missing=now.missing, year=on.year, asked=now.share.asked)

    return compute


def _measured(one: Part, day: date, year: int) -> Measured:
    share = one.share
    return Measured(
        day=day,
        value=share.percent,
        numerator=share.numerator,
        denominator=share.denominator,
        quality=Quality.COMPLETE if share.complete else Quality.PARTIAL,
        why="" if share.complete else "part_told",
        facts={"year": year, "known": share.known, "asked": share.asked},
        missing=one.missing,
        by_commune={
            commune: CommunePart(100 * part / whole, part, whole)
            for commune, (part, whole) in one.by_commune.items()
            if whole
        },
        simulated=one.simulated,
    )


_REPORTS = _("monthly reports of the communes on domestic waste")

MEASURES = (
    Measure(
        key="waste.domestic.urban",
        title=_("Urban domestic waste collected and treated"),
        numerator=_("urban domestic waste collected and treated as prescribed, t"),
        denominator=_("urban domestic waste that came about, t, in months of which both were told"),
        unit="%",
        source=_REPORTS,
        by_commune=True,
        compute=_of_reports(targets.urban),
    ),
    Measure(
        key="waste.domestic.rural",
        title=_("Rural domestic waste collected and treated"),
        numerator=_("rural domestic waste collected and treated as prescribed, t"),
        denominator=_("rural domestic waste that came about, t, in months of which both were told"),
        unit="%",
        source=_REPORTS,
        by_commune=True,
        compute=_of_reports(targets.rural),
    ),
    Measure(
        key="waste.access",
        title=_("Households with access to collection"),
        numerator=_("households with access to collection, by the last report of the year"),
        denominator=_("all households, by the same report"),
        unit="%",
        source=_REPORTS,
        by_commune=True,
        compute=_of_reports(targets.access_to_collection),
    ),
    Measure(
        key="waste.hazardous",
        title=_("Hazardous waste collected and treated"),
        numerator=_("hazardous waste treated by manifest, or told as treated by its generator, t"),
        denominator=_("hazardous waste that registered generators told came about, t"),
        unit="%",
        source=_("manifests and reports of generators of hazardous waste"),
        by_commune=False,
        compute=_of_tables(targets.hazardous),
    ),
    Measure(
        key="waste.medical",
        title=_("Medical waste treated"),
        numerator=_("medical waste treated in the facility, in its cluster, or handed over, t"),
        denominator=_("medical waste that came about, t"),
        unit="%",
        source=_("reports of medical facilities"),
        by_commune=False,
        compute=_of_tables(targets.medical),
    ),
)
