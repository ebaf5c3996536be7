"""Obligations as lines of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nonnuoc.domain.obligations import State
from nonnuoc.records.registers.licences import page, wording
from nonnuoc.records.registers.licences.selectors import Line


@dataclass(frozen=True, slots=True)
class Row:
    """One obligation in words."""

    identity: int
    due: date
    title: str
    kind: str
    facility: str
    facility_code: str
    commune: str
    paper: str
    paper_code: str
    state: str  # of State
    said: str
    simulated: bool

    @property
    def is_late(self) -> bool:
        return self.state == State.OVERDUE


def of(lines: Sequence[Line]) -> list[Row]:
    """Each of these, in their order."""
    return [_row(one) for one in lines]


def _row(line: Line) -> Row:
    row = line.row
    dossier, facility = row.dossier, row.dossier.facility
    return Row(
        identity=row.pk,
        due=row.due,
        title=wording.title(row),
        kind=str(row.get_kind_display()),
        facility=facility.name,
        facility_code=facility.code,
        commune=facility.commune.full_name if facility.commune else "",
        paper=dossier.number or dossier.name,
        paper_code=dossier.code,
        state=line.state.value,
        said=page.met(line),
        simulated=dossier.simulated,
    )
