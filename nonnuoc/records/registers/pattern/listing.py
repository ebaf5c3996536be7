"""Lists of a register: what was asked for, and the page of entries that answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Count, F, Max, Q, QuerySet, When
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.pattern import fields, lexemes, reading, searching
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.register import Register, Shape

ON_A_PAGE = 50
EVERYWHERE = ("commune", "office", "data_class")  # filters of every register
UNKNOWN = "-"  # as a filter's value: those where it is not known


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for; `faults` has what could not be understood: field -> sentence."""

    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)  # field -> value; of dates field_from, field_to
    box: tuple[float, float, float, float] | None = None  # west, south, east, north
    placed: bool | None = None  # only those whose place is known, or is not
    withdrawn: bool = False
    sort: str = "code"  # a column, or one with a minus before it
    page: int = 1
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    entries: Sequence[Any]
    count: int  # of all that match
    unplaced: int  # of these, how many whose place is not known
    number: int
    pages: int


def sortable(register: Register) -> tuple[str, ...]:
    """The columns a list can be sorted by."""
    return ("code", "name", *(name for name in register.listed if name not in register.internal), "commune", "changed")


def asked(register: Register, query: Mapping[str, str]) -> Asked:
    """What a query string asks for. What it gets wrong is left out and told in `faults`."""
    filters, faults = {}, {}
    for name in (*EVERYWHERE, *register.filters):
        for key in (f"{name}_from", f"{name}_to") if fields.kind(register, name) in (Kind.DATE, Kind.TIME) else (name,):
            if value := query.get(key, "").replace("\x00", "").strip():
                try:
                    _understood(register, key, name, value)
                    filters[key] = value
                except ValidationError as error:
                    faults[key] = error.messages[0]
    box, page = query.get("bbox", ""), query.get("page", "")
    sort = query.get("sort", "code")
    return Asked(
        text=query.get("q", "").replace("\x00", "").strip()[:200],
        filters=filters,
        box=_box(box, faults),
        placed={"yes": True, "no": False}.get(query.get("placed", "")),
        withdrawn=query.get("withdrawn") == "yes",
        sort=sort if sort.removeprefix("-") in sortable(register) else "code",
        page=min(int(page), 100_000) if page.isascii() and page.isdigit() and page != "0" else 1,
        faults=faults,
    )


