"""A land of two communes side by side, people who bring files, and tables made in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.places import geometry, names
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.importing import headings, table
from nonnuoc.records.registers.pattern.importing.plan import Said
from nonnuoc.records.registers.pattern.importing.table import Table
from nonnuoc.records.registers.pattern.register import Register
from tests.records.accounts import staff

WEST, SOUTH, SIDE = 106.0, 22.6, 0.1
SAID = Said(source="danh sách của xã", position_source="danh sách của xã")


def commune(code: str, name: str, column: int) -> Commune:
    """A square commune with its boundary."""
    west = WEST + column * SIDE
    return Commune.objects.create(
        code=code,
        kind="xa",
        name=name,
        name_ascii=names.folded(name),
        lon=west + SIDE / 2,
        lat=SOUTH + SIDE / 2,
        boundary=geometry.to_wkb(shapely.MultiPolygon([shapely.box(west, SOUTH, west + SIDE, SOUTH + SIDE)])),
        boundary_source="invented",
        source="invented",
    )


def land() -> tuple[Commune, Commune]:
    """The communes Trà Một (01001) and Đá Hai (01002), west and east."""
    return commune("01001", "Trà Một", 0), commune("01002", "Đá Hai", 1)


def officer(name: str = "Can", *communes: Commune) -> Person:
    """An officer of the department, narrowed to communes where some are given."""
    office = Office.objects.filter(code="so").first() or staff.office("so")
    someone = staff.person(name)
    staff.task(someone, office, Role.OFFICER, *communes)
    return someone


def sheet(*rows: Sequence[Any], register: Register = FACILITIES) -> Table:
    """A table whose first row are the headings."""
    return table.of_sheet(list(rows), lambda some: headings.score(register, some))


def facility(code: str, name: str, **facts: Any) -> Any:
    """A facility that is in the register."""
    return keeping.create(FACILITIES, {"code": code, "name": name, "source": "thử", **facts}, by=None)
