"""A list as a workbook: its rows in one sheet, in a second one what each column holds; and the blank table."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.exporting import columns as tables
from nonnuoc.records.registers.pattern.exporting.columns import Column
from nonnuoc.records.registers.pattern.exporting.rows import Row
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.importing import looking
from nonnuoc.records.registers.pattern.importing.table import FORMULA
from nonnuoc.records.registers.pattern.register import Register

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
ROWS, CELL = 1_048_575, 32_767  # what a sheet and a cell hold
BLANK_ROWS = 5000  # of the blank table that offer choices
WIDTHS = {Kind.LONG: 40, Kind.TEXT: 24, Kind.TIME: 20}


class Sheet(Worksheet):  # type: ignore[misc]  # xlsxwriter tells no types
    """Numbers with every digit they have: xlsxwriter's own sheet writes 16, which are not always enough."""

    def _xml_number_element(self, number: float, attributes: Sequence[tuple[str, str]] = ()) -> None:
        told = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{told}><v>{number!r}</v></c>")


def written(columns: Sequence[Column], rows: Iterable[Row], register: Register, about: Sequence[str]) -> IO[bytes]:
    """The finished workbook, from its first byte. It is gone from the disk when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        with xlsxwriter.Workbook(file, OPTIONS) as book:
            _rows(book, columns, rows, _name(register))
            _explained(book, register, columns, about)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def blank(register: Register) -> bytes:
    """The table to fill in: headings, choices offered in their cells, and a sheet that explains the columns."""
    out = io.BytesIO()
    typed, needed = set(register.typed), looking.needed(register)
    columns = [one for one in tables.for_people(register, geometry.WGS84) if one.name in typed]
    with xlsxwriter.Workbook(out, OPTIONS | {"constant_memory": False}) as book:
        sheet = _head(book, columns, _name(register))
        choices = book.add_worksheet(_("choices"))
        for place, column in enumerate(columns):
            kind = fields.kind(register, column.name)
            if kind in (Kind.CHOICE, Kind.BOOLEAN):
                offered = list(fields.choices(register, column.name).values())
                choices.write_column(0, place, [column.title, *offered])
                letter = xlsxwriter.utility.xl_col_to_name(place)
                source = f"='{choices.get_name()}'!${letter}$2:${letter}${len(offered) + 1}"
                sheet.data_validation(1, place, BLANK_ROWS, place, {"validate": "list", "source": source})
            if column.name in needed:
                sheet.write_comment(0, place, _("needed in every row"))
        _explained(book, register, columns, [_("Fill in the first sheet and bring it back. Empty: not known.")])
    return out.getvalue()


def _name(register: Register) -> str:
    """The name of a sheet: no more than 31 letters, and none that spreadsheets refuse."""
    return "".join(letter for letter in str(register.title) if letter not in "[]:*?/\\'")[:31]


def _head(book: xlsxwriter.Workbook, columns: Sequence[Column], name: str) -> Worksheet:
    sheet, bold = book.add_worksheet(name, worksheet_class=Sheet), book.add_format({"bold": True, "text_wrap": True})
    sheet.freeze_panes(1, 2)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS.get(column.kind, 16))
        sheet.write_string(0, place, column.title, bold)
    return sheet


def _rows(book: xlsxwriter.Workbook, columns: Sequence[Column], rows: Iterable[Row], name: str) -> None:
    sheet = _head(book, columns, name)
    day, moment = (book.add_format({"num_format": f"yyyy-mm-dd{more}"}) for more in ("", " hh:mm:ss"))
    text = book.add_format({"quote_prefix": True})  # stays a text, also when somebody edits the cell
    words = {True: _("yes"), False: _("no")}
    values = [column.value for column in columns]

    def write(row: int, place: int, value: Any) -> None:
        if isinstance(value, str):
            sheet.write_string(row, place, value[:CELL], text if value.startswith(FORMULA) else None)
        elif isinstance(value, bool):
            sheet.write_string(row, place, words[value])
        elif isinstance(value, datetime):
            sheet.write_datetime(row, place, value.replace(tzinfo=None), moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, day)
        elif value is not None:
            sheet.write_number(row, place, value)

    for number, row in enumerate(islice(rows, ROWS), start=1):
        for place, read in enumerate(values):
            write(number, place, read(row))


def _explained(book: xlsxwriter.Workbook, register: Register, columns: Sequence[Column], about: Sequence[str]) -> None:
    """What each column holds, its choices, and what the file is."""
    sheet, bold = book.add_worksheet(_("explanation")), book.add_format({"bold": True})
    for place, width in enumerate((34, 24, 22, 90)):
        sheet.set_column(place, place, width)
    lines: list[tuple[str, ...]] = [
        (str(register.title),),
        (str(register.description),),
        *((one,) for one in about),
        (),
    ]
    head = len(lines)
    lines.append((_("Column"), _("Name in GIS files"), _("Holds"), _("Choices")))
    lines += [(one.title, one.name, *_meaning(register, one)) for one in columns]
    for row, cells in enumerate(lines):
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell[:CELL], bold if row in (0, head) else None)


def _meaning(register: Register, column: Column) -> tuple[str, str]:
    """What a column holds, and its choices."""
    if column.name not in register.columns:
        return _("for reading only"), ""
    kind = fields.kind(register, column.name)
    told = {
        Kind.TEXT: _("text"),
        Kind.LONG: _("text"),
        Kind.INTEGER: _("whole number"),
        Kind.NUMBER: _("number"),
        Kind.BOOLEAN: _("yes or no"),
        Kind.DATE: _("date"),
        Kind.TIME: _("date and time"),
        Kind.CHOICE: _("one of the choices"),
        Kind.LINK: _("code"),
    }[kind]
    if column.name not in register.typed:
        told = _("for reading only")
    offered = fields.choices(register, column.name) if kind is Kind.CHOICE else {}
    return told, "; ".join(f"{words} ({value})" for value, words in offered.items())
