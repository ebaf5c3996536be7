"""A plan's Markdown as blocks: headings, paragraphs, points, footnotes, tables.

What a page break tore apart is put together again: a paragraph that ends in the middle of a sentence goes on in the
next one, over the footnote that stands between; a table goes on in the table right after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nonnuoc.domain.plan import tables
from nonnuoc.domain.plan.marking_up import is_bold, plain
from nonnuoc.domain.plan.tables import Row

_HASHES = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_NOTE = re.compile(r"<sup>\s*(\d+)\s*</sup>\s*(.*)|\[\^(\d+)\]:\s*(.*)", re.DOTALL)
_POINT = re.compile(r"[-*+•–]\s+(?=\S)")
_LABEL = re.compile(
    r"(?:(\d{1,2}(?:\.\d{1,2}){0,4})\.|(\d{1,2}(?:\.\d{1,2}){1,4})|([a-zđ])\)|(Điều\s+\d+)\.?)(?=\s)\s*"
)
_ROMAN = re.compile(r"((?:X{0,3})(?:IX|IV|V?I{0,3}))[.)]\s+(?=\S)")
_CAPITAL = re.compile(r"([A-Z])[.)]\s+(?=\S)")
_ENDS = re.compile(r"[.!?…:][”\"’')\]⁰-⁹¹²³]*/?$")
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})$")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page. `label` is the number it stands under as printed, without the dot or bracket."""

    kind: str  # heading, paragraph, point, note, table
    text: str = ""
    label: str = ""
    level: int = 0  # of a heading set with #
    bold: bool = False
    rows: tuple[Row, ...] = ()


def read(markdown: str) -> list[Block]:
    """The blocks of a text in their order."""
    return _mended(list(_blocks(markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", ""))))


def _blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    table: list[str] = []

    def paragraph() -> Iterator[Block]:
        if lines:
            yield _paragraph("\n".join(lines))
            lines.clear()

    def rows() -> Iterator[Block]:
        if table:
            yield Block("table", rows=tuple(_table(table)))
            table.clear()

    for line in text.split("\n"):
        inside_html = bool(table) and "<table" in table[0].casefold()
        if inside_html or _begins_table(line, table):
            yield from paragraph()
            table.append(line)
            if inside_html and "</table>" in line.casefold():
                yield from rows()
            continue
        yield from rows()
        bare = line.strip()
        if not bare or _RULE.match(bare) or bare == "\f":
            yield from paragraph()
        elif heading := _HASHES.match(bare):
            yield from paragraph()
            yield _heading(heading[2], len(heading[1]))
        else:
            if _POINT.match(bare) or _labelled(plain(bare))[0] or _NOTE.match(bare):
                yield from paragraph()
            lines.append(bare)
            if line.endswith("  "):
                yield from paragraph()
    yield from paragraph()
    yield from rows()


def _begins_table(line: str, table: Sequence[str]) -> bool:
    if "<table" in line.casefold():
        return True
    return line.count("\t") >= (1 if table else 2) or (line.lstrip().startswith("|") and line.count("|") > 2)


def _table(lines: Sequence[str]) -> list[Row]:
    if "<table" in lines[0].casefold():
        return tables.of_html("\n".join(lines))
    return tables.of_bars(lines) if lines[0].lstrip().startswith("|") else tables.of_tabs(lines)


def _paragraph(text: str) -> Block:
    if note := _NOTE.match(text):
        return Block("note", plain(note[2] or note[4] or ""), note[1] or note[3])
    if _POINT.match(text) and not is_bold(text):
        return Block("point", plain(_POINT.sub("", text, count=1)))
    bold, words = is_bold(text), plain(text)
    roman = _ROMAN.match(words)
    if roman and roman[1] and (bold or _is_title(words)):
        return _heading(text, 0)
    label, rest = _labelled(words)
    if bold and label and not label.isalpha():
        return _heading(text, 0)
    return Block("paragraph", rest, label, bold=bold)


def _heading(text: str, level: int) -> Block:
    words = plain(text)
    for pattern in (_ROMAN, _CAPITAL):
        found = pattern.match(words)
        if found and found[1]:
            return Block("heading", words[found.end() :], found[1], level, bold=True)
    label, rest = _labelled(words)
    return Block("heading", rest, label, level, bold=True)


def _labelled(words: str) -> tuple[str, str]:
    found = _LABEL.match(words)
    if found is None:
        return "", words
    return next(filter(None, found.groups())), words[found.end() :]


def _is_title(words: str) -> bool:
    """Roman numbers begin headings; in running text they do so only where all is in capitals."""
    return words == words.upper() and not words.endswith(";")


def _mended(blocks: Sequence[Block]) -> list[Block]:
    found: list[Block] = []
    for block in blocks:
        before = next((place for place in reversed(range(len(found))) if found[place].kind != "note"), None)
        if before is not None and block.kind == "table" and before == len(found) - 1 and found[before].kind == "table":
            found[before] = replace(found[before], rows=(*found[before].rows, *block.rows))
        elif before is not None and _goes_on(found[before], block):
            found[before] = replace(found[before], text=f"{found[before].text} {block.text}")
        else:
            found.append(block)
    return [replace(one, rows=tuple(tables.whole(one.rows))) if one.rows else one for one in found]


def _goes_on(above: Block, block: Block) -> bool:
    """Whether the paragraph is the rest of the one above, torn off by a page break."""
    if above.kind not in ("paragraph", "point") or block.kind != "paragraph" or block.label or above.bold or block.bold:
        return False
    if not block.text or not above.text or _ENDS.search(above.text):
        return False
    first = block.text.lstrip("“\"'(")[:1]
    if above.text.endswith(";"):
        return first.islower()
    return first.islower() or first.isdigit() or above.text.endswith(",")
