"""Nobody is told of an entry they may not read: every register, every way of asking, people of every kind.

What each may read is written here by hand, from the tasks they hold, and on purpose not asked of what answers. Each
entry carries a mark of its own in its name; an answer that holds a mark of somebody else's has leaked.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import ANYBODY, Rights
from nonnuoc.records.accounts.models import DataClass, Office, Person, Role
from nonnuoc.records.places.models import River
from nonnuoc.records.registers import every, search
from nonnuoc.records.registers.pattern import layers, listing, mapped, reading
from nonnuoc.records.registers.pattern.exporting import giving
from nonnuoc.records.registers.pattern.register import Register
from tests.records.accounts import staff
from tests.records.registers import made_up
from tests.records.registers.pattern.importing import ground

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ENTRIES = 56  # of each register
PUBLIC, INTERNAL, RESTRICTED = DataClass.PUBLIC, DataClass.INTERNAL, DataClass.RESTRICTED
ALL = frozenset({PUBLIC, INTERNAL, RESTRICTED})
HERE, THERE = "01273", "01279"  # communes


@dataclass(frozen=True)
class Entry:
    """What access goes by, of one entry that was made."""

    mark: str
    code: str
    data_class: str
    office: str | None
    commune: str | None
    facility: str | None
    withdrawn: bool


#: Who may read what that is not public, by hand: the classes, and the bounds.
MAY: Mapping[str, tuple[frozenset[str], Callable[[Entry], bool]]] = {
    "anybody": (frozenset(), lambda _one: False),
    "nobody": (frozenset(), lambda _one: False),
    "reader": (frozenset({INTERNAL}), lambda _one: True),
    "ministry": (frozenset({INTERNAL}), lambda _one: True),
    "officer": (ALL, lambda _one: True),
    "local": (ALL, lambda one: one.commune == HERE),  # an officer narrowed to a commune
    "villager": (frozenset({INTERNAL}), lambda one: one.commune == THERE),  # a commune officer
    "x": (ALL, lambda one: one.office == "x" and one.facility == "fx"),  # enterprises
    "y": (ALL, lambda one: one.office == "y" and one.facility == "fy"),
}


def reads(who: str, one: Entry) -> bool:
    classes, within = MAY[who]
    return one.data_class == PUBLIC or (one.data_class in classes and within(one))


@dataclass
class World:
    entries: dict[str, list[Entry]]  # by register
    people: dict[str, Person | None]
    rights: dict[str, Rights]

    def wanted(self, register: Register, who: str, *, withdrawn: bool = False) -> set[str]:
        return {one.mark for one in self.entries[register.key] if reads(who, one) and one.withdrawn == withdrawn}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        ground.land()
        for code in (HERE, THERE):
            staff.commune(code)
        River.objects.get_or_create(code="song", defaults={"name": "Sông", "source": "thử"})
        offices = {name: staff.office(name, Office.Kind.ENTERPRISE) for name in ("x", "y")}
        offices["so"] = staff.office("so")
        chance = random.Random(61)
        entries = {register.key: _made(register, offices, chance) for register in made_up.in_order()}
        people = _people(offices)
        yield World(entries, people, {who: access.of(one) if one else ANYBODY for who, one in people.items()})
        transaction.set_rollback(True)


def _people(offices: dict[str, Office]) -> dict[str, Person | None]:
    people: dict[str, Person | None] = {who: staff.person(who) for who in MAY if who != "anybody"}
    here, there = staff.commune(HERE), staff.commune(THERE)
    staff.task(people["reader"], staff.office("hdnd", Office.Kind.COUNCIL), Role.READER)
    staff.task(people["ministry"], staff.office("bo", Office.Kind.MINISTRY), Role.MINISTRY)
    staff.task(people["officer"], offices["so"], Role.OFFICER)
    staff.task(people["local"], offices["so"], Role.OFFICER, here)
    staff.task(people["villager"], staff.office("xa", Office.Kind.COMMUNE, commune=there), Role.COMMUNE_OFFICER)
    for name in ("x", "y"):
        staff.task(people[name], offices[name], Role.ENTERPRISE, facility=f"f{name}")
    return {"anybody": None, **people}


def _made(register: Register, offices: dict[str, Office], chance: random.Random) -> list[Entry]:
    """Entries with every mixture of class, office, commune, facility and state."""
    communes = {HERE: staff.commune(HERE), THERE: staff.commune(THERE)}
    numbers = count()

    def change(row: Any) -> None:
        number = next(numbers)
        mark = f"{register.key}zz{number:04d}zz"
        row.code, row.name, row.words = f"c-{mark}", f"Tên {mark}", f" tên ten {mark}"
        if register.key == "facilities" and number < 2:
            row.code = ("fx", "fy")[number]
        row.office = offices.get(chance.choice(["x", "y", "so", ""]))
        setattr(row, register.area, communes.get(chance.choice([HERE, THERE, ""])))
        row.data_class = chance.choice(DataClass.values)
        row.withdrawn = timezone.now() if chance.random() < 0.1 else None

    return [_entry(register, row) for row in made_up.fill(register, chance, ENTRIES, change)]


def _entry(register: Register, row: Any) -> Entry:
    commune = getattr(row, register.area)
    return Entry(
        mark=row.name.removeprefix("Tên "),
        code=row.code,
        data_class=row.data_class,
        office=row.office.code if row.office else None,
        commune=commune.code if commune else None,
        facility=_walked(row, register.facility),
        withdrawn=row.withdrawn is not None,
    )


def _walked(row: Any, path: str | None) -> str | None:
    for step in path.split("__") if path else ():
        row = getattr(row, step, None)
    return row if isinstance(row, str) else None


def told(text: str, entries: list[Entry]) -> set[str]:
    return {one.mark for one in entries if one.mark in text}


def test_lists_counts_layers_maps_exports_and_search_tell_what_may_be_read_and_nothing_else(world: World) -> None:
    for who in MAY:  # one test: the world is made once, not by every process of the suite
        everything_said_to(who, world)


def everything_said_to(who: str, world: World) -> None:
    rights, chance = world.rights[who], random.Random(who)
    everywhere = search.found("tên", rights, limit=ENTRIES)  # a word of every name
    for register in every.REGISTERS:
        entries, wanted = world.entries[register.key], world.wanted(register, who)
        gone = world.wanted(register, who, withdrawn=True)
        by_code = {one.code: one.mark for one in entries}

        def marks(codes: Any, by_code: dict[str, str] = by_code) -> set[str]:
            return {by_code[code] for code in codes if code in by_code}

        listed = listing.matching(register, rights, listing.Asked())
        assert marks(listed.values_list("code", flat=True)) == wanted, (who, register.key)
        shelved = listing.matching(register, rights, listing.Asked(withdrawn=True))
        assert marks(shelved.values_list("code", flat=True)) == gone, (who, register.key)
        asked = listing.asked(register, {"q": f"{register.key}zz"})
        assert listing.page(register, rights, asked).count == len(wanted), (who, register.key)
        assert marks(layers.of(register).read(rights).ids) == wanted, (who, register.key)
        assert marks(mapped.read(register, rights).codes) == wanted, (who, register.key)
        csv = b"".join(giving.export(register, rights, asked, "csv").chunks).decode()
        assert wanted <= told(csv, entries) <= wanted | gone, register.key  # what is gone may be referred to
        groups = [one for one in everywhere if one.kind == register.key]
        hits = {hit.code: hit for group in groups for hit in group.hits}
        assert (marks(hits), sum(group.count for group in groups)) == (wanted, len(wanted)), (who, register.key)
        for one in chance.sample(entries, min(6, len(entries))):
            found = reading.one(register, one.code, rights)
            assert (found is not None) == reads(who, one), one


def test_a_page_of_what_may_not_be_read_is_like_one_of_what_is_not_there(world: World) -> None:
    for who in MAY:
        every_page_hidden_from(who, world)


def said(page: Any, code: str) -> str:
    """The page without the code it was asked for, and without the minute it was made in."""
    return re.sub(r"<time data-made.*?</time>", "", page.content.decode()).replace(code, "")


def every_page_hidden_from(who: str, world: World) -> None:
    client, chance = Client(), random.Random(who)
    if (someone := world.people[who]) is not None:
        client.force_login(someone)
    face = "/registers" if who in ("anybody", "nobody") else "/desk/registers"
    for register in every.REGISTERS:
        hidden = [
            one for one in world.entries[register.key] if not reads("anybody" if face == "/registers" else who, one)
        ]
        for one in chance.sample(hidden, min(2, len(hidden))):
            there = client.get(f"{face}/{register.key}/{one.code}/")
            never = client.get(f"{face}/{register.key}/{'n' * len(one.code)}/")
            assert there.status_code == never.status_code == 404, one
            assert said(there, one.code) == said(never, "n" * len(one.code))
    listed = client.get(f"{face}/facilities/", {"q": "facilitieszz"}).content.decode()
    others = [one for one in world.entries["facilities"] if not reads(who, one)]
    assert told(listed, others) == set()


def test_these_are_a_hundred_thousand_probes_of_every_register(world: World) -> None:
    ways = 7  # listed, shelved, searched, as a layer, on the map, exported, found
    assert sum(map(len, world.entries.values())) * len(MAY) * ways > 100_000
    assert min(map(len, world.entries.values())) > 4


def test_what_is_hidden_is_not_searched() -> None:
    for register in every.REGISTERS:
        assert not set(register.searched) & register.internal, register.key
