"""How VN_AQI and VN_WQI are computed: the tables of the two Decisions, as they are computed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.look import figures, law
from nonnuoc.portal import substances
from nonnuoc.portal.sources import exact
from nonnuoc.records.monitoring import formulas
from nonnuoc.records.monitoring.models import Thing


@dataclass(frozen=True, slots=True)
class Air:
    """VN_AQI."""

    table: rules.Table
    unit: str
    columns: list[str]  # what is looked up, in words
    rows: list[tuple[str, list[str]]]  # (index, concentration of each column)
    inputs: list[tuple[str, str, str]]  # (parameter, what of it enters the index of an hour, of a day)
    one_of: str
    nowcast: Mapping[str, Any]
    categories: tuple[law.Category, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """From a value to the index of one parameter."""

    name: str
    unit: str
    points: list[tuple[str, str]]  # (value, index)


@dataclass(frozen=True, slots=True)
class Water:
    """VN_WQI."""

    table: rules.Table
    groups: list[tuple[str, list[Curve]]]
    minimum: Mapping[str, Any]
    saturation: str
    conflicts: list[tuple[str, str]]
    categories: tuple[law.Category, ...]


def air(on: date) -> Air:
    """The tables of VN_AQI in force."""
    table = rules.load("vn_aqi", on=on)
    data = table.data
    points = data["breakpoints"]
    return Air(
        table=table,
        unit=figures.unit(data["unit"]),
        columns=[_column(code) for code in points],
        rows=[
            (exact(level), [exact(column[i]) for column in points.values()]) for i, level in enumerate(data["levels"])
        ],
        inputs=[(code, _enters(code, on_hour=True), _enters(code, on_hour=False)) for code in data["daily"]],
        one_of=gettext(" or ").join(data["one_of"]),
        nowcast={**data["nowcast"], "weight_floor": exact(data["nowcast"]["weight_floor"])},
        categories=tuple(law.categories("VN_AQI", on)),
    )


def water(on: date) -> Water:
    """The tables of VN_WQI in force."""
    table = rules.load("vn_wqi", on=on)
    data = table.data
    units = {one["code"]: one["unit"] for one in rules.load("properties", on=on).data["property"]}
    groups = [
        (group, [_curve(code, data["curves"][code], units, on) for code in codes if code in data["curves"]])
        for group, codes in data["groups"].items()
    ]
    return Water(
        table=table,
        groups=groups,
        minimum=data["minimum"],
        saturation=_polynomial(data["oxygen_saturation"]),
        conflicts=[(one["about"], law.words(one, "says")) for one in data["conflict"]],
        categories=tuple(law.categories("VN_WQI", on)),
    )


def means(on: date) -> list[tuple[str, list[str]]]:
    """(property, the means that are computed of it at an air station beside the hourly one)."""
    said = {
        "nowcast": "NowCast",
        "mean_8h": gettext("8-hour mean"),
        "mean_24h": gettext("24-hour mean"),
    }
    kind = Thing.Kind.AMBIENT_AIR
    return [(substances.name(code, kind, on), [said[one] for one in some]) for code, some in formulas.AIR_MEANS.items()]


def _column(code: str) -> str:
    name, _, hours = code.partition("_")
    words = {"1h": gettext("1-hour mean"), "8h": gettext("8-hour mean")}
    return f"{name} ({words[hours]})" if hours else name


def _enters(code: str, *, on_hour: bool) -> str:
    if code.startswith("PM"):
        return "NowCast" if on_hour else gettext("24-hour mean")
    if on_hour:
        return gettext("1-hour mean")
    highest = gettext("the day's highest 1-hour mean")
    return gettext("the day's highest 1-hour and 8-hour mean; the larger index counts") if code == "O3" else highest


def _curve(code: str, curve: Mapping[str, Any], units: Mapping[str, str], on: date) -> Curve:
    if "limit" in curve:
        points = [
            (f"≤ {exact(curve['limit'])}", exact(curve["within"])),
            (f"> {exact(curve['limit'])}", exact(curve["beyond"])),
        ]
    else:
        first, last = curve["bp"][0], curve["bp"][-1]
        points = [(exact(bp), exact(q)) for bp, q in zip(curve["bp"], curve["q"], strict=True)]
        points = [(f"< {exact(first)}", exact(curve["below"])), *points, (f"> {exact(last)}", exact(curve["above"]))]
    unit = gettext("percent of saturation") if code == "DO" else figures.unit(units.get(code, ""))
    return Curve(substances.name(code, Thing.Kind.SURFACE_WATER, on), unit, points)


def _polynomial(coefficients: tuple[float, ...]) -> str:
    powers = ("", "·T", "·T²", "·T³")
    parts = [f"{'−' if c < 0 else '+'} {exact(abs(c))}{power}" for c, power in zip(coefficients, powers, strict=True)]
    return " ".join(parts).removeprefix("+ ")
