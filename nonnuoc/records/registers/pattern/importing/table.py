"""What every file becomes before it is understood: headings, columns of cells, and a geometry for each row or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.records.places.geometry import Geometries
from nonnuoc.records.places.spatial_files import Features
from nonnuoc.records.places.spatial_staging import RefusedError

MOST_ROWS = 100_000
MOST_COLUMNS = 300
HEAD_WITHIN = 20  # rows in which the headings are looked for: above them stands a title
#: What a spreadsheet takes for a formula; behind an apostrophe it is a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, eq=False)
class Table:
    """Row i of every column, of `numbers` and of the geometries is the same thing."""

    headings: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]  # cells: text, number, bool, date, datetime; None or "": nothing
    numbers: Sequence[int]  # of each row, as a person counts it in the file
    faults: tuple[tuple[int, str, str], ...] = ()  # (number of the row, heading, what is wrong with the cell)
    raw: Geometries | None = None  # in the file's own coordinates; None: the file has no geometries
    wgs84: Geometries | None = None
    system: str = ""  # the coordinate system of the geometries
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)


def of_sheet(
    rows: Sequence[Sequence[Any]],
    score: Callable[[Sequence[str]], int],
    *,
    formulas: Collection[tuple[int, int]] = (),
    errors: Collection[tuple[int, int]] = (),
) -> Table:
    """A sheet from its first row on; `score` tells how many of some headings are known. Raises RefusedError.

    `formulas`, `errors`: cells (row, column, from 0) that hold one. Rows without any cell are passed over.
    """
    first = _head(rows, score)
    if first is None:
        raise RefusedError(
            _("In the first %(rows)d rows no headings were found: write those of the blank table in one row.")
            % {"rows": HEAD_WITHIN}
        )
    headings = _named([_text(cell) for cell in rows[first]])
    kept = [row for row in range(first + 1, len(rows)) if any(cell not in (None, "") for cell in rows[row])]
    _bound(len(kept), len(headings))
    columns = tuple(
        [rows[row][place] if place < len(rows[row]) else None for row in kept] for place in range(len(headings))
    )
    return Table(headings, columns, [row + 1 for row in kept], tuple(_broken(rows, headings, first, formulas, errors)))


def of_csv(body: bytes, score: Callable[[Sequence[str]], int]) -> Table:
    """CSV in UTF-8, its fields divided by ; or , or tabs. Raises RefusedError.

    Lines above it that begin with # are comments. An apostrophe before what would be a formula is taken off.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise RefusedError(
            _("Line %(line)d is not written in UTF-8. Save the table as “CSV UTF-8”, or as XLSX.") % {"line": line}
        ) from error
    if "\0" in text:
        raise RefusedError(_("This is no table: it holds bytes that no text has."))
    skipped = 0
    while text.startswith("#"):
        text, skipped = text.partition("\n")[2], skipped + 1
    head = next((line for line in text.splitlines() if line.strip()), "")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count), strict=True))
    except csv.Error as error:
        raise RefusedError(_("The table cannot be read: %(reason)s") % {"reason": str(error)[:200]}) from error
    table = of_sheet([[plain(cell) for cell in row] for row in rows], score)
    return Table(table.headings, table.columns, [number + skipped for number in table.numbers], table.faults)


def of_features(features: Features) -> Table:
    """A file of places; its rows are counted from 1, as a GIS lists its features."""
    _bound(len(features), len(features.fields))
    return Table(
        tuple(features.fields),
        tuple(features.fields.values()),
        range(1, len(features) + 1),
        raw=features.raw,
        wgs84=features.wgs84,
        system=features.system,
        remarks=features.remarks,
    )


def plain(text: str) -> str:
    """A field of a CSV as it was meant: without the apostrophe that keeps it from being a formula."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


def guarded(text: str) -> str:
    """A text as a field that no spreadsheet calculates; `plain` gives it back."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def _head(rows: Sequence[Sequence[Any]], score: Callable[[Sequence[str]], int]) -> int | None:
    """The row that holds most headings we know; the first one of several."""
    scored = [(score([_text(cell) for cell in row]), -place) for place, row in enumerate(rows[:HEAD_WITHIN])]
    best, place = max(scored, default=(0, 0))
    return -place if best else None


def _text(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _named(headings: list[str]) -> tuple[str, ...]:
    """Each of its own: columns without a heading by their letter, equal ones with a number behind."""
    while headings and not headings[-1]:
        headings.pop()
    found: list[str] = []
    for place, heading in enumerate(headings):
        name = heading or _("column %(letter)s") % {"letter": letters(place)}
        again = sum(1 for one in headings[:place] if one == heading)
        found.append(f"{name} ({again + 1})" if heading and again else name)
    return tuple(found)


def letters(place: int) -> str:
    """The letters a spreadsheet gives the column at this place, from 0: A, B, …, Z, AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def _bound(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        said = {"rows": rows, "columns": columns, "most": MOST_ROWS, "across": MOST_COLUMNS}
        wrong = _("The table has %(rows)d rows and %(columns)d columns; at most %(most)d and %(across)d are read.")
        raise RefusedError(wrong % said)


def _broken(
    rows: Sequence[Sequence[Any]],
    headings: Sequence[str],
    first: int,
    formulas: Collection[tuple[int, int]],
    errors: Collection[tuple[int, int]],
) -> list[tuple[int, str, str]]:
    """Cells that show nothing to read: formulas never calculated, and those that came to an error."""
    found = []
    for row, place in sorted([*formulas, *errors]):
        if row <= first or place >= len(headings):
            continue
        if (row, place) in errors:
            found.append((row + 1, headings[place], _("The cell shows an error. Correct its formula.")))
        elif row < len(rows) and (place >= len(rows[row]) or rows[row][place] in (None, "")):
            told = _("The formula has no result: open the table in a spreadsheet program and save it.")
            found.append((row + 1, headings[place], told))
    return found
