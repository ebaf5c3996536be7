"""Categories and limits in the words of the law, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext

from nonnuoc import rules
from nonnuoc.domain import limits as domain
from nonnuoc.records.monitoring.models import Datastream, Thing

Procedure = Datastream.Procedure
TABLES = {"VN_AQI": ("vn_aqi", "aqi"), "VN_WQI": ("vn_wqi", "wqi")}
#: Which limit judges which stream; single values are compared with none.
AVERAGING = {Procedure.MEAN_1H: "1h", Procedure.MEAN_8H: "8h", Procedure.MEAN_24H: "24h"}


@dataclass(frozen=True, slots=True)
class Category:
    """One class of an index. `css` names its colour, `rank` (1 best .. 6) its shape."""

    css: str
    rank: int
    low: int
    high: int
    word: str
    health: str
    advice: str
    sensitive: str
    use: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a document, in the property's unit."""

    averaging: str  # 1h, 8h, 24h, year; empty: any single value
    value: float
    unit: str
    document: str
    since: date  # the day from which this number holds

    @property
    def averaging_words(self) -> str:
        return {
            "1h": gettext("1-hour mean"),
            "8h": gettext("8-hour mean"),
            "24h": gettext("24-hour mean"),
            "year": gettext("yearly mean"),
        }.get(self.averaging, "")


@dataclass(frozen=True, slots=True)
class Span:
    """A limit, and from when to when it held."""

    limit: Limit
    since: datetime
    until: datetime


def words(entry: Any, field: str) -> str:
    """The field in the reader's language; Vietnamese where there is no other."""
    return str(entry.get(f"{field}_{get_language()}") or entry.get(f"{field}_vi") or "")


def categories(scheme: str, on: date) -> tuple[Category, ...]:
    """The classes of VN_AQI or VN_WQI, the best first."""
    return _categories(scheme, on, get_language())


@lru_cache(maxsize=64)
def _categories(scheme: str, on: date, _language: str | None) -> tuple[Category, ...]:
    name, css = TABLES[scheme]
    found = rules.load(name, on=on).data["category"]
    return tuple(
        Category(
            css=f"{css}-{rank}",
            rank=rank,
            low=entry["min"],
            high=entry["max"],
            word=words(entry, "name"),
            health=words(entry, "health"),
            advice=words(entry, "advice"),
            sensitive=words(entry, "advice_sensitive"),
            use=words(entry, "use"),
        )
        for rank, entry in enumerate(found, start=1)
    )


def category(scheme: str, value: int, on: date) -> Category:
    """The class of an index value; beyond the last bound, the last class."""
    found = categories(scheme, on)
    within = (one for one in found if one.low <= value <= one.high)
    return next(within, None) or max(found, key=lambda one: one.high)


def decision(scheme: str, on: date) -> tuple[str, str]:
    """Number and address of the Decision behind an index."""
    table = rules.load(TABLES[scheme][0], on=on)
    return table.number, table.url


def limits(kind: str, property_code: str, on: date) -> list[Limit]:
    """What the law allows of a property at this kind of station, the shortest averaging first."""
    table = _document(kind)
    return _limits(rules.load(table, on=on), property_code) if table else []


def limits_between(kind: str, property_code: str, since: datetime, until: datetime) -> list[Span]:
    """What the law allowed of it from `since` to `until`: a limit that changed on a day is two spans."""
    table = _document(kind)
    spans: dict[Limit, Span] = {}
    for period in rules.periods(table) if table else ():
        begins = max(since, _midnight(period.since))
        ends = min(until, _midnight(period.until + timedelta(days=1))) if period.until else until
        if begins >= ends:
            continue
        for limit in _limits(period.table, property_code):
            held = spans.get(limit)
            spans[limit] = Span(limit, held.since if held else begins, ends)
    return list(spans.values())


def _document(kind: str) -> str | None:
    return {Thing.Kind.AMBIENT_AIR: "qcvn05", Thing.Kind.SURFACE_WATER: "qcvn08"}.get(Thing.Kind(kind))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _limits(document: rules.Table, property_code: str) -> list[Limit]:
    if not document.is_law:
        return []
    bounds = domain.limits(document.data, property_code)
    return [
        Limit(one.averaging, one.maximum, one.unit, document.number, one.valid_from or document.valid_from)
        for one in bounds
        if one.maximum is not None and not one.grade  # which class a water belongs to, no register says yet
    ]
