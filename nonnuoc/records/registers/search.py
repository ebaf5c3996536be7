"""One search over everything that has a name: places, rivers, stations and the entries of every register.

What somebody may not read is not found, not counted and not hinted at: every query begins with what they may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Func, IntegerField, Q, Value, When, Window
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import layers as monitoring
from nonnuoc.records.places import names
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.layers import Features
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.pattern import mapped, reading, searching
from nonnuoc.records.registers.pattern.register import Register

COMMUNE, RIVER, STATION = "communes", "rivers", "stations"
LONGEST = 200  # letters of a question
#: Of the lower letters of Vietnamese each without its marks, for ranking in SQL as names.folded does here.
_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_PLAIN = names.folded(_MARKED)
EXACT, NAME, WORD = 0, 1, 2  # ranks: the code itself, the name begins so, a word of it does


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    kind: str  # communes, rivers, stations, or the key of a register
    code: str
    name: str
    rank: int
    commune: str = ""  # as the law writes it
    lon: float | None = None  # as far as the reader may know; None: unknown
    lat: float | None = None
    metres: float | None = None  # the place is somewhere within so many


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: the best, and how many there are in all."""

    kind: str
    title: Promise | str
    register: Register | None
    hits: tuple[Hit, ...]
    count: int


def found(text: str, rights: Rights, *, limit: int = 10) -> list[Group]:
    """What holds every typed word or a word that begins so, in groups, the one with the best hit first.

    Marks count where they were typed (names.holds). At most `limit` of each kind. Five queries, whatever there is.
    """
    wanted = " ".join(text.replace("\0", "").split())[:LONGEST]
    if not names.marked(wanted).strip(".,;:()“” "):
        return []
    groups = [*_of_places(wanted, limit), *_of_stations(wanted, rights, limit), *_of_registers(wanted, rights, limit)]
    return sorted((one for one in groups if one.count), key=lambda one: one.hits[0].rank)


def _of_places(wanted: str, limit: int) -> Iterator[Group]:
    communes = [
        Hit(COMMUNE, one.code, one.full_name, _rank(wanted, one.code, one.name, one.full_name), "", one.lon, one.lat)
        for one in places.communes_like(wanted)
    ]
    yield _best(COMMUNE, _("Communes and wards"), communes, limit)
    rivers = []
    for river in places.rivers():
        called = [f"sông {alias.name}" for alias in river.aliases.all()]
        if any(names.holds(name, wanted) for name in (f"sông {river.name}", *called)):
            rivers.append(Hit(RIVER, river.code, str(river), _rank(wanted, river.code, river.name, str(river))))
    yield _best(RIVER, _("Rivers"), rivers, limit)


def _of_stations(wanted: str, rights: Rights, limit: int) -> Iterator[Group]:
    all_of_them: Features = monitoring.STATIONS.read(rights)
    hits = []
    for row, code in enumerate(all_of_them.ids):
        name, point = str(all_of_them.columns["name"][row]), all_of_them.shapes[row]
        if names.holds(f"{code} {name}", wanted):
            where = (point.x, point.y) if point is not None else (None, None)
            commune = all_of_them.columns["commune"][row] or ""
            hits.append(Hit(STATION, code, name, _rank(wanted, code, name), commune, *where))
    yield _best(STATION, _("Stations"), hits, limit)


def _best(kind: str, title: Promise, hits: Sequence[Hit], limit: int) -> Group:
    ordered = sorted(hits, key=lambda hit: (hit.rank, names.alphabetical(hit.name), hit.code))
    return Group(kind, title, None, tuple(ordered[:limit]), len(ordered))


def _rank(wanted: str, code: str, *called: str) -> int:
    if code.casefold() == wanted.casefold():
        return EXACT
    if any(
        (names.marked(name) if _has_marks(wanted) else names.folded(name)).startswith(names.marked(wanted))
        for name in called
    ):
        return NAME
    return WORD


def _has_marks(wanted: str) -> bool:
    return names.marked(wanted) != names.folded(wanted)


def _of_registers(wanted: str, rights: Rights, limit: int) -> Iterator[Group]:
    """One query for all registers: the best of each, and of each how many there are."""
    asked = [_query(register, wanted, rights)[:limit] for register in REGISTERS]
    of_key: dict[str, list[Any]] = {register.key: [] for register in REGISTERS}
    for row in asked[0].union(*asked[1:], all=True):
        of_key[row["hit_key"]].append(row)
    for register in REGISTERS:
        rows = sorted(of_key[register.key], key=lambda one: (one["hit_rank"], one["name"], one["code"]))
        yield Group(
            register.key, register.title, register, tuple(map(_hit, rows)), rows[0]["hit_number"] if rows else 0
        )


def _query(register: Register, wanted: str, rights: Rights) -> Any:
    folded = Func(Lower("name"), Value(_MARKED), Value(_PLAIN), function="translate", output_field=CharField())
    begins = Q(name__istartswith=wanted) if _has_marks(wanted) else Q(hit_plain__startswith=names.folded(wanted))
    rank = Case(
        When(code__iexact=wanted, then=EXACT), When(begins, then=NAME), default=WORD, output_field=IntegerField()
    )
    number = Window(Count("id"))
    return (
        reading.readable(register, rights)
        .filter(searching.matching(wanted, register.model))
        .annotate(hit_plain=folded, **mapped.places(register, rights))
        .annotate(hit_key=Value(register.key, CharField()), hit_rank=rank, hit_number=number)
        .order_by("hit_rank", "name", "code")
        .values(
            "hit_key",
            "hit_rank",
            "hit_number",
            "map_lon",
            "map_lat",
            "map_m",
            "code",
            "name",
            "commune__kind",
            "commune__name",
        )
    )


def _hit(row: Any) -> Hit:
    commune = f"{mapped.KINDS[row['commune__kind']]} {row['commune__name']}" if row["commune__name"] else ""
    where = (row["map_lon"], row["map_lat"], row["map_m"])
    return Hit(row["hit_key"], row["code"], row["name"], row["hit_rank"], commune, *where)
