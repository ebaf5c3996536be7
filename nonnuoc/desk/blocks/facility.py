"""An enterprise's own facilities, as the authority sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nonnuoc.look.registers import entry as entries
from nonnuoc.look.registers import faces
from nonnuoc.look.registers.entry import Table
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities import page, selectors
from nonnuoc.records.registers.facilities.declared import FACILITIES

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Own:
    """One of them: what the province has to say of it, and what measures it."""

    facility: Any
    remarks: list[str]
    tables: list[Table]


def make(rights: Rights, _at: datetime) -> dict[str, Any] | None:
    """Those within reach of its internal data; nothing for who has none."""
    found = selectors.own(rights)
    if not found:
        return None
    face = faces.of_desk(rights)
    shown = [
        Own(
            one,
            [str(said) for said in FACILITIES.remarks(one, rights)],
            [entries.table(face, table) for table in (*page.stations(one, rights), *page.sources(one, rights))],
        )
        for one in found[:SHOWN]
    ]
    return {"own": shown, "more": max(0, len(found) - SHOWN), "simulated": any(one.simulated for one in found)}
