"""The text of a plan as pieces that can be pointed at, each with an anchor a person can say.

"II.3.1.b.2" is the second sentence of point b of section II.3.1, "PL.III.6" row 6 of part III of the appendix,
"CT.1" the first footnote, "MD.4" the fourth sentence before the first section, "KT.2" the second one of the close.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nonnuoc.domain.plan import blocks, tables
from nonnuoc.domain.plan.blocks import Block
from nonnuoc.domain.plan.cutting import sentences
from nonnuoc.domain.plan.tables import Row

HEADING, PARAGRAPH, SENTENCE, NOTE, ROW = "heading", "paragraph", "sentence", "note", "row"
#: Where what has no section stands: before the first, after the last, in the appendix, in the footnotes.
OPENING, CLOSING, APPENDIX, NOTES = "MD", "KT", "PL", "CT"

_ROMAN = re.compile(r"[IVX]+$")
_APPENDIX = re.compile(r"phu luc\b")
_CLOSES = re.compile(r"noi nhan\b|(?:tm|kt|tl|tuq)\. ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading, a paragraph (no text but its sentences), a sentence, a footnote, or a row of a table.

    `parent` is the anchor of what it stands in; `level` of a heading, 1 the highest; `cells` of a row, in the order
    of the columns. The row of the columns' headings has an anchor that ends in ".cot" and no label.
    """

    kind: str
    anchor: str
    parent: str = ""
    label: str = ""
    level: int = 0
    text: str = ""
    cells: tuple[str, ...] = ()
    order: int = 0


def split(markdown: str) -> Sequence[Piece]:
    """The pieces of a plan in the order of its text. Anchors are unique; every word is in exactly one piece.

    Nothing makes it fail: text that follows no known form becomes sentences of the opening.
    """
    read = blocks.read(markdown)
    return _Reading(read, _Reading(read, frozenset()).labelled).pieces


