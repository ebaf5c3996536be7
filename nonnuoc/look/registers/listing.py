"""The page of a register's list: the answer first, then filters, table and map; the same on every face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.look import figures
from nonnuoc.look.registers import filters, telling
from nonnuoc.look.registers.faces import Face
from nonnuoc.look.registers.telling import Told
from nonnuoc.records.registers.pattern import fields, listing, reading
from nonnuoc.records.registers.pattern.listing import Asked, Page
from nonnuoc.records.registers.pattern.register import Register, Shape


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head. `sort`: the address of the list sorted by it, "" where it cannot be; `way`: ascending, …"""

    name: str
    title: str
    sort: str
    way: str
    figure: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    code: str
    name: str
    link: str
    cells: Sequence[tuple[str, Told]]  # title, value
    place: str  # "" known; else why it is not on the map
    simulated: bool
    withdrawn: bool


def context(face: Face, register: Register, query: Mapping[str, str]) -> dict[str, Any]:
    """All that the page shows. As many queries for one entry as for a page full of them."""
    asked = listing.asked(register, query)
    page = listing.page(register, face.rights, asked)
    controls = filters.controls(face, register, asked, query)
    more = [one for one in (filters.placed(register, asked), filters.withdrawn(face, asked)) if one is not None]
    chips = filters.chips([*controls, *more], asked, query)
    answer, second = sentence(register, asked, page, narrowed=bool(chips))
    return {
        "face": face,
        "register": register,
        "asked": asked,
        "page": page,
        "sentence": answer,
        "second": second,
        "about": register.about(face.rights),
        "controls": [*controls, *more],
        "narrowed": len(chips),
        "opened": any(one.value for one in [*controls, *more]),
        "bbox": query.get("bbox", ""),
        "chips": chips,
        "faults": bool(asked.faults),
        "columns": columns(face, register, asked, query),
        "rows": [row(face, register, entry) for entry in page.entries],
        "mapped": register.shape is not Shape.NONE,
        "query": filters.given(query),
        "everything": face.register(register.key),
        "previous": _turned(query, page.number - 1) if page.number > 1 else "",
        "next": _turned(query, page.number + 1) if page.number < page.pages else "",
        "said": _pages(page),
        "sort": query.get("sort", ""),
        "simulated": any(entry.simulated for entry in page.entries),
    }


def sentence(register: Register, asked: Asked, page: Page, *, narrowed: bool) -> tuple[str, str]:
    """The answer first: how many there are, and of how many the place is not known."""
    told = {"n": figures.number(page.count), "what": telling.called(register, page.count)}
    if not page.count:
        first = _("No entry matches.") if narrowed else _("Nothing is registered here yet.")
        return first, ""
    if asked.withdrawn:
        first = _("%(n)s %(what)s, withdrawn from the register") % told
    elif narrowed:
        first = _("%(n)s %(what)s match") % told
    else:
        first = _("%(n)s %(what)s") % told
    if not page.unplaced or asked.placed is not None:
        return first, ""
    return first, _("%(n)s of them in a place not known yet") % {"n": figures.number(page.unplaced)}


def columns(face: Face, register: Register, asked: Asked, query: Mapping[str, str]) -> list[Column]:
    """Code and name, what the declaration lists, the commune, and when it last changed."""
    return [_column(register, name, asked, query) for name in ("name", *_listed(register), "changed")]


def row(face: Face, register: Register, entry: Any) -> Row:
    """One entry in words."""
    shown = reading.shown(register, entry, face.rights)
    cells = [(fields.title(register, name), _cell(face, register, entry, name, shown)) for name in _listed(register)]
    cells.append((_("Last change"), Told(figures.day(entry.changed))))
    place = reading.position(register, entry, face.rights)
    return Row(
        code=entry.code,
        name=entry.name,
        link=face.entry(register.key, entry.code),
        cells=cells,
        place="" if place or register.shape is Shape.NONE else _("place not known yet"),
        simulated=entry.simulated,
        withdrawn=entry.withdrawn is not None,
    )


def _cell(face: Face, register: Register, entry: Any, name: str, shown: Sequence[str]) -> Told:
    if name not in shown:
        return Told(_("not open to you") if face.desk else _("not public"), state="hidden")
    return telling.value(face, register, entry, name)


def _listed(register: Register) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*register.listed, *(("commune",) if register.is_local else ()))))


def _column(register: Register, name: str, asked: Asked, query: Mapping[str, str]) -> Column:
    title = _("Last change") if name == "changed" else fields.title(register, name)
    kind = None if name == "changed" else fields.kind(register, name)
    figure = kind in (fields.Kind.NUMBER, fields.Kind.INTEGER)
    if name not in listing.sortable(register):
        return Column(name, title, "", "", figure)
    chosen = asked.sort.removeprefix("-") == name
    down = asked.sort.startswith("-")
    sort = filters.given(query, sort=f"-{name}" if chosen and not down else name)
    return Column(name, title, sort, ("descending" if down else "ascending") if chosen else "", figure)


def _turned(query: Mapping[str, str], number: int) -> str:
    return filters.given(query) + f"&page={number}" if number > 1 else filters.given(query)


def _pages(page: Page) -> str:
    if page.pages < 2:
        return ""
    first = (page.number - 1) * listing.ON_A_PAGE
    told = {"first": first + 1, "last": first + len(page.entries), "all": figures.number(page.count)}
    return _("%(first)s–%(last)s of %(all)s") % told
