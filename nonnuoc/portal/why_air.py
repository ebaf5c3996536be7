"""Step 2 of VN_AQI: the index of every parameter alone, with the formula of the Decision and its numbers filled in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.domain import working
from nonnuoc.domain.index import Reason
from nonnuoc.look import figures, words
from nonnuoc.portal import why_mean
from nonnuoc.portal.why_case import Case, local
from nonnuoc.records.monitoring import recomputing
from nonnuoc.records.monitoring.lineage import Procedure
from nonnuoc.records.monitoring.recomputing import Concentration, Working
from nonnuoc.records.monitoring.selectors import Property


@dataclass(frozen=True, slots=True)
class Use:
    """A concentration a parameter is judged by."""

    what: str  # NowCast, highest 1-hour mean of the day
    figure: str  # empty: there is none
    unit: str
    time: datetime | None  # of which hour it is, where that is not the number's own
    link: str
    between: str  # the pair of breakpoints it lies between
    formula: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of VN_AQI."""

    code: str
    index: str  # empty: none
    uses: list[Use]
    leading: bool
    absent: str  # why there is none


def parameters(case: Case, found: Working) -> list[Parameter]:
    """Every parameter the Decision names, in its order."""
    return [_parameter(case, found, code) for code in found.index.parameters]


def tables(case: Case, found: Working) -> list[why_mean.Table]:
    """The means behind the concentrations, the leading parameter's first; of a single hour only where it leads."""
    made = []
    for code, uses in found.inputs.items():
        for procedure in dict.fromkeys(one.procedure for one in uses):
            procedure = Procedure.MEAN_24H if case.source.procedure == Procedure.AQI_24H else procedure
            leads = code == found.leading or (not found.leading and code in recomputing.PARTICLES)
            made.append(why_mean.table(case, found.hours[code], procedure, leading=leads, in_detail=leads))
    unique = {(one.name, one.what): one for one in made}
    return sorted(unique.values(), key=lambda one: not one.leading)


def reason(found: Working) -> str:
    """Why there is no index; empty where there is one."""
    needed = figures.number(recomputing.threshold())
    both = " / ".join(found.table.data["one_of"])
    return {
        Reason.NO_PARTICLES: gettext(
            "The Decision gives no index without %(particles)s, and for this time there is neither."
        )
        % {"particles": both},
        Reason.PARTICLES_TOO_FEW: gettext(
            "There are values of %(particles)s, but too few: NowCast needs two of the last three hours, a day needs"
            " %(needed)s %% of its hours."
        )
        % {"particles": both, "needed": needed},
    }.get(Reason(int(found.index.reason[0])), "")


def _parameter(case: Case, found: Working, code: str) -> Parameter:
    sub = found.sub(code)
    uses = [_use(case, found.table, found.hours[code].source.observed, one) for one in found.inputs.get(code, ())]
    absent = ""
    if not uses:
        absent = gettext("not measured at this station")
    elif math.isnan(sub):
        absent = gettext("not enough values")
    index = "" if math.isnan(sub) else figures.number(sub, 2)
    return Parameter(code, index, uses, code == found.leading, absent)


def _use(case: Case, table: rules.Table, about: Property, one: Concentration) -> Use:
    breakpoints, levels = table.data["breakpoints"][one.column], table.data["levels"]
    piece = working.air_piece(one.value, breakpoints, levels)
    source = case.streams.named(about.code, one.procedure)
    return Use(
        what=_what(case, one),
        figure="" if math.isnan(one.value) else figures.number(one.value, about.decimals),
        unit=figures.unit(about.unit),
        time=local(one.time) if one.time is not None and one.time != case.time else None,
        link=case.link(source, one.time),
        between=_between(piece),
        formula=filled(piece, one.value, about.decimals),
    )


def _what(case: Case, one: Concentration) -> str:
    said = words.procedure(one.procedure)
    if case.source.procedure == Procedure.AQI_24H and one.procedure != Procedure.MEAN_24H:
        return gettext("the day's highest %(mean)s") % {"mean": said}
    return said


def _between(piece: working.Piece | None) -> str:
    if piece is None or piece.is_level:
        return ""
    return gettext("between the breakpoints %(low)s and %(high)s, which stand for %(from)s and %(to)s") % {
        "low": plain(piece.x0),
        "high": plain(piece.x1),
        "from": plain(piece.y0),
        "to": plain(piece.y1),
    }


def filled(piece: working.Piece | None, value: float, decimals: int) -> str:
    """(I2 - I1) / (BP2 - BP1) · (C - BP1) + I1, with its numbers; the level beyond the end of a curve."""
    if piece is None:
        return ""
    if piece.is_level:
        if math.isinf(piece.x1):
            return gettext("over %(end)s: %(index)s") % {"end": plain(piece.x0), "index": plain(piece.y0)}
        if math.isinf(piece.x0):
            return gettext("up to %(end)s: %(index)s") % {"end": plain(piece.x1), "index": plain(piece.y0)}
        said = {"low": plain(piece.x0), "high": plain(piece.x1), "index": plain(piece.y0)}
        return gettext("from %(low)s to %(high)s: %(index)s") % said
    result = (piece.y1 - piece.y0) / (piece.x1 - piece.x0) * (value - piece.x0) + piece.y0
    slope = f"({plain(piece.y1)} − {plain(piece.y0)}) ÷ ({plain(piece.x1)} − {plain(piece.x0)})"
    return (
        f"{slope} × ({figures.number(value, decimals + 2)} − {plain(piece.x0)}) + {plain(piece.y0)}"
        f" = {figures.number(result, 2)}"
    )


def plain(value: float) -> str:
    """A number of a table, as it is printed there."""
    return figures.number(value, len(f"{value:.10g}".partition(".")[2]))
