"""Steps 2 and 3 of a mean: the hours it is the mean of, how full each of them was, and the sum with its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils.translation import gettext

from nonnuoc.domain import working
from nonnuoc.look import figures, words
from nonnuoc.portal import why_values
from nonnuoc.portal.why_case import Case, local
from nonnuoc.records.monitoring import observations, recomputing
from nonnuoc.records.monitoring.lineage import Procedure, Source
from nonnuoc.records.monitoring.recomputing import HOUR, Hours

SUM_SHOWN = 12  # terms of a sum that are written out


@dataclass(frozen=True, slots=True)
class Hour:
    """One hourly mean."""

    end: datetime
    link: str
    figure: str
    completeness: int
    counts: why_values.Counts | None
    flags: str
    share: str  # of NowCast; empty elsewhere
    product: str
    known: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The hours behind one mean or NowCast."""

    code: str
    name: str
    what: str  # 24-hour mean, NowCast
    figure: str  # empty: there is none
    unit: str
    link: str
    hours: list[Hour]
    there: int  # hours that can be used
    of: int
    counts: why_values.Counts | None
    completeness: int
    weighed: bool
    formula: list[str]
    leading: bool = False


def table(case: Case, of: Hours, procedure: str, *, leading: bool = False, in_detail: bool = True) -> Table:
    """The mean of `procedure` that ends with the last of these hours; `in_detail`: with each of the hours."""
    width = recomputing.HOURS[Procedure(procedure)]
    window = of.last(width)
    source = case.streams.named(of.source.observed.code, procedure)
    about = of.source.observed
    weights = working.nowcast_weights(window.usable) if procedure == Procedure.NOWCAST else None
    value, completeness = computed(case, window, procedure)
    end = int(window.time[-1])
    found = recomputing.measured(case.streams, case.held, of.source, end - width * HOUR, end)
    return Table(
        code=about.code,
        name=words.short(about),
        what=words.procedure(procedure),
        figure="" if np.isnan(value) else figures.number(value, about.decimals),
        unit=figures.unit(about.unit),
        link="" if source is None or source.id == case.source.id else case.link(source, end),
        hours=_hours(case, window, weights) if in_detail else [],
        there=int((~np.isnan(window.usable)).sum()),
        of=width,
        counts=why_values.counts(found[0], found[1], width) if found else None,
        completeness=completeness,
        weighed=weights is not None,
        formula=_formula(window, procedure, value, weights),
        leading=leading,
    )


def computed(case: Case, window: Hours, procedure: str) -> tuple[float, int]:
    """(the mean anew, its completeness in percent), for the last of these hours."""
    width = recomputing.HOURS[Procedure(procedure)]
    if procedure == Procedure.NOWCAST:
        return recomputing.nowcast(window), round(100 * int((~np.isnan(window.usable)).sum()) / width)
    if procedure == Procedure.MEAN_1H:
        end = int(window.time[-1])
        found = recomputing.measured(case.streams, case.held, window.source, end - HOUR, end)
        if found is None:
            return float("nan"), 0
        mean = recomputing.mean_of_hour(*found)
        return float(mean.value[0]), int(mean.completeness[0])
    means = recomputing.rolling(window, width)
    return float(means.value[-1]), int(means.completeness[-1])


def _hours(case: Case, window: Hours, weights: working.Weights | None) -> list[Hour]:
    found = _counts(case, window)
    flags = {quality: words.flags(quality) for quality in set(window.quality.tolist())}
    decimals = window.source.observed.decimals
    made = []
    for i, (end, value, usable) in enumerate(
        zip(window.time.tolist(), window.value.tolist(), window.usable.tolist(), strict=True)
    ):
        share = float(weights.share[i]) if weights else 0.0
        stored = window.completeness[i] > 0 or not math.isnan(value)
        made.append(
            Hour(
                end=local(end),
                link=case.link(window.source, end) if stored and window.source.id != case.source.id else "",
                figure="" if math.isnan(value) else figures.number(value, decimals),
                completeness=int(window.completeness[i]),
                counts=found[i] if found else None,
                flags=flags[int(window.quality[i])] if stored else gettext("nothing usable arrived"),
                share=figures.number(100 * share, 1) if share else "",
                product=figures.number(share * usable, decimals + 1) if share else "",
                known=not math.isnan(usable),
            )
        )
    return made


def _counts(case: Case, window: Hours) -> list[why_values.Counts]:
    """Of each hour what became of its values, whichever instrument measured them; empty: there is none."""
    sources = case.streams.inputs(window.source, Procedure.RAW)
    if not sources:
        return []
    first, last = int(window.time[0]) - HOUR, int(window.time[-1])
    rows = observations.concat([case.held.of(source.id, first, last) for source in sources])
    cell = -(-(rows.time - first) // HOUR) - 1
    return why_values.counted(cell, rows, len(window.time), round(recomputing.expected(sources[0])))


def _formula(window: Hours, procedure: str, value: float, weights: working.Weights | None) -> list[str]:
    """How the number comes about, with the numbers filled in."""
    about = window.source.observed
    unit = figures.unit(about.unit)
    if weights is not None:
        return _nowcast(weights, value, about.decimals, unit)
    if procedure == Procedure.MEAN_1H or np.isnan(value):
        return []
    return [_sum(window.usable[~np.isnan(window.usable)], value, about.decimals, unit)]


def of_values(source: Source, used: np.ndarray, value: float) -> str:
    """The sum of an hour's values."""
    return _sum(used, value, source.observed.decimals, figures.unit(source.observed.unit))


def _sum(used: np.ndarray, value: float, decimals: int, unit: str) -> str:
    if not used.size or np.isnan(value):
        return ""
    terms = [figures.number(float(one), decimals) for one in used]
    over = " + ".join(terms) if len(terms) <= SUM_SHOWN else figures.number(float(used.sum()), decimals + 1)
    top = f"({over})" if 1 < len(terms) <= SUM_SHOWN else over
    return f"{top} ÷ {len(terms)} = {figures.number(value, decimals + 2)} {unit}".rstrip()


def _nowcast(weights: working.Weights, value: float, decimals: int, unit: str) -> list[str]:
    low, high = (figures.number(one, decimals) for one in (weights.lowest, weights.highest))
    ratio = figures.number(weights.lowest / weights.highest if weights.highest else 1.0, 3)
    lines = [
        gettext("Cmin = %(low)s and Cmax = %(high)s %(unit)s of the 12 hours; Cmin ÷ Cmax = %(ratio)s.")
        % {"low": low, "high": high, "unit": unit, "ratio": ratio},
        gettext(
            "The weight w is that, but no less than 0.5: w = %(w)s. An hour counts w times as much as the next one."
        )
        % {"w": figures.number(weights.factor, 3)},
    ]
    if not np.isnan(value):
        said = {"value": figures.number(value, decimals + 2), "unit": unit}
        lines.append(gettext("NowCast is the sum of every hour times its share: %(value)s %(unit)s.") % said)
    return lines
