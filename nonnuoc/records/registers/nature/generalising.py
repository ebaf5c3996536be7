"""What everybody may know of where an occurrence lies: kept beside the exact place, and following from it alone.

A cell's middle, its radius, and the commune only where the whole cell lies in it: the commune then says nothing that
the cell does not say. Where the place is known no better than the commune, it is told of species shown by cells of
0.01°, which are finer; communes are about as large as cells of 0.1°.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import shapely
from django.db import connection

from nonnuoc.domain import generalising
from nonnuoc.records.places import locating
from nonnuoc.records.places.locating import Ground
from nonnuoc.records.registers.nature.models import Occurrence, Sensitivity

#: Cells to a degree; of the others there are none.
PER_DEGREE = {Sensitivity.KM_1: 100, Sensitivity.KM_10: 10}
#: From what does no harm to what is told to nobody.
STRICTNESS = (Sensitivity.OPEN, Sensitivity.KM_1, Sensitivity.KM_10, Sensitivity.WITHHELD)
#: Of a species nobody has decided on.
UNDECIDED = Sensitivity.KM_10


class Place(NamedTuple):
    """Where an occurrence lies: exactly (None: unknown), and in which commune (an id)."""

    lon: float | None
    lat: float | None
    commune: int | None


class Told(NamedTuple):
    """What is told of it to everybody; None: nothing."""

    generalised: bool
    lon: float | None
    lat: float | None
    metres: float | None
    commune: int | None


def told(found: Sequence[Place], sensitivity: str) -> list[Told]:
    """What everybody may know of each place, by the sensitivity of its species."""
    if sensitivity == Sensitivity.OPEN:
        return [Told(False, one.lon, one.lat, None, one.commune) for one in found]
    per_degree = PER_DEGREE.get(Sensitivity(sensitivity))
    if per_degree is None:
        return [Told(True, None, None, None, None)] * len(found)
    nowhere = float("nan")
    cells = generalising.cells(
        [nowhere if one.lon is None else one.lon for one in found],
        [nowhere if one.lat is None else one.lat for one in found],
        per_degree,
    )
    without_place = sensitivity == Sensitivity.KM_1
    ground = locating.ground()
    return [
        Told(True, None, None, None, one.commune if without_place else None)
        if one.lon is None
        else Told(True, lon, lat, metres, _commune_of_cell(ground, lon, lat, per_degree))
        for one, lon, lat, metres in zip(found, *(column.tolist() for column in cells), strict=True)
    ]


def follow(occurrence: Occurrence) -> None:
    """Set what everybody may know of one that is about to be kept."""
    if occurrence.species_id is None:
        return  # the checks that come next say so
    if occurrence.commune_id is not None:
        occurrence.found_in_id = occurrence.commune_id
    exact = Place(occurrence.lon, occurrence.lat, occurrence.found_in_id)
    (known,) = told([exact], _shown_as(occurrence.species_id))
    occurrence.generalised = known.generalised
    occurrence.coarse_lon, occurrence.coarse_lat, occurrence.coarse_m = known.lon, known.lat, known.metres
    occurrence.commune_id = known.commune


def again(species: Sequence[int], sensitivity: str) -> int:
    """Set it anew for all occurrences of these species (ids), of any age and state; give how many there are."""
    rows = list(
        Occurrence.objects.filter(species__in=species)
        .order_by("id")
        .select_for_update()
        .values_list("id", "lon", "lat", "found_in_id")
    )
    known = told([Place(*row[1:]) for row in rows], sensitivity)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE nature_occurrence AS o SET generalised = n.generalised, coarse_lon = n.lon, coarse_lat = n.lat,
                   coarse_m = n.metres, commune_id = n.commune, changed = now()
               FROM unnest(%s::bigint[], %s::boolean[], %s::float8[], %s::float8[], %s::float8[], %s::bigint[])
                   AS n (id, generalised, lon, lat, metres, commune) WHERE o.id = n.id""",
            [[row[0] for row in rows], *([list(column) for column in zip(*known, strict=True)] or [[]] * 5)],
        )
    return len(rows)


def _shown_as(species: int) -> str:
    """As it is, and stays until this transaction ends: who decides otherwise meanwhile waits, then finds this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shown_as FROM nature_species WHERE id = %s FOR SHARE", [species])
        return str(cursor.fetchone()[0])


@lru_cache(maxsize=100_000)
def _commune_of_cell(ground: Ground, lon: float, lat: float, per_degree: int) -> int | None:
    """The commune that covers the whole cell."""
    cell = shapely.box(*generalising.bounds(lon, lat, per_degree))
    covering = ground.tree.query(cell, predicate="covered_by")
    return ground.communes[int(ground.bounded[covering].min())].pk if len(covering) else None