def page(register: Register, rights: Rights, asked: Asked) -> Page:
    """The entries of one page, and how many there are in all; two queries, whatever is asked."""
    found = matching(register, rights, asked)
    count, unplaced = _counted(register, rights, found)
    pages = max(1, -(-count // ON_A_PAGE))
    number = min(asked.page, pages)
    first = (number - 1) * ON_A_PAGE
    way, column = ("-", asked.sort[1:]) if asked.sort.startswith("-") else ("", asked.sort)
    code = by_code(register, asked)
    by = code if column == "code" else _order(register, rights, column)
    entries = _some(register, found, by, code, down=bool(way), first=first, count=count)
    return Page(entries, count, unplaced, number, pages)


def _some(
    register: Register, found: QuerySet[Any], by: Any, code: Any, *, down: bool, first: int, count: int
) -> Sequence[Any]:
    """The entries of a page, from the `first` one on; one query.

    Which ones they are is found out among ids alone, so that what they refer to is joined to fifty rows and not to all
    of them; and from the end where that is nearer.
    """
    last = min(first + ON_A_PAGE, count)
    back = first > count - last
    forward = (by.desc() if down else by.asc(), code.asc())
    backward = (by.asc() if down else by.desc(), code.desc())
    chosen = found.order_by(*(backward if back else forward)).values("pk")
    chosen = chosen[count - last : count - first] if back else chosen[first:last]
    entries = register.model._default_manager.filter(pk__in=chosen).defer(*reading.large(register))
    return list(entries.select_related(*reading.linked(register)).order_by(*forward))


def standing(register: Register, rights: Rights) -> tuple[int, datetime | None]:
    """How many entries they may read, and when one of them last changed; one query."""
    told = reading.readable(register, rights).aggregate(count=Count("pk"), changed=Max("changed"))
    return told["count"], told["changed"]


def _counted(register: Register, rights: Rights, found: QuerySet[Any]) -> tuple[int, int]:
    if register.shape is Shape.NONE:
        return found.count(), 0
    told = found.aggregate(count=Count("pk"), placed=Count("pk", filter=placed(register, rights)))
    return told["count"], told["count"] - told["placed"]


def by_code(register: Register, asked: Asked) -> Any:
    """The codes to sort by what was asked for."""
    return lexemes.beside_indexes("code") if asked.text and lexemes.indexed(register.model) else F("code")


def _order(register: Register, rights: Rights, column: str) -> F | Case:
    """What a list is sorted by; a link by its name, where that may be known."""
    if column not in fields.links(register):
        return F(column)
    known = reading.naming(register, column, rights)
    return Case(When(known, then=F(f"{column}__name"))) if known else F(f"{column}__name")


def matching(register: Register, rights: Rights, asked: Asked) -> QuerySet[Any]:
    """All entries that match and may be read, in no order.

    A filter by a field that one may not read everywhere matches only where one may: nothing can be found out by asking.
    """
    found = reading.readable(register, rights, withdrawn=asked.withdrawn)
    if asked.text:
        found = found.filter(searching.matching(asked.text, register.model))
    inside = rights.reach("data.internal").within(**register.where())
    for key, value in asked.filters.items():
        name = _field(register, key)
        condition = _understood(register, key, name, value)
        if name in register.internal:
            condition &= inside
        if name in fields.links(register) and value != UNKNOWN:
            condition &= reading.naming(register, name, rights)
        found = found.filter(condition)
    if asked.box is not None:
        found = found.filter(_within(register, rights, asked.box))
    if asked.placed is not None:
        there = placed(register, rights)
        found = found.filter(there) if asked.placed else found.exclude(there)
    return found


def _within(register: Register, rights: Rights, box: tuple[float, float, float, float]) -> Q:
    west, south, east, north = box

    def inside(lon: str, lat: str) -> Q:
        return Q(**{f"{lon}__gte": west, f"{lon}__lte": east, f"{lat}__gte": south, f"{lat}__lte": north})

    return _by_exactness(register, rights, inside)


def placed(register: Register, rights: Rights) -> Q:
    """Those of whose place the reader may know something."""
    return _by_exactness(register, rights, lambda lon, _lat: Q(**{f"{lon}__isnull": False}))


def _by_exactness(register: Register, rights: Rights, condition: Callable[[str, str], Q]) -> Q:
    """A condition on a position: on the exact one where they may know it, else on the coarse one."""
    coarse = register.coarse
    if coarse is None:
        return condition("lon", "lat")
    reach = rights.reach(coarse.action)
    if reach.everywhere:
        return condition("lon", "lat")
    exactly = reach.within(**register.where())
    return (exactly & condition("lon", "lat")) | (~exactly & condition(coarse.lon, coarse.lat))


def _field(register: Register, key: str) -> str:
    if key in register.filters or key in EVERYWHERE:
        return key
    return key.removesuffix("_from").removesuffix("_to")


def _understood(register: Register, key: str, name: str, value: str) -> Q:
    """The condition of one filter. Raises ValidationError."""
    found = fields.kind(register, name)
    if value == UNKNOWN and found is not Kind.BOOLEAN:
        field = fields.of(register, name)
        return Q(**{f"{name}__isnull": True}) if field.null else Q(**{name: ""})
    if found in (Kind.DATE, Kind.TIME):
        day = fields.day(value)
        return Q(**{f"{name}__{'gte' if key.endswith('_from') else 'lte'}": day})
    if found is Kind.LINK:
        return Q(**{f"{name}__code": value})
    if found is Kind.BOOLEAN:
        return Q(**{f"{name}__isnull": True}) if value == UNKNOWN else Q(**{name: fields.yes_or_no(value)})
    if found is Kind.CHOICE:
        return Q(**{name: fields.chosen(register, name, value)})
    return Q(**{f"{name}__icontains": value})


def _box(text: str, faults: dict[str, str]) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        faults["bbox"] = _("A box is west,south,east,north in degrees: 105.2,22.3,106.9,23.2")
        return None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        faults["bbox"] = _("A box is west,south,east,north in degrees: 105.2,22.3,106.9,23.2")
        return None
    return west, south, east, north
