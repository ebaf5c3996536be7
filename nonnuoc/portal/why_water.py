"""Step 2 of VN_WQI: the index of every parameter alone, the groups, and the product with its numbers filled in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext

from nonnuoc.domain import water, working
from nonnuoc.domain.index import Reason
from nonnuoc.look import figures, words
from nonnuoc.portal.why_air import filled
from nonnuoc.portal.why_case import Case
from nonnuoc.records.monitoring.lineage import Procedure, Source
from nonnuoc.records.monitoring.recomputing import Working


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of VN_WQI that is measured here."""

    code: str
    name: str
    figure: str  # empty: there is none
    unit: str
    link: str
    index: str
    formula: str
    leading: bool
    absent: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the Decision: what it brings to the index, and how."""

    name: str
    parameters: list[Parameter]
    term: str  # "mean 92.4", "share 0.95"; empty: not measured
    formula: str
    unmeasured: str  # codes of its other parameters


@dataclass(frozen=True, slots=True)
class Water:
    """The whole calculation."""

    groups: list[Group]
    product: str


def of(case: Case, found: Working) -> Water:
    """How an index of water comes about."""
    sub = found.index.sub[:, 0]
    place = {code: i for i, code in enumerate(found.index.parameters)}
    groups: Mapping[str, tuple[str, ...]] = found.table.data["groups"]
    parts = {group: sub[[place[code] for code in codes]] for group, codes in groups.items()}
    terms = {group: float(term) for group, term in water.terms(parts).items()}
    made = [_group(case, found, group, codes, parts[group], terms[group]) for group, codes in groups.items()]
    return Water(made, _product(terms, found.value))


def reason(found: Working) -> str:
    """Why there is no index; empty where there is one."""
    rule = found.table.data["minimum"]
    four = [code for code in found.table.data["groups"]["IV"] if not math.isnan(found.sub(code))]
    said = {"needed": rule["group_iv_parameters"], "have": len(four), "groups": rule["groups"]}
    return {
        Reason.NO_GROUP_IV: gettext(
            "The index needs at least %(needed)d parameters of group IV (organic matter and nutrients); here are"
            " %(have)d."
        )
        % said,
        Reason.NO_TEMPERATURE: gettext(
            "The index needs at least %(needed)d parameters of group IV; dissolved oxygen would be one, but counts only"
            " with the temperature of the water, which is missing."
        )
        % said,
        Reason.TOO_FEW_GROUPS: gettext("The index needs parameters of at least %(groups)d of the five groups.") % said,
    }.get(Reason(int(found.index.reason[0])), "")


def _group(case: Case, found: Working, name: str, codes: tuple[str, ...], parts: np.ndarray, term: float) -> Group:
    sources = _sources(case)
    there = parts[~np.isnan(parts)]
    listed = ", ".join(figures.number(float(one), 2) for one in there)
    if not there.size:
        said, formula = "", ""
    elif name in water.FIRST_THREE:
        said = gettext("share %(share)s") % {"share": figures.number(term, 3)}
        formula = gettext("geometric mean of %(numbers)s, divided by 100") % {"numbers": listed}
    else:
        said = gettext("mean %(mean)s") % {"mean": figures.number(term, 2)}
        formula = gettext("mean of %(numbers)s") % {"numbers": listed}
    return Group(
        name=name,
        parameters=[_parameter(case, found, sources[code]) for code in codes if code in sources],
        term=said,
        formula=formula,
        unmeasured=", ".join(code for code in codes if code not in sources),
    )


def _sources(case: Case) -> dict[str, Source]:
    """The datastream of each measured property that the index takes."""
    procedure = Procedure.SAMPLE if case.source.procedure == Procedure.WQI else Procedure.MEAN_1H
    found: dict[str, Source] = {}
    for source in case.streams.every:
        if source.procedure == procedure:
            found.setdefault(source.observed.code, source)
    return found


def _parameter(case: Case, found: Working, source: Source) -> Parameter:
    about = source.observed
    value, sub = found.values.get(about.code, math.nan), found.sub(about.code)
    curve, measure, decimals = found.table.data["curves"][about.code], value, about.decimals
    before = ""
    if about.code == "DO" and not math.isnan(value):
        measure = float(water.oxygen_saturation(value, found.values.get("Temp", math.nan), _saturation(found)))
        decimals, before = 1, _oxygen(found, measure)
    formula = filled(working.water_piece(measure, curve), measure, decimals)
    return Parameter(
        code=about.code,
        name=words.name(about),
        figure="" if math.isnan(value) else figures.number(value, about.decimals),
        unit=figures.unit(about.unit),
        link=case.link(source, case.time) if len(case.held.at(source.id, case.time)) else "",
        index="" if math.isnan(sub) else figures.number(sub, 2),
        formula=" ".join(part for part in (before, formula) if part),
        leading=about.code == found.leading,
        absent=gettext("not enough values") if math.isnan(sub) else "",
    )


def _saturation(found: Working) -> tuple[float, ...]:
    coefficients: tuple[float, ...] = found.table.data["oxygen_saturation"]
    return coefficients


def _oxygen(found: Working, percent: float) -> str:
    temperature = found.values.get("Temp", math.nan)
    if math.isnan(percent):
        return gettext("the temperature of the water is missing, so its saturation is not known")
    said = {"percent": figures.number(percent, 1), "temperature": figures.number(temperature, 1)}
    return gettext("%(percent)s %% of saturation at %(temperature)s °C;") % said


def _product(terms: Mapping[str, float], value: float) -> str:
    """The groups multiplied, with their numbers; empty where there is no index."""
    if math.isnan(value):
        return ""
    shares = [figures.number(terms[group], 3) for group in water.FIRST_THREE if not math.isnan(terms[group])]
    core = figures.number(terms["IV"], 2)
    if not math.isnan(terms["V"]):
        core = f"√({core} × {figures.number(terms['V'], 2)})"
    return f"VN_WQI = {' × '.join([*shares, core])} = {figures.number(value, 2)}"
