"""Invented waste: a year of amounts, collection in three communes, manifests in every state, one of them leaking."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from nonnuoc.demo import people
from nonnuoc.records.accounts import selectors as accounts
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.places import selectors as places
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import Register
from nonnuoc.records.registers.waste import (
    amounts,
    collecting,
    correcting,
    drafting,
    emptying,
    manifests,
    praising,
    signing,
)
from nonnuoc.records.registers.waste.declared import DECLARATIONS, HANDLERS, PRODUCERS, SITES, TANKS
from nonnuoc.records.registers.waste.models import Basis

SOURCE = "mô phỏng"
REGISTERS = (FACILITIES, HANDLERS, SITES, TANKS, PRODUCERS, DECLARATIONS)
CARRIER, TREATER = "mp-van-chuyen-ctnh", "mp-xu-ly-ctnh"
MONTHS = 12
SPACE = UUID("2b0a3d4e-6f0c-5b1f-9f39-7d7c4e0d7a10")  # of the tokens, so that loading again is the same form again
#: The year goes round: less in winter, more around Tết and in summer; per mille of the mean.
SEASON = (980, 1120, 940, 960, 990, 1030, 1060, 1050, 1000, 970, 950, 950)
WAY = ("handed-over", "in-transit", "received", "treated")


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((Path(__file__).parent / "waste.toml").read_text(encoding="utf-8"))


@transaction.atomic
def load() -> None:
    """Register what is not there yet; repeating it changes nothing."""
    for register in REGISTERS:
        there = reading.codes(register)
        for entry in _table()[register.key]:
            if entry["code"] not in there:
                _register(register, entry)
    today = timezone.localdate()
    if manifests.one(_table()["manifest"][0]["number"], SYSTEM) is not None:
        return
    for entry in _table()["amount"]:
        _tell(entry, today)
    for entry in _table()["commune"]:
        _collect(entry, today)
    for entry in _table()["pick_up"]:
        _pick_up(entry, today)
    for entry in _table()["manifest"]:
        _send(entry)
    producer = _there(PRODUCERS, "mp-nsx-phia-den")
    praising.propose(producer, year=today.year - 1, words="Thu hồi bao bì tại điểm bán (mô phỏng)", by=_person("canbo"))


def _register(register: Register, entry: dict[str, Any]) -> None:
    today = timezone.localdate()
    facts = {"source": SOURCE, "data_class": DataClass.INTERNAL, "simulated": True, **entry}
    if "lon" in facts:
        facts["position_source"] = SOURCE
    if "office" in facts:
        facts["office"] = people.office(facts["office"])
    if "years" in facts:
        facts["year"] = today.year - facts.pop("years")
    if "due_days" in facts:
        facts["due"] = today + timedelta(days=facts.pop("due_days"))
    if "room_left_t" in facts:
        facts["room_surveyed"] = _month(today, MONTHS)
    keeping.create(register, facts, by=None, reason=SOURCE)


def _there(register: Register, code: str) -> Any:
    found = reading.one(register, code, SYSTEM)
    assert found is not None, code  # noqa: S101 - registered above
    return found


def _person(name: str) -> Person | None:
    return accounts.person_by_email(f"{name}@nonnuoc.example")


def _month(today: date, before: int) -> date:
    count = today.year * 12 + today.month - 1 - before
    return date(count // 12, count % 12 + 1, 1)


def _varied(mean: float, month: date) -> float:
    return round(mean * SEASON[month.month - 1] / 1000, 2)


def _tell(entry: dict[str, Any], today: date) -> None:
    place = _there(SITES, entry["site"]) if "site" in entry else _there(FACILITIES, entry["facility"])
    yearly = entry.get("yearly", False)
    for before in range(1 if yearly else MONTHS, 0, -1):
        month = _month(today, before)
        given = amounts.Given(
            today.year - 1 if yearly else month.year,
            None if yearly else month.month,
            entry["flow"],
            entry["stream"],
            entry["tonnes"] if yearly else _varied(entry["tonnes"], month),
            Basis.MEASURED if "site" in entry else Basis.CALCULATED,
            method=entry.get("method", ""),
        )
        token = uuid5(SPACE, f"{place.code} {entry['flow']} {entry.get('method')} {month}")
        amounts.report(place, given, token=token, by=None)


def _collect(entry: dict[str, Any], today: date) -> None:
    """A year of reports; the last month of the commune that has an account here is a draft that waits for it."""
    commune = places.commune_by_code(entry["code"])
    if commune is None or collecting.before(commune, timezone.localdate()) is not None:
        return
    stays = ("households", "served", "points", "rounds_week", "separation")
    for before in range(MONTHS, 0, -1):
        month = _month(today, before)
        told: dict[str, Any] = {name: entry[name] for name in stays} | {"basis": Basis.ESTIMATED}
        for where in ("urban", "rural"):
            for step, mean in zip(("generated", "collected", "treated"), entry[where], strict=True):
                told[f"{where}_{step}_t"] = _varied(mean, month)
        draft = before == 1 and entry["code"] == "01447"
        collecting.save(commune, month, told, by=None, draft=draft, simulated=True)


def _pick_up(entry: dict[str, Any], today: date) -> None:
    tank, to = _there(TANKS, entry["tank"]), _there(FACILITIES, CARRIER)
    given = emptying.Given(today - timedelta(days=entry["days"]), entry["kg"], to=to)
    emptying.report(tank, given, token=uuid5(SPACE, f"{tank.code} {entry['days']}"), by=None)


def _send(entry: dict[str, Any]) -> None:
    """A manifest as far as it came; those of the cluster by the enterprise's person, the rest by the officer."""
    generator = _there(FACILITIES, entry["from"])
    writer = _person("doanhnghiep") if generator.code == "mp-cum-cong-nghiep" else _person("canbo")
    officer = _person("canbo")
    lines = [drafting.Line(code, kind, float(kg)) for code, kind, kg in entry["items"]]
    carrier, treater = _there(FACILITIES, CARRIER), _there(FACILITIES, TREATER)
    draft = drafting.Draft(
        generator, carrier, treater, lines, number=entry["number"], paper=entry.get("paper", False), simulated=True
    )
    number = drafting.write(draft, token=uuid5(SPACE, entry["number"]), by=writer).number
    begun, until = timezone.now() - timedelta(days=entry["days"]), entry["until"]
    if until == "cancelled":
        signing.sign(number, "cancelled", by=writer, note="Xe không đến (mô phỏng)")
        return
    came = {n: float(kg) for n, kg in enumerate(entry.get("came", [line.kg for line in lines]), start=1)}
    burnt = {n: float(kg) for n, kg in enumerate(entry.get("burnt", came.values()), start=1)}
    weighed = {"received": came, "treated": burnt}
    steps = () if until == "draft" else (*WAY[:2], "refused") if until == "refused" else WAY[: WAY.index(until) + 1]
    for hours, step in enumerate(steps):
        signing.sign(
            number,
            step,
            by=writer if step == "handed-over" else officer,
            happened=begun + timedelta(hours=2 * hours) if entry["days"] else None,
            kg=weighed.get(step),
            certificate=f"CN-{entry['number']}" if step == "treated" else "",
            note="Mã chất thải không khớp (mô phỏng)" if step == "refused" else "",
        )
    if "correction" in entry:
        wanted = [(1, "received_kg", float(entry["correction"]))]
        token = uuid5(SPACE, f"correction {entry['number']}")
        asked = correcting.ask(number, wanted, reason="Cân lại, trừ bì (mô phỏng)", token=token, by=writer)
        if not entry.get("open"):
            correcting.answer(asked.id, accept=True, answer="", by=officer)
