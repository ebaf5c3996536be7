"""A table as a workbook for spreadsheets: a sheet that tells what it is, then its rows; constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import xlsxwriter
from numpy.typing import NDArray
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from nonnuoc.domain import local
from nonnuoc.look.tabular import Coded, Column, Kind, Table
from nonnuoc.look.tabular_csv import SIMULATED

#: What a sheet holds, its head included; more goes on in another one.
ROWS = 1_048_576
#: Longest text of a cell.
CELL = 32_767
PIECE = 256 * 1024
#: Days from 1899-12-30, where spreadsheets begin to count, to 1970.
EPOCH_DAYS = 25_569
TIME = "yyyy-mm-dd hh:mm:ss"
WIDTHS = {Kind.TIME: 20, Kind.NUMBER: 14, Kind.WHOLE: 10, Kind.WORD: 16}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


class Sheet(Worksheet):  # type: ignore[misc]  # xlsxwriter tells no types
    """Numbers with every digit they have: xlsxwriter's own sheet writes 16, which are not always enough."""

    def _xml_number_element(self, number: float, attributes: Sequence[tuple[str, str]] = ()) -> None:
        told = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{told}><v>{number!r}</v></c>")


def written(table: Table) -> IO[bytes]:
    """The finished workbook, from its first byte. It is gone from the disk when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        with xlsxwriter.Workbook(file, OPTIONS) as book:
            _about(book, table)
            _rows(book, table)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """What a file holds, and its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _about(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet, bold = book.add_worksheet("about"), book.add_format({"bold": True})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    columns = [(one.name, f"{one.meaning} [{one.unit}]" if one.unit else one.meaning) for one in table.columns]
    simulated = [tuple(SIMULATED.split(": ", 1))] if table.simulated else []
    for row, (key, text) in enumerate([*simulated, *table.about, *columns]):
        sheet.write_string(row, 0, key, bold)
        sheet.write_string(row, 1, text[:CELL])


def _rows(book: xlsxwriter.Workbook, table: Table) -> None:
    """Sheets "data", "data 2", …: as many as the rows need, one even for none."""
    time, bold = book.add_format({"num_format": TIME}), book.add_format({"bold": True})
    formats = [time if column.kind is Kind.TIME else None for column in table.columns]
    sheet, row, number = _sheet(book, table.columns, 1, bold), 1, 1
    for batch in table.batches:
        columns = [_cells(column.kind, values) for column, values in zip(table.columns, batch, strict=True)]
        for cells in zip(*columns, strict=True):
            if row == ROWS:
                number += 1
                sheet, row = _sheet(book, table.columns, number, bold), 1
            for place, cell in enumerate(cells):
                if cell.__class__ is str:
                    sheet.write_string(row, place, cell)
                elif cell is not None:
                    sheet.write_number(row, place, cell, formats[place])
            row += 1


def _sheet(book: xlsxwriter.Workbook, columns: Sequence[Column], number: int, bold: Format) -> Worksheet:
    sheet = book.add_worksheet("data" if number == 1 else f"data {number}", worksheet_class=Sheet)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS[column.kind])
        sheet.write_string(0, place, column.name, bold)
    return sheet


def _cells(kind: Kind, values: NDArray[Any] | Coded) -> list[Any]:
    """As a workbook keeps them: texts, numbers, times as local days; None: an empty cell."""
    if isinstance(values, Coded):
        words = [None if word == "" else word for word in values.words]
        return [words[code] for code in values.codes.tolist()]
    if kind is Kind.TIME:
        days: list[float] = ((values + local.OFFSET_US) / local.DAY_US + EPOCH_DAYS).tolist()
        return days
    missing = np.isnan(values) if kind is Kind.NUMBER else values < 0
    return [None if none else one for one, none in zip(values.tolist(), missing.tolist(), strict=True)]
