"""The rule tables behind the numbers, with where each comes from and how sure it is; and limits with their dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.domain import limits as domain
from nonnuoc.look import figures
from nonnuoc.portal import substances
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.rules.table import Evidence

#: Which documents limit what is measured, and at which kind of station.
LIMITS = (("qcvn05", Thing.Kind.AMBIENT_AIR), ("qcvn08", Thing.Kind.SURFACE_WATER))


@dataclass(frozen=True, slots=True)
class Source:
    """A table of one document."""

    key: str  # the anchor: the name of its file and the day it holds from
    title: str
    number: str
    article: str
    issued: str
    since: str  # empty: since ever
    until: str  # empty: still in force
    url: str
    retrieved: str
    evidence: str  # in words
    is_law: bool
    in_force: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """A limit, with the days it holds."""

    code: str
    name: str
    of: str  # the averaging time, or the kind of water and its class
    bound: str
    unit: str
    since: date
    until: date | None
    state: str  # in force, ended, coming; in words
    in_force: bool


@dataclass(frozen=True, slots=True)
class Document:
    """All limits of one document."""

    key: str
    table: rules.Table
    allowed: list[Allowed]
    withheld: int  # numbers that are only remembered: they stand nowhere on these pages

    @property
    def changing(self) -> list[Allowed]:
        """Those that have ended or are to come."""
        return [one for one in self.allowed if not one.in_force]


def sources(on: date) -> list[Source]:
    """Every table there is, law before our own conventions, each version for itself."""
    found = [_source(table, on) for name in rules.names() for table in _versions(name)]
    return sorted(found, key=lambda one: (not one.is_law, one.key))


def evidence(mark: Evidence) -> str:
    """How sure a number is, in words."""
    return {
        Evidence.VERIFIED: gettext("law: read in the text itself"),
        Evidence.SECONDARY: gettext("law: after somebody who quotes the text"),
        Evidence.PREDECESSOR: gettext("from the regulation that this one replaced"),
        Evidence.MEMORY: gettext("remembered, not seen: withheld"),
        Evidence.NOT_FOUND: gettext("looked for and not found: withheld"),
        Evidence.CONVENTION: gettext("our own convention, not law"),
    }[mark]


def documents(on: date) -> list[Document]:
    """The limits of every document, those that ended and those to come among them."""
    return [_document(name, kind, on) for name, kind in LIMITS]


def day(moment: date) -> str:
    """dd/mm/yyyy."""
    return f"{moment:%d/%m/%Y}"


def _versions(name: str) -> list[rules.Table]:
    return list({period.table.valid_from: period.table for period in rules.periods(name)}.values())


def _source(table: rules.Table, on: date) -> Source:
    ends = table.valid_to
    return Source(
        key=f"{table.name}-{table.valid_from:%Y%m%d}",
        title=table.title,
        number=table.number,
        article=table.article,
        issued=day(table.issued),
        since="" if table.valid_from.year <= 1900 else day(table.valid_from),
        until=day(ends) if ends else "",
        url=table.url,
        retrieved=day(table.retrieved),
        evidence=evidence(table.evidence),
        is_law=table.is_law,
        in_force=table.valid_from <= on and (ends is None or on <= ends),
    )


def _document(name: str, kind: str, on: date) -> Document:
    spans: dict[domain.Limit, tuple[date, date | None]] = {}
    for period in rules.periods(name):
        for limit in _limits(period.table.data):
            held = spans.get(limit)
            spans[limit] = (held[0] if held else period.since, period.until)
    table = rules.find(name, on) or rules.periods(name)[-1].table
    allowed = [_allowed(limit, kind, *span, on) for limit, span in spans.items()]
    allowed.sort(key=lambda one: (one.name.casefold(), one.of, one.since))
    withheld = len(list(_limits(table.data_with_unverified))) - len(list(_limits(table.data)))
    return Document(name, table, allowed, withheld)


def _limits(data: Mapping[str, Any]) -> Iterator[domain.Limit]:
    return (domain.Limit(**entry) for entry in data["limit"])


def _allowed(limit: domain.Limit, kind: str, since: date, until: date | None, on: date) -> Allowed:
    ended, coming = until is not None and until < on, since > on
    if ended:
        state = gettext("ended")
    elif coming:
        state = gettext("from %(day)s on") % {"day": day(since)}
    else:
        ends = {"day": day(until)} if until else {}
        state = gettext("in force until %(day)s") % ends if until else gettext("in force")
    return Allowed(
        code=limit.property,
        name=substances.name(limit.property, kind, on),
        of=_of(limit),
        bound=_bound(limit),
        unit="" if limit.not_detectable else figures.unit(limit.unit),
        since=since,
        until=until,
        state=state,
        in_force=not (ended or coming),
    )


def _of(limit: domain.Limit) -> str:
    averaging = {
        "1h": gettext("1-hour mean"),
        "8h": gettext("8-hour mean"),
        "24h": gettext("24-hour mean"),
        "year": gettext("yearly mean"),
    }.get(limit.averaging, "")
    water = {"river": gettext("rivers, streams, canals"), "lake": gettext("lakes, ponds, lagoons")}.get(limit.water, "")
    grade = gettext("class %(grade)s") % {"grade": limit.grade} if limit.grade else ""
    return averaging or ", ".join(part for part in (water, grade) if part) or gettext("every water")


def _bound(limit: domain.Limit) -> str:
    if limit.not_detectable:
        return gettext("not detectable")
    low, high = limit.minimum, limit.maximum
    if low is not None and high is not None:
        said = f"{exact(low)} – {exact(high)}"
    elif high is not None:
        said = f"≤ {exact(high)}"
    elif low is not None:
        said = f"≥ {exact(low)}"
    else:
        parts = [f"< {exact(limit.below)}"] if limit.below is not None else []
        parts += [f"> {exact(limit.above)}"] if limit.above is not None else []
        said = gettext(" or ").join(parts)
    waste = {"no floating trash": gettext("no floating waste"), "floating trash": gettext("floating waste")}
    return f"{said}; {waste.get(limit.condition, limit.condition)}" if limit.condition else said


def exact(value: float) -> str:
    """The number as the document has it, with all its decimals and no more; a dash for NaN."""
    text = f"{value:.10f}".rstrip("0")
    return figures.number(value, len(text.partition(".")[2]))
