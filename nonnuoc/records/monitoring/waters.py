"""Which law of water holds at a station: the class of its reach, the hydrological station whose levels it has.

Kept in `Thing.properties`: "water" {"kind": "river" or "lake", "grade": "A" .. "D"} of QCVN 08:2023/BTNMT, and
"hydrological_station", a name of rules/data/water_levels.toml. Absent: unknown, and then nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc import rules
from nonnuoc.domain.limits import GRADES
from nonnuoc.records.monitoring.models import Thing

KINDS = ("river", "lake")
#: Which stations a reach has a class at, and which can have levels of báo động.
CLASSED = frozenset({Thing.Kind.SURFACE_WATER})
LEVELLED = frozenset({Thing.Kind.SURFACE_WATER, Thing.Kind.RAIN_AND_RIVER_LEVEL})


def hydrological_stations() -> tuple[str, ...]:
    """The names the law gives levels of báo động for, as far as they are known here; in its order."""
    table = rules.find("water_levels", date.today())
    return tuple(dict.fromkeys(level["station"] for level in table.data["level"])) if table and table.is_law else ()


def facts(thing: Thing | None) -> dict[str, str]:
    """What is known of a station: water_kind, water_class, hydrological_station; "" what is not."""
    said = thing.properties if thing else {}
    water = said.get("water") or {}
    return {
        "water_kind": str(water.get("kind", "")),
        "water_class": str(water.get("grade", "")),
        "hydrological_station": str(said.get("hydrological_station", "")),
    }


def changed(properties: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The properties of a thing with what is given; "" takes away, what is not given stays."""
    kept = dict(properties)
    water = {"kind": "", "grade": "", **(kept.pop("water", None) or {})}
    water |= {name: given[key] for name, key in (("kind", "water_kind"), ("grade", "water_class")) if key in given}
    if water["kind"] and water["grade"]:
        kept["water"] = water
    if "hydrological_station" in given:
        kept.pop("hydrological_station", None)
        kept |= {"hydrological_station": given["hydrological_station"]} if given["hydrological_station"] else {}
    return kept


def faults(kind: str, told: Mapping[str, str]) -> list[tuple[str, str]]:
    """(field, what is wrong and how to mend it) of facts as `facts` gives them, at a station of this kind."""
    found = []
    river, grade, station = (told.get(name, "") for name in ("water_kind", "water_class", "hydrological_station"))
    if bool(river) != bool(grade):
        found.append(
            ("water_class", _("Kind and class of the water belong together; give both, or none while unknown."))
        )
    if river and river not in KINDS:
        known = ", ".join(KINDS)
        found.append(
            ("water_kind", _("%(given)s is no kind of water; there are %(known)s.") % {"given": river, "known": known})
        )
    if grade and grade not in GRADES:
        said = _("%(given)s is no class of QCVN 08:2023/BTNMT; there are %(known)s.")
        found.append(("water_class", said % {"given": grade, "known": ", ".join(GRADES)}))
    if (river or grade) and kind not in CLASSED:
        found.append(("water_class", _("Only surface water has a class; leave it out.")))
    if station and station not in hydrological_stations():
        said = _("No levels are known of %(given)s; there are %(known)s, or leave it out.")
        found.append(("hydrological_station", said % {"given": station, "known": ", ".join(hydrological_stations())}))
    if station and kind not in LEVELLED:
        found.append(("hydrological_station", _("Only rivers have levels of báo động; leave it out.")))
    return found
