"""Urban areas whose central wastewater system operates. Those invented for the demonstration never count."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.targets.measures.measured import Counted, Measure, Measured, Part, Quality, unknown
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.waters.declared import URBAN_AREAS
from nonnuoc.records.registers.waters.models import UrbanArea


def _operating(rights: Rights, on: date, since: date) -> Measured:
    """Of those of which somebody has entered how their wastewater stands."""
    areas = list(reading.readable(URBAN_AREAS, rights).filter(simulated=False).order_by("type", "name"))
    if not areas:
        return unknown(on, "no_urban_area")
    known = [one for one in areas if one.sewerage]
    silent = [one.name for one in areas if not one.sewerage]
    if not known:
        return unknown(on, "sewerage_unknown", missing=silent, asked=len(areas))
    working = [one for one in known if one.sewerage == UrbanArea.Sewerage.OPERATING]
    at_work = Counter(one.commune_id for one in working)
    places = Counter(one.commune_id for one in known)
    return Measured(
        day=on,
        value=len(working),
        numerator=len(working),
        denominator=None,
        quality=Quality.PARTIAL if silent else Quality.COMPLETE,
        why="sewerage_part" if silent else "",
        facts={"registered": len(areas), "asked": len(areas), "known": len(known)},
        missing=silent,
        counted=[Counted(one.name, "urban-areas", one.code, one in working) for one in known],
        by_commune={one: Part(at_work[one], at_work[one], n) for one, n in places.items() if one is not None},
    )


MEASURES = (
    Measure(
        key="waters.sewerage",
        title=_("Urban areas with a central wastewater system"),
        numerator=_("urban areas whose central wastewater system operates"),
        denominator="",
        unit=_("urban areas"),
        source=_("register of urban areas"),
        by_commune=True,
        compute=_operating,
    ),
)
