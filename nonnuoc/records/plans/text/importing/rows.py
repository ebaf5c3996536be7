"""The rows of an appendix that are tasks, found among the pieces of a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nonnuoc.domain.plan import tables
from nonnuoc.domain.plan.sentences import APPENDIX, HEADING, ROW, Piece
from nonnuoc.records.plans.text.importing.draft import Entry


def entries(pieces: Iterable[Piece]) -> list[Entry]:
    """Every row below headings of columns that name content and lead, in order; empty where there is no such table."""
    found: list[Entry] = []
    columns: Mapping[str, int] = {}
    headings: dict[str, Piece] = {}
    for one in pieces:
        if one.kind == HEADING:
            headings[one.anchor] = one
        elif one.kind == ROW:
            if said := tables.roles(one.cells):
                columns = said if "lead" in said else {}
            elif columns:
                found.append(_entry(one, columns, headings.get(one.parent)))
    return found


def _entry(row: Piece, columns: Mapping[str, int], part: Piece | None) -> Entry:
    section = part if part is not None and part.anchor.startswith(f"{APPENDIX}.") else None
    return Entry(
        anchor=row.anchor,
        code=row.anchor.removeprefix(f"{APPENDIX}."),
        printed=row.label,
        section=section.label if section else "",
        section_title=section.text if section else "",
        title=_cell(row.cells, columns.get("title")),
        time_text=_cell(row.cells, columns.get("time")),
        lead_text=_cell(row.cells, columns.get("lead")),
        help_text=_cell(row.cells, columns.get("help")),
        product=_cell(row.cells, columns.get("product")),
    )


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""
