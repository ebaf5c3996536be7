"""What our columns mean in the words of SensorThings: units, procedures, windows; and CASE expressions of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nonnuoc.domain.quality import Flag
from nonnuoc.records.monitoring.models import Datastream

Procedure = Datastream.Procedure
HOUR_S = 3600

RAW = (Procedure.RAW, Procedure.SAMPLE)
MEANS = (Procedure.MEAN_1H, Procedure.MEAN_8H, Procedure.MEAN_24H, Procedure.NOWCAST)
INDICES = (Procedure.AQI_1H, Procedure.AQI_24H, Procedure.WQI, Procedure.WQI_1H)
#: Seconds of the window that ends at the time of a value; what is not here is of an instant.
WINDOWS_S: Mapping[str, int] = {
    Procedure.MEAN_1H: HOUR_S,
    Procedure.MEAN_8H: 8 * HOUR_S,
    Procedure.MEAN_24H: 24 * HOUR_S,
    Procedure.NOWCAST: 12 * HOUR_S,
    Procedure.AQI_1H: HOUR_S,
    Procedure.AQI_24H: 24 * HOUR_S,
    Procedure.WQI_1H: HOUR_S,
}
#: What follows the name of the property in the name of a datastream.
PROCEDURES: Mapping[str, str] = {
    Procedure.RAW: "",
    Procedure.SAMPLE: ", samples",
    Procedure.MEAN_1H: ", hourly mean",
    Procedure.MEAN_8H: ", 8-hour mean",
    Procedure.MEAN_24H: ", 24-hour mean",
    Procedure.NOWCAST: ", NowCast",
    Procedure.AQI_1H: ", hourly",
    Procedure.AQI_24H: ", daily",
    Procedure.WQI: ", samples",
    Procedure.WQI_1H: ", hourly, indicative",
}
FLAGS: Mapping[int, str] = {int(flag): flag.name.lower() for flag in Flag}

#: unit → (its name, its entry in QUDT where there is one for exactly this)
UNITS: Mapping[str, tuple[str, str]] = {
    "-": ("dimensionless", "http://qudt.org/vocab/unit/UNITLESS"),
    "%": ("percent", "http://qudt.org/vocab/unit/PERCENT"),
    "%V": ("percent of volume", ""),
    "MPN/100mL": ("most probable number in 100 millilitres", ""),
    "NTU": ("nephelometric turbidity unit", "http://qudt.org/vocab/unit/NTU"),
    "Pt-Co": ("platinum-cobalt colour unit", ""),
    "kPa": ("kilopascal", "http://qudt.org/vocab/unit/KiloPA"),
    "m": ("metre", "http://qudt.org/vocab/unit/M"),
    "mm": ("millimetre", "http://qudt.org/vocab/unit/MilliM"),
    "m3/h": ("cubic metre per hour", "http://qudt.org/vocab/unit/M3-PER-HR"),
    "mg/L": ("milligram per litre", "http://qudt.org/vocab/unit/MilliGM-PER-L"),
    "µg/L": ("microgram per litre", "http://qudt.org/vocab/unit/MicroGM-PER-L"),
    "mg/Nm3": ("milligram per normal cubic metre", ""),
    "µg/Nm3": ("microgram per normal cubic metre", ""),
    "°C": ("degree Celsius", "http://qudt.org/vocab/unit/DEG_C"),
    "µS/cm": ("microsiemens per centimetre", "http://qudt.org/vocab/unit/MicroS-PER-CentiM"),
}
UNIT_NAMES = {unit: name for unit, (name, _) in UNITS.items()}
UNIT_DEFINITIONS = {unit: definition for unit, (_, definition) in UNITS.items() if definition}


def cases(sql: str, meaning: Mapping[Any, Any], *, fallback: str = "NULL") -> str:
    """A CASE expression: what each value of `sql` means."""
    told = " ".join(f"WHEN {literal(one)} THEN {literal(means)}" for one, means in meaning.items())
    return f"CASE {sql} {told} ELSE {fallback} END"


def listed(some: Iterable[str]) -> str:
    """Texts with commas between them."""
    return ", ".join(map(literal, some))


def literal(given: Any) -> str:
    """Of ours, never a caller's: what a format string and %s would take amiss is refused."""
    if isinstance(given, int):
        return str(given)
    plain = str(given)
    if any(sign in plain for sign in "'{}"):
        raise ValueError(f"{plain!r} cannot stand in SQL as it is")
    return "'" + plain.replace("%", "%%") + "'"
