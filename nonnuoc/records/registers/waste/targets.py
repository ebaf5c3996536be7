"""What the plan wants to be reached, as far as what was told lets it be said: part, whole, and who is missing.

Nothing here is 0 % for want of figures: what nobody told is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain import waste
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.waste import collecting
from nonnuoc.records.registers.waste.declared import SITES
from nonnuoc.records.registers.waste.models import Amount, CommuneReport, Flow, Handler, Item, Manifest, Site, Stream

TREATMENTS = (Flow.TREATED, Flow.CLUSTER, Flow.SENT)


@dataclass(frozen=True, slots=True)
class Part:
    """A target that is a share."""

    code: str  # as the list of targets numbers it
    title: Promise
    wanted_percent: float
    section: str  # of the plan
    share: waste.Share
    unit: Promise
    missing: Sequence[str]  # who told not enough
    note: Promise | str = ""
    decimals: int = 1
    by_commune: Mapping[int, tuple[float, float]] = field(default_factory=dict)  # id -> part, whole; of those who told
    simulated: bool = False  # something invented is counted


@dataclass(frozen=True, slots=True)
class Count:
    """A target that is a number of works: registered, finished, wanted as the plan says it."""

    code: str
    title: Promise
    wanted: str
    section: str
    registered: int
    finished: int


def shares(rights: Rights, year: int) -> list[Part]:
    """T1 to T5 for a year, over what the reader may see."""
    told = Told.of(rights, year)
    return [urban(told), rural(told), access_to_collection(told), hazardous(rights, year), medical(rights, year)]


@dataclass(frozen=True, slots=True)
class Told:
    """What communes sent of a year, oldest first, and the names of all that could have."""

    reports: Mapping[int, list[CommuneReport]]
    names: Mapping[int, str]

    @staticmethod
    def of(rights: Rights, year: int, until: date | None = None) -> Told:
        """As far as the reader may see; months that begin after `until` do not count."""
        return Told(_reports(rights, year, until), {one.id: one.full_name for one in _communes(rights)})


def urban(told: Told) -> Part:
    """T1."""
    return _domestic("T1", _("Urban domestic waste collected and treated"), 95, "urban", told)


def rural(told: Told) -> Part:
    """T2."""
    return _domestic("T2", _("Rural domestic waste collected and treated"), 50, "rural", told)


def works(rights: Rights) -> Mapping[str, list[Site]]:
    """Works the plan orders, by what they are; those of the demonstration are never among them."""
    sites = list(reading.readable(SITES, rights).filter(simulated=False).select_related("commune"))
    kind, ordered = Site.Kind, Site.Ordered
    return {
        "upgraded": [one for one in sites if one.ordered == ordered.UPGRADE],
        "new": [one for one in sites if one.ordered == ordered.BUILD and one.kind == kind.AREA],
        "construction": [one for one in sites if one.kind == kind.CONSTRUCTION],
        "provincial": [one for one in sites if one.kind == kind.PROVINCIAL],
        "hazardous": [one for one in sites if one.kind == kind.HAZARDOUS],
    }


def counts(rights: Rights) -> list[Count]:
    """T9 to T13: works the plan orders."""
    found = works(rights)

    def count(code: str, title: Promise, wanted: str, section: str, of: Sequence[Site]) -> Count:
        return Count(code, title, wanted, section, len(of), sum(one.finished is not None for one in of))

    return [
        count("T9", _("Existing areas upgraded"), "17 / 10 / 11", "II.5.1a; PL V.2", found["upgraded"]),
        count("T10", _("New treatment areas"), "3", "II.5.1a; PL V.3", found["new"]),
        count(
            "T11",
            _("Sites for construction waste"),
            "≥ 3",
            "II.5.1b; PL V.4",
            found["construction"],
        ),
        count(
            "T12",
            _("Treatment area of the province, 30–40 ha"),
            "1",
            "II.5.1a; PL V.1",
            found["provincial"],
        ),
        count(
            "T13",
            _("Points for hazardous waste, east and west"),
            "2",
            "PL V.5",
            found["hazardous"],
        ),
    ]


def _communes(rights: Rights) -> list[Commune]:
    """Those whose reports the reader may see."""
    reach = rights.reach("data.internal")
    return [one for one in places.communes() if reach.part(collecting.subject(one)) is not None]


def _reports(rights: Rights, year: int, until: date | None) -> Mapping[int, list[CommuneReport]]:
    communes = [one.id for one in _communes(rights)]
    sent = CommuneReport.objects.filter(commune__in=communes, draft=False, current=True, month__year=year)
    if until is not None:
        sent = sent.filter(month__lte=until)
    by: dict[int, list[CommuneReport]] = defaultdict(list)
    for report in sent.order_by("month"):
        by[report.commune_id].append(report)
    return by


def _domestic(code: str, title: Promise, wanted: float, where: str, told: Told) -> Part:
    """Over the months of which both what came about and what was treated were told."""
    pairs: dict[int, tuple[float, float]] = {}
    used: list[CommuneReport] = []
    for commune in told.names:
        both = [
            (one, getattr(one, f"{where}_treated_t"), getattr(one, f"{where}_generated_t"))
            for one in told.reports.get(commune, ())
        ]
        both = [(one, treated, generated) for one, treated, generated in both if None not in (treated, generated)]
        if both:
            pairs[commune] = sum(treated for _one, treated, _all in both), sum(all_ for _one, _part, all_ in both)
            used += [one for one, _part, _all in both]
    return _of_communes(code, title, wanted, _("t"), told, pairs, used)


def access_to_collection(told: Told) -> Part:
    """T3, by the last month of the year of which both numbers were told."""
    pairs: dict[int, tuple[float, float]] = {}
    used: list[CommuneReport] = []
    for commune in told.names:
        both = [one for one in told.reports.get(commune, ()) if one.households is not None and one.served is not None]
        if both:
            pairs[commune] = float(both[-1].served or 0), float(both[-1].households or 0)
            used.append(both[-1])
    title = _("Households with access to collection")
    return _of_communes("T3", title, 100, _("households"), told, pairs, used, decimals=0)


def _of_communes(
    code: str,
    title: Promise,
    wanted: float,
    unit: Promise,
    told: Told,
    pairs: Mapping[int, tuple[float, float]],
    used: Iterable[CommuneReport],
    decimals: int = 1,
) -> Part:
    nothing = (np.nan, np.nan)
    part, whole = zip(*(pairs.get(one, nothing) for one in told.names), strict=True) if told.names else ((), ())
    return Part(
        code,
        title,
        wanted,
        "II.3.1b",
        _share(part, whole),
        unit,
        [name for one, name in told.names.items() if one not in pairs],
        decimals=decimals,
        by_commune=pairs,
        simulated=any(one.simulated for one in used),
    )


def hazardous(rights: Rights, year: int) -> Part:
    """T4: treated by manifest, of what the registered generators told came about."""
    inside = rights.reach("data.internal").within("facility__office_id", "facility__commune_id", "facility__code")
    parts = Handler.objects.filter(inside, role=Handler.Role.GENERATOR, withdrawn=None).select_related("facility")
    facilities = {one.facility_id: one.facility for one in parts}
    told = Amount.objects.filter(facility__in=facilities, year=year, stream=Stream.HAZARDOUS, current=True)
    generated = _sums(told.filter(flow=Flow.GENERATED), "facility_id", "tonnes")
    items = Item.objects.filter(
        manifest__generator__in=facilities,
        manifest__state=Manifest.State.TREATED,
        manifest__steps__kind="handed-over",
        manifest__steps__happened__year=year,
    )
    by_manifest = _sums(items, "manifest__generator_id", "treated_kg")
    by_itself = _sums(told.filter(flow=Flow.TREATED), "facility_id", "tonnes")
    part = [
        by_manifest.get(one, 0.0) / 1000 + by_itself.get(one, 0.0) if one in generated else np.nan for one in facilities
    ]
    return Part(
        "T4",
        _("Hazardous waste collected and treated"),
        93,
        "II.3.2b",
        _share(part, [generated.get(one, np.nan) for one in facilities]),
        _("t"),
        [facilities[one].name for one in facilities if one not in generated],
        _("Of what registered generators told came about; what was treated is taken from manifests."),
        simulated=any(facilities[one].simulated for one in generated),
    )


def medical(rights: Rights, year: int) -> Part:
    """T5, of the facilities that ever told of medical waste; those that never did are not known here."""
    inside = rights.reach("data.internal").within("office_id", "commune_id", "code")
    facilities = {
        one.id: one
        for one in Facility.objects.filter(inside, withdrawn=None, waste_amounts__stream=Stream.MEDICAL).distinct()
    }
    told = Amount.objects.filter(facility__in=facilities, year=year, stream=Stream.MEDICAL, current=True)
    generated = _sums(told.filter(flow=Flow.GENERATED), "facility_id", "tonnes")
    treated = _sums(told.filter(flow__in=TREATMENTS), "facility_id", "tonnes")
    return Part(
        "T5",
        _("Medical waste treated"),
        100,
        "II.3.2b",
        _share([treated.get(one, np.nan) for one in facilities], [generated.get(one, np.nan) for one in facilities]),
        _("t"),
        [facilities[one].name for one in facilities if one not in generated or one not in treated],
        _("In the facility, in its cluster, or handed over. Facilities that never told anything are not known."),
        simulated=any(facilities[one].simulated for one in generated),
    )


def _sums(rows: object, key: str, column: str) -> dict[int, float]:
    sums = rows.order_by().values_list(key).annotate(Sum(column))  # type: ignore[attr-defined]
    return {identity: sum_ for identity, sum_ in sums if sum_ is not None}


def _share(part: Sequence[float], whole: Sequence[float]) -> waste.Share:
    return waste.share(np.array(part, dtype=float), np.array(whole, dtype=float))


def has_invented(rights: Rights, year: int) -> bool:
    """Whether figures of the demonstration are among them."""
    reports = CommuneReport.objects.filter(simulated=True, draft=False, current=True, month__year=year)
    return any(
        rights.may("data.internal", collecting.subject(one.commune)) for one in reports.select_related("commune")
    )
