"""Step 6: the documents a number follows, and the limits its values were checked with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.domain import qc, qc_limits
from nonnuoc.look import figures, words
from nonnuoc.portal.why_case import INDICES, Case
from nonnuoc.records.monitoring import lineage, recomputing
from nonnuoc.records.monitoring.lineage import Procedure, Source
from nonnuoc.rules import Evidence

QCVN = {"ambient_air": "qcvn05", "surface_water": "qcvn08"}
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Rule:
    """A document, or a convention that is none."""

    what: str  # what it is used for here
    table: rules.Table
    evidence: str
    sections: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit of a quality check."""

    check: str
    suspect: str
    refused: str
    own: date | None  # set for this instrument alone, since that day


@dataclass(frozen=True, slots=True)
class Checks:
    """The limits one instrument's values were checked with."""

    name: str
    unit: str
    sensor: str
    thresholds: list[Threshold]


def documents(case: Case, *, limited: bool) -> list[Rule]:
    """Every table the number follows, the one that defines it first."""
    procedure, found = case.source.procedure, []
    if case.working is not None:
        found.append(_rule(gettext("how the index is computed"), case.working.table))
    elif procedure == Procedure.NOWCAST and (table := rules.find("vn_aqi", on=case.day)):
        found.append(_rule(gettext("how NowCast is computed"), table))
    if procedure not in (*recomputing.MEASURED, Procedure.WQI):
        found.append(_rule(gettext("how much of a window must be there"), rules.load("averaging", on=case.day)))
    if limited:
        found.append(_rule(gettext("the limit"), rules.load(QCVN[case.station.kind], on=case.day)))
    found.append(_rule(gettext("how values are checked"), rules.load("qc", on=case.day)))
    if procedure not in (Procedure.SAMPLE, Procedure.WQI) and (table := rules.find("tt10", on=case.day)):
        found.append(_rule(gettext("how stations write their files"), table))
    return found


def checks(case: Case, sources: list[Source]) -> list[Checks]:
    """The limits the values of these instruments were checked with at that time. One query."""
    own = lineage.thresholds([source.id for source in sources], case.moment)
    data = rules.load("qc", on=case.day).data
    made = []
    for source in sources:
        mine = own.get(source.id, {})
        limits = qc_limits.thresholds(data, [_stream(case, source, {n: t.value for n, t in mine.items()})])
        since = {name: one.valid_from.date() for name, one in mine.items()}
        rows = _rows({name: float(getattr(limits, name)[0]) for name in qc.NAMES}, since, source)
        if rows:
            made.append(Checks(words.name(source.observed), figures.unit(source.observed.unit), source.sensor, rows))
    return made


def registered(case: Case) -> str:
    """The document the datastream was registered with, where the one of the day is another; empty else."""
    number = str(case.source.rule.get("number", ""))
    now = case.working.table.number if case.working else number
    return number if case.source.procedure in INDICES and number and number != now else ""


def _rule(what: str, table: rules.Table) -> Rule:
    said = {
        Evidence.VERIFIED: gettext("read in the text itself"),
        Evidence.SECONDARY: gettext("from someone who quotes the text"),
        Evidence.PREDECESSOR: gettext("from the regulation before this one"),
        Evidence.CONVENTION: gettext("our own convention, not law"),
    }
    return Rule(what, table, said.get(table.evidence, gettext("not verified")), f"{table.name}.toml")


def _stream(case: Case, source: Source, own: dict[str, float]) -> qc_limits.Stream:
    return qc_limits.Stream(
        property=source.observed.code,
        kind=case.station.kind,
        interval_s=source.interval_s or math.nan,
        instrument_min=math.nan if source.range_min is None else source.range_min,
        instrument_max=math.nan if source.range_max is None else source.range_max,
        own=own,
    )


def _rows(limits: dict[str, float], since: dict[str, date], source: Source) -> list[Threshold]:
    """The limits that are applied, in the order of the checks."""

    def number(name: str) -> str:
        value = limits[name]
        return "" if math.isnan(value) else figures.number(value, 0 if value == int(value) else 2)

    def hours(name: str) -> str:
        value = limits[name] / HOUR_S
        return (
            ""
            if math.isnan(value)
            else gettext("%(n)s hours") % {"n": figures.number(value, 0 if value == int(value) else 1)}
        )

    def between(low: str, high: str) -> str:
        ends = {"low": number(low), "high": number(high)}
        if not ends["low"] and not ends["high"]:
            return ""
        if not ends["low"]:
            return gettext("over %(high)s") % ends
        return gettext("under %(low)s or over %(high)s") % ends if ends["high"] else gettext("under %(low)s") % ends

    def more(name: str, text: str) -> str:
        return gettext("over %(high)s") % {"high": text} if not math.isnan(limits[name]) else ""

    per_hour = gettext("per hour")
    rows = [
        (gettext("physically possible"), "", between("gross_min", "gross_max"), ("gross_min", "gross_max")),
        (
            gettext("the instrument's range"),
            "",
            between("instrument_min", "instrument_max"),
            ("instrument_min", "instrument_max"),
        ),
        (
            gettext("stands out from both neighbours"),
            more("spike_suspect", number("spike_suspect")),
            more("spike_fail", number("spike_fail")),
            ("spike_suspect", "spike_fail"),
        ),
        (
            gettext("changes too fast"),
            more("rate_suspect", f"{number('rate_suspect')} {per_hour}"),
            more("rate_fail", f"{number('rate_fail')} {per_hour}"),
            ("rate_suspect", "rate_fail"),
        ),
        (
            gettext("does not move"),
            hours("flat_suspect_s"),
            hours("flat_fail_s"),
            ("flat_suspect_s", "flat_fail_s", "flat_tolerance"),
        ),
    ]
    return [
        Threshold(check, suspect, refused, max((since[n] for n in names if n in since), default=None))
        for check, suspect, refused, names in rows
        if suspect or refused
    ]
