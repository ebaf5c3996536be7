"""XLSX sheets as rows of cells, opened only after it is sure how large they become.

The reader lays a sheet out densely from its first to its last cell, copies each shared string into every cell that
shows it, and gives a formula's last result or nothing for it. So the sheet's XML is looked through first, as bytes.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import python_calamine as calamine

from nonnuoc.ingest.formats import archive
from nonnuoc.ingest.formats.readings import Refused

MOST_CELLS = 2_000_000
_MOST_MEMBERS = 1000
_MOST_TEXT = 200 * 1024 * 1024
_SMALL = 1 << 20  # parts of this size compress as well as they like

_SHEET = re.compile(rb"<(?:[^\s<>/:]+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:[^\s<>/:]+:)?Relationship\s([^>]*)>")
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c(?:\s([^>]*?))?/?>(?:\s*<(?:[^\s<>/:]+:)?(f)[\s/>])?")
_PLACE = re.compile(rb'(?:^|\s)r="([A-Z]{1,3})([0-9]{1,7})"')
_TYPE = re.compile(rb'(?:^|\s)t="(\w+)"')
_STRING = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s/>]")


class Sheet(NamedTuple):
    """All rows from the first, dense; and the cells (row, column, from 0) that hold a formula or an error."""

    rows: list[list[object]]
    formulas: frozenset[tuple[int, int]]
    errors: frozenset[tuple[int, int]]


def read(body: bytes, name: str = "") -> Sheet:
    """The named sheet, or the first one. Raises Refused: workbook, workbook_size, profile and those of archives."""
    with archive.opened(body, members=_MOST_MEMBERS, small=_SMALL) as parts:
        formulas, errors = _looked_through(parts, _part(parts, name))
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(body)) as workbook:
            sheet = workbook.get_sheet_by_name(name) if name else workbook.get_sheet_by_index(0)
            rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    except (calamine.CalamineError, OSError, ValueError, IndexError) as fault:
        raise Refused("workbook", str(fault)) from fault
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":  # of the reader's Rust; no Exception, so no caller would stop it
            raise Refused("workbook") from fault
        raise
    return Sheet(rows, formulas, errors)


def _part(parts: zipfile.ZipFile, name: str) -> str:
    """Where the sheet is in the archive."""
    sheets = [_attributes(found[1]) for found in _SHEET.finditer(_read(parts, "xl/workbook.xml"))]
    relations = [_attributes(found[1]) for found in _RELATION.finditer(_read(parts, "xl/_rels/workbook.xml.rels"))]
    chosen = [sheet for sheet in sheets if not name or sheet.get("name") == name]
    if not chosen:
        raise Refused("profile", name)
    target = {relation.get("Id"): relation.get("Target", "") for relation in relations}.get(chosen[0].get("id"), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attributes(tag: bytes) -> dict[str, str]:
    found = re.findall(r'(?:^|\s)(?:\w+:)?(\w+)="([^"]*)"', tag.decode(errors="replace"))
    return {key: html.unescape(value) for key, value in found}


def _read(parts: zipfile.ZipFile, name: str) -> bytes:
    try:
        xml = parts.read(name)
    except (KeyError, *archive.FAULTS) as fault:
        raise Refused("workbook", name) from fault
    if b"\0" in xml or b"<!" in xml:  # UTF-16, comments or a DTD: no office program writes them, and they hide cells
        raise Refused("workbook", name)
    return xml


def _looked_through(parts: zipfile.ZipFile, name: str) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
    xml = _read(parts, name)
    formulas, errors = set(), set()
    rows = columns = strings = 0
    for row, column, kind, has_formula in _cells(xml):
        rows, columns = max(rows, row), max(columns, column)
        strings += kind == b"s"
        if has_formula:
            formulas.add((row - 1, column - 1))
        elif kind == b"e":
            errors.add((row - 1, column - 1))
    if rows * columns > MOST_CELLS:
        raise Refused("workbook_size", f"{rows} × {columns}")
    if strings * _longest_string(parts) > _MOST_TEXT:
        raise Refused("workbook_size")
    return frozenset(formulas), frozenset(errors)


def _cells(xml: bytes) -> Iterator[tuple[int, int, bytes, bool]]:
    """Row and column from 1, type, and whether it holds a formula; a cell that does not say its place is refused."""
    for cell in _CELL.finditer(xml):
        attributes = cell[1] or b""
        place, kind = _PLACE.search(attributes), _TYPE.search(attributes)
        if place is None:
            raise Refused("workbook")
        yield int(place[2]), _column(place[1]), kind[1] if kind else b"n", cell[2] is not None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _longest_string(parts: zipfile.ZipFile) -> int:
    longest = 0
    for name in parts.namelist():
        if name.lower().endswith("sharedstrings.xml"):
            xml = _read(parts, name)
            starts = [found.start() for found in _STRING.finditer(xml)] + [len(xml)]
            longest = max([longest, *(end - start for start, end in pairwise(starts))])
    return longest
