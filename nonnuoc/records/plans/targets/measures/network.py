"""New stations that work. Those invented for the demonstration never count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from django.db.models import Min
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.plans.targets.measures.measured import Counted, Measure, Measured, Part, Quality, unknown


def _new(kind: str) -> Callable[[Rights, date, date], Measured]:
    """Of those that are planned, or sent their first value since the plan begins: how many are active and have sent."""

    def compute(rights: Rights, on: date, since: date) -> Measured:
        known = Thing.objects.filter(rights.readable(), kind=kind, simulated=False)
        stations = known.annotate(first=Min("datastreams__first_time")).order_by("code")
        fresh = [
            one
            for one in stations
            if (one.first is None and one.state in (Thing.State.PLANNED, Thing.State.ACTIVE))
            or (one.first is not None and since <= timezone.localdate(one.first) <= on)
        ]
        if not fresh:
            return unknown(on, "no_station")
        working = [one for one in fresh if one.state == Thing.State.ACTIVE and one.first is not None]
        at_work = Counter(one.commune_id for one in working)
        places = Counter(one.commune_id for one in fresh)
        return Measured(
            day=on,
            value=len(working),
            numerator=len(working),
            denominator=None,
            quality=Quality.COMPLETE,
            facts={"registered": len(fresh)},
            counted=[Counted(one.name, "station", one.code, one in working) for one in fresh],
            by_commune={one: Part(at_work[one], at_work[one], n) for one, n in places.items() if one is not None},
        )

    return compute


def _stations(key: str, title: Promise, kind: str) -> Measure:
    return Measure(
        key=key,
        title=title,
        numerator=_("stations that are in operation and sent their first value since the plan begins"),
        denominator="",
        unit=_("stations"),
        source=_("register of stations, and what they send"),
        by_commune=True,
        compute=_new(kind),
    )


MEASURES = (
    _stations("stations.air.new", _("New air stations"), Thing.Kind.AMBIENT_AIR),
    _stations("stations.water.new", _("New surface-water stations"), Thing.Kind.SURFACE_WATER),
)
