"""Works of the waste system that the plan orders: how many are finished, how large the province's own is.

Works invented for the demonstration never count: what was built is either there or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.targets.measures.measured import Counted, Measure, Measured, Part, Quality, unknown
from nonnuoc.records.registers.waste import targets
from nonnuoc.records.registers.waste.models import Site

REGISTER = "waste-sites"


def _finished(kind: str) -> Callable[[Rights, date, date], Measured]:
    def compute(rights: Rights, on: date, since: date) -> Measured:
        sites = targets.works(rights)[kind]
        if not sites:
            return unknown(on, "no_work")
        done = [one for one in sites if one.finished is not None and one.finished <= on]
        return Measured(
            day=on,
            value=len(done),
            numerator=len(done),
            denominator=None,
            quality=Quality.COMPLETE,
            facts={"registered": len(sites)},
            counted=[Counted(one.name, REGISTER, one.code, one in done) for one in sites],
            by_commune=_by_commune(sites, done),
        )

    return compute


def _by_commune(sites: Iterable[Site], done: Iterable[Site]) -> dict[int, Part]:
    finished = Counter(one.commune_id for one in done)
    ordered = Counter(one.commune_id for one in sites)
    return {
        commune: Part(finished[commune], finished[commune], n) for commune, n in ordered.items() if commune is not None
    }


def _area(rights: Rights, on: date, since: date) -> Measured:
    """Of what is registered; the area the plan wants is not the area there is."""
    sites = targets.works(rights)["provincial"]
    if not sites:
        return unknown(on, "no_work")
    known = [one for one in sites if one.area_ha is not None]
    without = [one.name for one in sites if one.area_ha is None]
    if not known:
        return unknown(on, "no_area", missing=without, asked=len(sites))
    total = sum(one.area_ha or 0.0 for one in known)
    return Measured(
        day=on,
        value=total,
        numerator=total,
        denominator=None,
        quality=Quality.PARTIAL if without else Quality.COMPLETE,
        why="area_part" if without else "",
        facts={"registered": len(sites), "asked": len(sites), "known": len(known)},
        missing=without,
        counted=[Counted(one.name, REGISTER, one.code) for one in known],
    )


def _work(key: str, title: Promise, kind: str, numerator: Promise) -> Measure:
    return Measure(
        key=key,
        title=title,
        numerator=numerator,
        denominator="",
        unit=_("works"),
        source=_("register of waste sites"),
        by_commune=True,
        compute=_finished(kind),
    )


MEASURES = (
    _work(
        "works.upgraded",
        _("Existing areas upgraded"),
        "upgraded",
        _("registered areas ordered to be upgraded whose works are finished"),
    ),
    _work("works.new", _("New treatment areas"), "new", _("registered new treatment areas that are finished")),
    _work(
        "works.construction",
        _("Sites for construction waste"),
        "construction",
        _("registered sites for construction waste that are finished"),
    ),
    _work(
        "works.hazardous",
        _("Points for hazardous waste"),
        "hazardous",
        _("registered points for hazardous waste that are finished"),
    ),
    Measure(
        key="works.provincial_ha",
        title=_("Area of the treatment area of the province"),
        numerator=_("area entered of the treatment area of the province, ha"),
        denominator="",
        unit="ha",
        source=_("register of waste sites"),
        by_commune=False,
        compute=_area,
    ),
)
