"""What was found in a file, as its page shows it: plain data, in the words and within the rights of its bearer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nonnuoc.look.registers import telling
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern import fields, linking, reading
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.importing import cells
from nonnuoc.records.registers.pattern.importing.plan import Change, Fault, Plan
from nonnuoc.records.registers.pattern.importing.table import Table
from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Register

MOST_FAULTS = 20_000  # kept, to be fetched; a page shows fewer
MOST_SHOWN = 100  # entries
MOST_ROWS = 5  # of the table as it came
MOST_MEANT = 12  # texts of a link whose meaning is told
MOST_POINTS = 3000
MOST_OUTLINES = 400
MOST_CROSSINGS = 12


def counts(plan: Plan) -> dict[str, Any]:
    """How many rows do what."""
    return {
        "rows": plan.rows + plan.wrong,
        "created": len(plan.created),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "wrong": plan.wrong,
        "codes": [entry.code for _number, entry in plan.created[:MOST_SHOWN]],
    }


def told(register: Register, table: Table, plan: Plan, rights: Rights) -> dict[str, Any]:
    """All that the page of a file shows before it is kept."""
    uncoded = set(map(id, plan.uncoded))
    return {
        **counts(plan),
        "columns": [_column(register, table, heading, name, rights) for heading, name in plan.columns],
        "head": [[_cell(column[row]) for column in table.columns] for row in range(min(MOST_ROWS, len(table)))],
        "numbers": list(table.numbers[:MOST_ROWS]),
        "faults": [_fault(one) for one in plan.faults[:MOST_FAULTS]],
        "fault_count": len(plan.faults),
        "warnings": [_fault(one) for one in plan.warnings[:MOST_FAULTS]],
        "warning_count": len(plan.warnings),
        "news": [
            [number, "" if id(entry) in uncoded else entry.code, entry.name, _place(entry)]
            for number, entry in plan.created[:MOST_SHOWN]
        ],
        "changes": _changes(register, plan.changed[:MOST_SHOWN], rights),
        "reading": asdict(plan.reading) if plan.reading else None,
        "proposal": asdict(plan.proposal) if plan.proposal else None,
        "crossings": [asdict(one) for one in plan.crossings[:MOST_CROSSINGS]],
        "remarks": [remark[:300] for remark in table.remarks[:5]],
        **_drawn([*(entry for _n, entry in plan.created), *(one.entry for one in plan.changed)]),
    }


def _column(register: Register, table: Table, heading: str, name: str, rights: Rights) -> dict[str, Any]:
    column = table.columns[table.headings.index(heading)]
    seen = list(dict.fromkeys(_cell(cell) for cell in column if not cells.nothing(cell)))
    meant = _meant(register, name, seen[:MOST_MEANT], rights) if name else []
    return {"heading": heading, "field": name, "sample": [one[:40] for one in seen[:3]], "meant": meant}


def _meant(register: Register, name: str, texts: Sequence[str], rights: Rights) -> list[list[str]]:
    """What the texts of a link stand for: [text, what it is called]."""
    if fields.kind(register, name) is not Kind.LINK:
        return []
    read = cells.reader(register, name, texts, rights)
    found = []
    for text in texts:
        try:
            target = read(text)
        except ValidationError:
            continue
        found.append([text, f"{target.code} – {telling.name_of(target)}"])
    return found


def _changes(register: Register, changes: Sequence[Change], rights: Rights) -> list[dict[str, Any]]:
    named = _names(register, changes, rights)
    return [
        {
            "number": one.number,
            "code": one.entry.code,
            "name": one.entry.name,
            "fields": [
                [_title(register, name), *_both(register, one, name, named, reading.shown(register, one.entry, rights))]
                for name in one.after
            ],
        }
        for one in changes
    ]


def _both(
    register: Register, one: Change, name: str, named: dict[str, dict[str, str]], shown: Sequence[str]
) -> list[str]:
    """What a field held and would hold, in words; what its bearer may not read stays out."""
    if name == "shape":
        return [
            _("an outline") if one.before[name] else _unknown(),
            _("another outline") if one.after[name] else _unknown(),
        ]
    if name not in shown and name != "simulated":
        return [_("not open to you"), _worded(register, name, one.after[name], named)]
    return [_worded(register, name, held[name], named) for held in (one.before, one.after)]


def _names(register: Register, changes: Sequence[Change], rights: Rights) -> dict[str, dict[str, str]]:
    """Of each link the names of all codes that stand in the changes, as far as they may be known."""
    found = {}
    for name in fields.links(register):
        codes = {str(held[name]) for one in changes for held in (one.before, one.after) if held.get(name)}
        if codes:
            known = linking.of_codes(register, name, codes, rights)
            found[name] = {target.code: f"{target.code} – {telling.name_of(target)}" for target in known}
    return found


def _worded(register: Register, name: str, value: Any, named: dict[str, dict[str, str]]) -> str:
    if value is None or value == "":
        return _unknown()
    kind = fields.kind(register, name)
    if kind is Kind.LINK:
        return named.get(name, {}).get(str(value), _("not open to you"))
    if kind is Kind.CHOICE:
        return fields.choices(register, name).get(str(value), str(value))
    if kind is Kind.DATE:
        return telling.plain(date.fromisoformat(value))
    if kind is Kind.TIME:
        return telling.plain(datetime.fromisoformat(value))
    return telling.plain(value)[:300]


def _unknown() -> str:
    return telling.unknown().words


def _title(register: Register, name: str) -> str:
    return _("Outline") if name == "shape" else fields.title(register, name)


def _fault(one: Fault) -> list[Any]:
    return [one.number, one.heading, one.value, one.why]


def _cell(cell: Any) -> str:
    return "" if cell is None else cells.text(cell)[:200]


def _place(entry: Registered) -> str:
    return entry.commune.full_name if entry.commune is not None else ""


def _drawn(entries: Iterable[Registered]) -> dict[str, Any]:
    """Where everything lies that would be new or changed: points, and outlines with few points."""
    placed = [entry for entry in entries if entry.lon is not None]
    step = max(1, len(placed) // MOST_POINTS)
    outlines: list[list[list[float]]] = []
    for entry in [one for one in placed if one.shape is not None][:MOST_OUTLINES]:
        shape = shapely.simplify(geometry.from_wkb(bytes(entry.shape or b"")), 0.0005)
        for part in shapely.get_parts(shape):
            ring = part.exterior if part.geom_type == "Polygon" else part
            outlines.append(np.round(shapely.get_coordinates(ring), 5).tolist())
    return {
        "points": [[round(e.lon or 0.0, 5), round(e.lat or 0.0, 5)] for e in placed[::step] if e.shape is None],
        "outlines": outlines,
        "placed": len(placed),
    }
