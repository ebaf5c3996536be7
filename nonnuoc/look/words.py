"""What is said of stations, flags and states, in plain words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language, gettext

from nonnuoc.domain.quality import FLAG_MASK, LATE, Check, Flag
from nonnuoc.look import figures
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.selectors import IndexNow, Latest, Property, StationNow

Procedure = Datastream.Procedure


def name(observed: Property) -> str:
    """The property's name in the reader's language."""
    return observed.name_en if get_language() == "en" else observed.name_vi


def short(observed: Property) -> str:
    """Its symbol where people know it by that ("Ôxy hòa tan (DO)": DO), else its name."""
    known = observed.code.startswith("VN_") or observed.code in observed.name_vi
    return observed.code if known else name(observed)


def kind(code: str) -> str:
    """What a station watches."""
    return {
        Thing.Kind.AMBIENT_AIR: gettext("ambient air"),
        Thing.Kind.SURFACE_WATER: gettext("surface water"),
        Thing.Kind.GROUNDWATER: gettext("groundwater"),
        Thing.Kind.WASTEWATER: gettext("wastewater"),
        Thing.Kind.STACK_EMISSION: gettext("stack emission"),
        Thing.Kind.RAIN_AND_RIVER_LEVEL: gettext("rain and river level"),
        Thing.Kind.OTHER: gettext("something else"),
    }[Thing.Kind(code)]


def kind_group(code: str) -> str:
    """The heading of its list."""
    return {
        Thing.Kind.AMBIENT_AIR: gettext("Air"),
        Thing.Kind.SURFACE_WATER: gettext("Rivers and lakes"),
        Thing.Kind.GROUNDWATER: gettext("Groundwater"),
        Thing.Kind.WASTEWATER: gettext("Wastewater"),
        Thing.Kind.STACK_EMISSION: gettext("Stack emission"),
        Thing.Kind.RAIN_AND_RIVER_LEVEL: gettext("Rain and river level"),
        Thing.Kind.OTHER: gettext("Other stations"),
    }[Thing.Kind(code)]


def procedure(code: str) -> str:
    """How a value came to be."""
    return {
        Procedure.RAW: gettext("single values"),
        Procedure.SAMPLE: gettext("samples"),
        Procedure.MEAN_1H: gettext("1-hour mean"),
        Procedure.MEAN_8H: gettext("8-hour mean"),
        Procedure.MEAN_24H: gettext("24-hour mean"),
        Procedure.NOWCAST: "NowCast",
        Procedure.AQI_1H: gettext("hourly"),
        Procedure.AQI_24H: gettext("daily"),
        Procedure.WQI: gettext("from samples"),
        Procedure.WQI_1H: gettext("hourly, indicative"),
    }[Procedure(code)]


def flags(quality: int) -> str:
    """Why a value is doubted, in words; empty for a good one."""
    checks = {
        Check.STATUS: gettext("instrument not measuring"),
        Check.MISSING: gettext("nothing sent"),
        Check.BELOW_DETECTION: gettext("below detection"),
        Check.GROSS_RANGE: gettext("outside the possible"),
        Check.INSTRUMENT_RANGE: gettext("outside the instrument's range"),
        Check.SPIKE: gettext("sudden spike"),
        Check.RATE_OF_CHANGE: gettext("changes too fast"),
        Check.FLAT_LINE: gettext("does not move"),
        Check.TIMING: gettext("irregular timing"),
        Check.REPLACED: gettext("replaced an earlier value"),
    }
    found = [text for bit, text in checks.items() if quality & bit]
    if quality & LATE:
        found.append(gettext("arrived late"))
    level = {Flag.SUSPECT: gettext("suspect"), Flag.FAIL: gettext("refused"), Flag.MISSING: gettext("missing")}
    first = level.get(Flag(quality & FLAG_MASK)) if (quality & FLAG_MASK) in set(Flag) else None
    return (f"{first}: {', '.join(found)}" if found else first) if first else ", ".join(found)


def doubt(quality: int) -> str:
    """That a value is doubted, in one word; empty for a good one."""
    match quality & FLAG_MASK:
        case Flag.SUSPECT:
            return gettext("suspect")
        case Flag.FAIL:
            return gettext("refused")
    return ""


def status(code: int) -> str:
    """What the instrument said of itself (TT 10/2021); empty while it measures."""
    return {
        0: "",
        1: gettext("calibrating"),
        2: gettext("faulty"),
        3: gettext("under maintenance"),
    }.get(code, gettext("unknown status"))


def door(code: str) -> str:
    """Through which door a delivery came."""
    return {
        "ftp": "FTP",
        "http": "HTTP",
        "sweep": gettext("folder"),
        "upload": gettext("upload"),
        "command": gettext("command line"),
    }.get(code, code)


def file_name(door: str, name: str) -> str:
    """The name of a file a machine sent; of one that a person brought only that: such names may name people."""
    return name if door in ("ftp", "http", "sweep") else gettext("a file brought in by the staff")


def lacking(index: IndexNow) -> str:
    """What is missing for an index."""
    if not index.missing:
        return gettext("Not enough data for an index.")
    if index.scheme == "VN_AQI" and set(index.missing) == {"PM2.5", "PM10"}:
        return gettext("Not enough data for an index: it needs PM2.5 or PM10, and neither has a full hour.")
    return gettext("Not enough data for an index; missing: %(what)s.") % {"what": ", ".join(index.missing)}


def condition(station: StationNow, at: datetime) -> str:
    """What is to be said of a station that has no index to show; empty for one that has."""
    match station.condition:
        case "planned":
            return gettext("Planned, not built yet")
        case "suspended":
            return gettext("Suspended")
        case "retired":
            return gettext("Retired")
        case "never":
            return gettext("No data have arrived yet")
        case "silent":
            return silence(station, at)
        case "insufficient" if station.index:
            return lacking(station.index)
    return ""


def silence(station: StationNow, at: datetime) -> str:
    """Since when a station is silent; empty while any of its instruments speaks."""
    if station.silent_since is None or station.state != Thing.State.ACTIVE:
        return ""
    return gettext("Silent since %(when)s (%(age)s)") % {
        "when": figures.when(station.silent_since, at),
        "age": figures.age(at - station.silent_since),
    }


def clock(station: StationNow, at: datetime) -> str:
    """That its clock is wrong, when its newest files were held back for that."""
    if station.clock is None or station.state != Thing.State.ACTIVE:
        return ""
    return gettext("The station's clock is wrong: its file of %(when)s is held back") % {
        "when": figures.when(station.clock.received, at)
    }


def medium(station: StationNow) -> str:
    """The subject of a sentence about it."""
    if station.kind == Thing.Kind.AMBIENT_AIR:
        return gettext("Air at %(place)s") % {"place": station.place}
    if station.kind == Thing.Kind.SURFACE_WATER and station.river:
        return gettext("Water of the %(river)s at %(place)s") % {"river": station.river, "place": station.place}
    if station.kind == Thing.Kind.SURFACE_WATER:
        return gettext("Water at %(place)s") % {"place": station.place}
    return station.name


def reading(latest: Latest) -> str:
    """ "PM2.5 18,2 µg/Nm³"."""
    figure = figures.number(latest.value, latest.observed.decimals)
    return f"{short(latest.observed)} {figure} {figures.unit(latest.observed.unit)}".rstrip()
