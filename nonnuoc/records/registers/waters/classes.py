"""The class of the water a station stands on, as the registers have it: what its values are judged by.

Where the registers do not say, the station's own property is asked (records/monitoring/waters.py). Invented reaches
and reservoirs say nothing of real stations, and what was withdrawn says nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from nonnuoc.records.registers.waters.models import StationOnWater

#: A row for each station on a water whose class is known; `edition` changes whenever anything of it does. For joins.
OF_STATIONS = """
SELECT placed.thing_id, CASE WHEN placed.reach_id IS NULL THEN 'lake' ELSE 'river' END AS water,
    coalesce(reach.grade, reservoir.grade) AS grade,
    concat(placed.xmin, placed.ctid, reach.xmin, reach.ctid, reservoir.xmin, reservoir.ctid) AS edition
FROM waters_stationonwater placed
JOIN monitoring_thing stands ON stands.id = placed.thing_id
LEFT JOIN waters_reach reach ON reach.id = placed.reach_id
LEFT JOIN waters_reservoir reservoir ON reservoir.id = placed.reservoir_id
WHERE coalesce(reach.grade, reservoir.grade) <> '' AND coalesce(reach.withdrawn, reservoir.withdrawn) IS NULL
    AND (stands.simulated OR NOT coalesce(reach.simulated, reservoir.simulated))
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The water a station stands on."""

    register: str  # "reaches" or "reservoirs"
    code: str
    name: str
    km: float | None
    kind: str  # "river" or "lake", as QCVN 08:2023/BTNMT tells them apart
    grade: str  # "A" .. "D"; "": not known
    grade_source: str
    judges: bool  # whether this class is what the station's values are judged by
    source: str


def of_station(code: str) -> Standing | None:
    """The water the station stands on; None: nobody has said."""
    found = StationOnWater.objects.filter(thing__code=code).select_related("thing", "reach", "reservoir").first()
    if found is None:
        return None
    water = found.reach or found.reservoir
    assert water is not None  # noqa: S101 - the database sees to it
    usable = water.withdrawn is None and (found.thing.simulated or not water.simulated)
    return Standing(
        "reaches" if found.reach else "reservoirs",
        water.code,
        water.name,
        found.km,
        "river" if found.reach else "lake",
        water.grade,
        water.grade_source,
        bool(water.grade) and usable,
        found.source,
    )