class _Reading:
    """One pass over the blocks: where it stands, and what it has found.

    `reserved`: anchors that printed labels give; no sentence that is only counted may have one of these.
    """

    def __init__(self, read: Sequence[Block], reserved: Collection[str]) -> None:
        self.pieces: list[Piece] = []
        self.labelled: set[str] = set()
        self._reserved = reserved
        self._used: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._part = self._root = ""  # "A" of a plan in parts; "II"
        self._heading = OPENING  # the anchor of the last heading
        self._holder = OPENING  # of the last thing with a label: heading or paragraph
        self._goes_on = False  # the last paragraph announced more: it ended in ":" or ";"
        self._appendices = 0
        for block in read:
            self._take(block)

    def _take(self, block: Block) -> None:
        if block.kind == "note":
            self._add(NOTE, f"{NOTES}.{block.label}", "", label=block.label, text=block.text)
        elif block.kind == "table":
            self._table(block.rows)
        elif block.bold and not block.label and _APPENDIX.match(tables.folded(block.text)):
            self._open_appendix(block.text)
        elif block.kind == "heading":
            self._open(block)
        else:
            self._paragraph(block)

    def _add(self, kind: str, anchor: str, parent: str, **said: object) -> str:
        if said.get("label"):
            self.labelled.add(anchor)
        anchor = fresh(anchor, self._used)
        self._used.add(anchor)
        self.pieces.append(Piece(kind, anchor, parent, order=len(self.pieces), **said))  # type: ignore[arg-type]
        return anchor

    def _next(self, stem: str, mark: str = "") -> str:
        """The next number within `stem` that no label has."""
        self._counts[stem + mark] += 1
        anchor = f"{stem}.{mark}{self._counts[stem + mark]}"
        return anchor if mark or anchor not in self._reserved else self._next(stem, "s")

    def _open(self, block: Block) -> None:
        if not block.label:
            anchor = self._next(self._heading, "h")
            level = block.level or (1 if self._heading == OPENING else 2)
            self._add(HEADING, anchor, self._parent(self._heading), level=level, text=block.text)
            return
        anchor, level = self._numbered(block.label)
        self._heading = self._holder = self._add(
            HEADING, anchor, self._above(anchor), label=block.label, level=level, text=block.text
        )
        if level == 1:
            self._root = self._heading
        self._goes_on = False

    def _numbered(self, label: str) -> tuple[str, int]:
        """The anchor and level of a heading with this label."""
        follows = chr(ord(self._part) + 1) if len(self._part) == 1 else "A"
        if label == follows and label != "I":
            self._part = self._root = label
            return label, 1
        if _ROMAN.match(label) or not self._root:
            return (f"{self._part}.{label}" if self._part else label.replace(" ", "-")), 1 + label.count(".")
        return f"{self._root}.{label.replace(' ', '-')}", 2 + label.count(".")

    def _above(self, anchor: str) -> str:
        """The nearest heading whose anchor this one goes on from."""
        stem = anchor
        while "." in stem:
            stem = stem.rpartition(".")[0]
            if stem in self._used:
                return stem
        return ""

    def _parent(self, anchor: str) -> str:
        return anchor if anchor in self._used else ""

    def _open_appendix(self, text: str) -> None:
        self._appendices += 1
        anchor = APPENDIX if self._appendices == 1 else f"{APPENDIX}{self._appendices}"
        self._heading = self._holder = self._root = self._add(HEADING, anchor, "", level=1, text=text)
        self._part, self._goes_on = "", False

    def _paragraph(self, block: Block) -> None:
        words = tables.folded(block.text)
        if _CLOSES.match(words) and not block.label and not self._in_appendix():
            self._heading = self._holder = CLOSING
        if self._in_appendix() and block.bold and not block.label:
            self._add(HEADING, self._next(self._heading, "h"), self._heading, level=2, text=block.text)
            return
        if block.label:
            holder = stem = self._labelled(block.label)
        else:
            stem = self._holder if self._goes_on or block.kind == "point" else self._heading
            holder = self._add(PARAGRAPH, self._next(stem, "p"), self._parent(stem))
        mark = "s" if self._in_appendix() else ""
        for text in sentences(block.text):
            self._add(SENTENCE, self._next(stem, mark), holder, text=text)
        if block.kind != "point":
            self._goes_on = block.text.endswith((":", ";"))

    def _labelled(self, label: str) -> str:
        """The paragraph with this label, opened; a letter stands in the number before it."""
        if label.isalpha():
            stem = self._holder if not self._holder_is_letter() else self._holder.rpartition(".")[0]
            anchor = f"{stem}.{label}"
        else:
            anchor = f"{self._root}.{label.replace(' ', '-')}" if self._root else label.replace(" ", "-")
            stem = self._above(anchor) or self._heading
        self._holder = self._add(PARAGRAPH, anchor, self._parent(stem), label=label)
        return self._holder

    def _holder_is_letter(self) -> bool:
        last = self._holder.rpartition(".")[2]
        return self._holder != self._heading and last[:1].isalpha() and not _ROMAN.match(last)

    def _in_appendix(self) -> bool:
        return self._heading.startswith(APPENDIX)

    def _table(self, rows: Sequence[Row]) -> None:
        known = next((found for row in rows if (found := tables.roles(row.cells))), {})
        if known and "lead" in known and not self._in_appendix():
            self._heading = self._holder = APPENDIX
            self._part, self._root = "", APPENDIX
        stem = self._heading if self._in_appendix() else f"{self._heading}.r"
        section, number = stem, known.get("number", 0)
        for row in rows:
            cells, label = row.cells, row.cells[number] if number < len(row.cells) else ""
            if tables.roles(cells):
                self._add(ROW, f"{stem}.cot", self._parent(self._heading), text=" ".join(cells), cells=cells)
            elif _is_section(row, label, known):
                name = next((cell for cell in cells if cell and cell != label), "")
                anchor = f"{stem}.{_short(label) or 'h'}"
                section = self._add(HEADING, anchor, self._parent(stem), label=label, level=2, text=name, cells=cells)
            else:
                self._row(row, section, label, known.get("title", 1))

    def _row(self, row: Row, section: str, label: str, title: int) -> None:
        short = _within(_short(label), section.rpartition(".")[2])
        text = row.cells[title] if title < len(row.cells) else " ".join(row.cells)
        anchor = f"{section}.{short}" if short else self._next(section, "x")
        self._add(ROW, anchor, self._parent(section), label=label, text=text, cells=row.cells)


def _is_section(row: Row, label: str, known: object) -> bool:
    """A row that opens a part of the table: a Roman number, or bold with nothing but a title."""
    written = [cell for cell in row.cells if cell]
    return bool(known) and len(set(written)) <= 2 and (bool(_ROMAN.match(_short(label))) or row.bold)


def _short(label: str) -> str:
    return re.sub(r"[^\w.]+", "-", label.strip().strip(".)")).strip("-")


def _within(number: str, section: str) -> str:
    """A row's number within its part: "2.1" in part II is 1."""
    first, _dot, rest = number.partition(".")
    return rest if rest and first.isdigit() and int(first) == _value(section) else number


def _value(roman: str) -> int:
    if not _ROMAN.match(roman):
        return 0
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in roman]
    return sum(-one if one < max(values[place:]) else one for place, one in enumerate(values))


def fresh(anchor: str, used: Collection[str]) -> str:
    """The anchor, or with "-2", "-3" … where it is taken; never longer than 60 letters."""
    anchor = anchor[:56]
    further = (f"{anchor}-{number}" for number in range(2, len(used) + 3))
    return anchor if anchor not in used else next(one for one in further if one not in used)
