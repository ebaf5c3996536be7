"""A text laid out for reading: headings, paragraphs with their sentences, and the table of the appendix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nonnuoc.domain.plan import tables
from nonnuoc.domain.plan.sentences import APPENDIX
from nonnuoc.records.plans.models import Mark, Passage, Question
from nonnuoc.records.plans.text.reading import FRAME, Line

Kind = Passage.Kind
_LISTS = re.compile(r"\b(?:gồm|cụ thể|như sau|sau đây|như)[^:;.]{0,40}:\s", re.IGNORECASE)
MANY = 4  # things named one after the other, from which on each stands in a line of its own


@dataclass(frozen=True, slots=True)
class Note:
    """A mark as it is shown: with the name of the entry it leads to; "": to none, or none for this reader."""

    mark: Mark
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what is known of it; `items`: the things its list names, each a line."""

    line: Line
    number: int  # within its paragraph
    lead: str
    items: tuple[str, ...]
    notes: tuple[Note, ...]
    cells: tuple[tuple[str, str], ...] = ()  # of a row: heading of the column, text

    @property
    def gap(self) -> Question | None:
        """The question that a duty of it is not covered."""
        asked = (one for one in self.line.questions if one.kind == Question.Kind.UNCOVERED)
        return next(asked, None) if self.line.uncovered else None

    @property
    def questions(self) -> Sequence[Question]:
        """The others."""
        return [one for one in self.line.questions if one != self.gap]


@dataclass(slots=True)
class Block:
    """One thing down the page. `kind`: heading, paragraph, note, table."""

    kind: str
    anchor: str
    label: str = ""
    level: int = 0
    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[Sentence] = field(default_factory=list)

    @property
    def noted(self) -> bool:
        return any(one.notes or one.questions or one.line.uncovered for one in self.sentences)


def compose(lines: Iterable[Line], names: Mapping[tuple[str, str], str], show: str = "") -> list[Block]:
    """The blocks of a page; with `show` "uncovered" or "unread" only such sentences, under their headings."""
    blocks: list[Block] = []
    paragraphs: dict[str, Block] = {}
    for line in lines:
        one = line.passage
        if one.kind == Kind.HEADING and not (one.cells and blocks and blocks[-1].kind == "table"):
            blocks.append(Block("heading", one.anchor, one.label, min(one.level, 4), one.text))
        elif one.kind == Kind.PARAGRAPH:
            paragraphs[one.anchor] = Block("paragraph", one.anchor, _printed(one.label))
            blocks.append(paragraphs[one.anchor])
        elif one.kind == Kind.SENTENCE and one.parent in paragraphs:
            block = paragraphs[one.parent]
            block.sentences.append(_sentence(line, len(block.sentences) + 1, names))
        elif one.kind == Kind.NOTE:
            blocks.append(Block("note", one.anchor, one.label, sentences=[_sentence(line, 1, names)]))
        else:
            _row(blocks, line, names)
    return _chosen(blocks, show) if show else [one for one in blocks if one.kind != "paragraph" or one.sentences]


def contents(blocks: Iterable[Block]) -> list[Block]:
    """Headings for the table of contents: those of the first two levels, with a number."""
    return [one for one in blocks if one.kind == "heading" and one.level <= 2 and (one.label or one.anchor == APPENDIX)]


def _row(blocks: list[Block], line: Line, names: Mapping[tuple[str, str], str]) -> None:
    one = line.passage
    if not blocks or blocks[-1].kind != "table":
        blocks.append(Block("table", f"{one.parent}-table"))
    table = blocks[-1]
    if tables.roles(one.cells) and not table.columns:
        table.columns = tuple(one.cells)
    else:
        headings = (*table.columns, *[""] * len(one.cells))
        cells = tuple(zip(headings, one.cells, strict=False))
        table.rows.append(replace(_sentence(line, 0, names), cells=cells))


def _sentence(line: Line, number: int, names: Mapping[tuple[str, str], str]) -> Sentence:
    text = line.passage.text
    notes = tuple(Note(mark, names.get((mark.register, mark.code), "")) for mark in line.marks if _tells(mark, line))
    begun = _LISTS.search(text)
    if begun is None or text.count(";", begun.end()) < MANY - 1 or "(" in _unclosed(text[: begun.end()]):
        return Sentence(line, number, text, (), notes)
    parts = _apart(text[begun.end() :])
    return Sentence(line, number, text[: begun.end()].strip(), parts, notes)


def _tells(mark: Mark, line: Line) -> bool:
    """Not what everybody sees: that the opening gives no duty; nor a bare duty beside the word that it has no task."""
    if mark.kind == Mark.Kind.FRAME:
        return bool(mark.note) or not mark.anchor.startswith(FRAME)
    bare = not (mark.task or mark.target or mark.register or mark.words or mark.note)
    return not (mark.kind == Mark.Kind.DUTY and bare and line.uncovered)


def _apart(text: str) -> tuple[str, ...]:
    """The list at its semicolons, those in brackets left alone; joined by a space it is the text again."""
    parts, depth, begun = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth <= 0:
            parts.append(text[begun : place + 1].strip())
            begun = place + 1
    return tuple(filter(None, [*parts, text[begun:].strip()]))


def _unclosed(text: str) -> str:
    return text[text.rfind(")") + 1 :]


def _printed(label: str) -> str:
    """The label as it is printed: "a)", "1.1."."""
    return f"{label})" if label.isalpha() and len(label) == 1 else f"{label}." if label else ""


def _chosen(blocks: Sequence[Block], show: str) -> list[Block]:
    wanted: list[Block] = []
    above: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            above = [one for one in above if one.level < block.level] + [block]
            continue
        block.sentences = [one for one in block.sentences if _is(one, show)]
        block.rows = [one for one in block.rows if _is(one, show)]
        if block.sentences or block.rows:
            wanted.extend(one for one in above if one not in wanted)
            wanted.append(block)
    return wanted


def _is(sentence: Sentence, show: str) -> bool:
    return sentence.line.uncovered if show == "uncovered" else not sentence.line.read
