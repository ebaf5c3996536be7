"""How much of the province is under forest: a share, what it is a share of, and of what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, QuerySet, Sum

from nonnuoc.records.places import selectors as places
from nonnuoc.records.registers.nature.models import Forest

#: Kế hoạch, mục 11.2: of the whole province, by the end of 2030.
TARGET_PERCENT, TARGET_YEAR = 56.15, 2030
HA_IN_KM2 = 100.0


@dataclass(frozen=True, slots=True)
class Cover:
    """Natural and planted forest over the area of the communes, at a year's end; young plantations do not count."""

    year: int
    forest_ha: float  # of the communes whose forest is known
    land_ha: float | None  # of the whole province; None: of some commune nobody knows how large it is
    communes: int
    missing: tuple[str, ...]  # names of communes whose forest or size nobody knows
    simulated: bool  # some of it is invented

    @property
    def percent(self) -> float | None:
        """Only where every commune is known."""
        if self.missing or not self.land_ha:
            return None
        return 100.0 * self.forest_ha / self.land_ha

    @property
    def at_least(self) -> float | None:
        """What is certain already: the known forest over the whole province."""
        return 100.0 * self.forest_ha / self.land_ha if self.land_ha and self.forest_ha else None


def latest(known: QuerySet[Forest]) -> Cover | None:
    """Of the newest year of which anything is known, of the entries that the reader may read."""
    year = known.aggregate(newest=Max("year"))["newest"]
    return None if year is None else at_end_of(year, known)


def at_end_of(year: int, known: QuerySet[Forest]) -> Cover:
    """Of one year, of the entries that the reader may read."""
    rows = known.filter(year=year)
    grown = rows.exclude(origin=Forest.Origin.YOUNG)
    by_commune = {row["commune"]: row["ha"] for row in grown.order_by().values("commune").annotate(ha=Sum("area_ha"))}
    communes = list(places.communes())
    sizes = [one.area_km2 for one in communes]
    missing = tuple(one.full_name for one in communes if one.pk not in by_commune or one.area_km2 is None)
    return Cover(
        year=year,
        forest_ha=sum(by_commune.values()),
        land_ha=None if None in sizes or not sizes else sum(size or 0.0 for size in sizes) * HA_IN_KM2,
        communes=len(communes),
        missing=missing,
        simulated=rows.filter(simulated=True).exists(),
    )
