"""The numbers Word sets in front of paragraphs by itself, worked out as text; and its footnotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
MOST_ROMAN = 3999
LEVELS = range(9)  # of a list, as Word has them
_LETTERS = "abcdđeghiklmnopqrstuvxy"  # as administrative documents count


def _roman(count: int) -> str:
    if count > MOST_ROMAN:
        return str(count)
    text = ""
    for value, sign in _ROMAN:
        while count >= value:
            text, count = text + sign, count - value
    return text


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
    "upperLetter": lambda count: chr(64 + min(count, 26)),
    "lowerLetter": lambda count: _LETTERS[min(count, len(_LETTERS)) - 1],
    "bullet": lambda _count: "-",
}


class Numbering:
    """Counts along with the document: asked for each paragraph once, in order."""

    def __init__(self, document: Document) -> None:
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # of a list: format, text, start by level
        try:
            root: Any = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {one.get(qn("w:abstractNumId")): _levels(one) for one in root.findall(qn("w:abstractNum"))}
        for one in root.findall(qn("w:num")):
            rests_on = one.find(qn("w:abstractNumId"))
            if rests_on is not None:
                self._levels[one.get(qn("w:numId"))] = abstract.get(rests_on.get(qn("w:val")), {})

    def label(self, paragraph: Paragraph) -> str:
        """What stands in front of it ("II.", "1.1.", "a)", "-"); "" where Word sets no number."""
        properties = _properties(paragraph)
        if properties is None:
            return ""
        number, level = properties
        known = self._levels.get(number, {})
        if level not in known:
            return ""
        counts = self._counts[number]
        counts[level] = counts.get(level, known[level][2] - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        form, text, _start = known[level]
        if form == "bullet":
            return "-"
        for place in range(level + 1):
            shown = known.get(place, ("decimal", "", 1))
            count = counts.get(place, shown[2])
            text = text.replace(f"%{place + 1}", _FORMATS.get(shown[0], str)(count))
        return text.strip()


def footnotes(document: Document) -> Mapping[str, str]:
    """The text of each footnote, by its id."""
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES and not relation.is_external:
            root: Any = parse_xml(relation.target_part.blob)
            return {
                one.get(qn("w:id")): "".join(text.text or "" for text in one.iter(qn("w:t"))).strip()
                for one in root.findall(qn("w:footnote"))
                if one.get(qn("w:type")) is None
            }
    return {}


def _levels(abstract: Any) -> dict[int, tuple[str, str, int]]:
    found = {}
    for level in abstract.findall(qn("w:lvl")):
        form, text, start = (level.find(qn(name)) for name in ("w:numFmt", "w:lvlText", "w:start"))
        if int(level.get(qn("w:ilvl"))) not in LEVELS:
            continue
        found[int(level.get(qn("w:ilvl")))] = (
            form.get(qn("w:val")) if form is not None else "decimal",
            text.get(qn("w:val")) if text is not None else "",
            int(start.get(qn("w:val"))) if start is not None else 1,
        )
    return found


def _properties(paragraph: Paragraph) -> tuple[str, int] | None:
    """The list and level of a paragraph: its own, else those of its style."""
    style: Any = paragraph.style.element if paragraph.style is not None else None
    for element in (paragraph._p, style):
        properties = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") if element is not None else None
        if properties is not None:
            number, level = properties.find(qn("w:numId")), properties.find(qn("w:ilvl"))
            if number is None or number.get(qn("w:val")) == "0":
                return None
            return number.get(qn("w:val")), int(level.get(qn("w:val"))) if level is not None else 0
    return None
