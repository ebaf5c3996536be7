"""Tables as plans write them – Markdown, rows set apart by tabs, HTML – as rows of cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from nonnuoc.domain.plan.marking_up import is_bold, plain

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
#: What the heading of a column says it holds, folded: the first that fits a column has it.
_ROLES: Sequence[tuple[str, re.Pattern[str]]] = (
    ("number", re.compile(r"^(?:stt|tt|so tt|so thu tu|no\.?)$")),
    ("time", re.compile(r"thoi gian|thoi han|tien do|han hoan thanh|hoan thanh")),
    ("lead", re.compile(r"chu tri|thuc hien chinh|dau moi")),
    ("help", re.compile(r"phoi hop")),
    ("product", re.compile(r"san pham|ket qua")),
    ("title", re.compile(r"noi dung|nhiem vu|ten |cong viec|chuong trinh|du an|de an")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """Texts of its cells in the order of the columns; `bold`: every cell that has a text is set in bold."""

    cells: tuple[str, ...]
    bold: bool = False


def folded(text: str) -> str:
    """Small letters without marks, one space between words."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def roles(cells: Sequence[str]) -> Mapping[str, int]:
    """Which column holds what, from the headings of the columns; empty where this is no such row of headings.

    Keys: number, title, time, lead, help, product. A row of headings names at least the title and one more column.
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(map(folded, cells)):
        role = next((role for role, words in _ROLES if role not in found and words.search(cell)), None)
        if role is not None and len(cell) <= 60:
            found[role] = place
    return found if "title" in found and len(found) > 1 and found.keys() & {"time", "lead", "number"} else {}


def of_bars(lines: Iterable[str]) -> list[Row]:
    """Rows of a Markdown table; the line of dashes below its headings is none."""
    return [_row(_BAR.split(line.strip().strip("|"))) for line in lines if not _RULE.fullmatch(line)]


def of_tabs(lines: Iterable[str]) -> list[Row]:
    """Rows of lines whose cells are set apart by tabs."""
    return [_row(line.split("\t")) for line in lines]


def of_html(text: str) -> list[Row]:
    """Rows of an HTML table. A cell that reaches over rows stands in each; over columns, in the first."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    width = max((len(row) for row in reader.rows), default=0)
    return [_row([*row, *[""] * (width - len(row))]) for row in reader.rows if any(cell.strip() for cell in row)]


def whole(rows: Sequence[Row]) -> list[Row]:
    """The rows without repeated headings, and what runs on over a page put back to where it began.

    A row without a number that is not bold runs on: its cells follow on those above.
    """
    found: list[Row] = []
    heading: tuple[str, ...] | None = None
    for row in rows:
        key = tuple(map(folded, row.cells))
        if not any(key) or key == heading:
            continue
        if heading is None and roles(row.cells):
            heading = key
        elif found and not row.cells[0] and not row.bold and _runs_on(found[-1], heading):
            found[-1] = Row(_joined(found[-1].cells, row.cells), found[-1].bold)
            continue
        found.append(row)
    return found


def _runs_on(above: Row, heading: tuple[str, ...] | None) -> bool:
    return bool(above.cells[0]) and tuple(map(folded, above.cells)) != heading


def _joined(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    width = max(len(above), len(below))
    pairs = zip((*above, *[""] * (width - len(above))), (*below, *[""] * (width - len(below))), strict=True)
    return tuple(" ".join(filter(None, pair)) for pair in pairs)


def _row(cells: Sequence[str]) -> Row:
    written = [cell for cell in cells if cell.strip()]
    return Row(tuple(plain(cell) for cell in cells), bool(written) and all(map(is_bold, written)))


class _Reader(HTMLParser):
    """The cells of every row, as written, with bold kept as a tag."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._reach: tuple[int, int] = (1, 1)  # rows, columns
        self._held: dict[int, tuple[int, str]] = {}  # column: how many rows more, what

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            said = dict(attrs)
            self._reach = (_number(said.get("rowspan")), _number(said.get("colspan")))
            self._cell = []
        elif self._cell is not None:
            self._cell.append("<b>" if tag in ("b", "strong") else " " if tag in ("br", "p", "div") else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "tr" and self.rows:
            self._fill(self.rows[-1])
        elif self._cell is not None and tag in ("b", "strong"):
            self._cell.append("</b>")

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if not self.rows:
            self.rows.append([])
        row, text, (down, across) = self.rows[-1], "".join(self._cell).strip(), self._reach
        self._cell = None
        self._fill(row)
        for further in range(across):
            if down > 1:
                self._held[len(row)] = (down - 1, "" if further else text)
            row.append("" if further else text)

    def _fill(self, row: list[str]) -> None:
        """Cells that reach down from rows above."""
        while (held := self._held.get(len(row))) is not None:
            more, text = held
            if more > 1:
                self._held[len(row)] = (more - 1, text)
            else:
                del self._held[len(row)]
            row.append(text)


def _number(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdigit() and int(text) > 0 else 1
