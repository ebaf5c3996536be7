"""Running Vietnamese text cut into sentences."""

from __future__ import annotations

import re

#: What ends in a dot and no sentence with it.
_SHORT = frozenset(
    {"tp", "tx", "tt", "ts", "ths", "gs", "pgs", "ks", "cn", "bs", "p", "q", "x", "h", "đ", "đc", "đ/c", "km", "ha"}
    | {"tr", "st", "stt", "vd", "nxb", "kt", "tm", "tl", "tuq", "ubnd", "mr", "mrs", "dr", "no"}
)
_END = re.compile(r"(?:\.{3}|[.!?…]+)[”\"’')\]⁰¹²³⁴-⁹]*(?=\s+[“\"'(\[]?([^\W_]))")
_OPEN, _CLOSE = "(“[", ")”]"


def sentences(text: str) -> list[str]:
    """Its sentences, in order; joined by a space they are the text again.

    A dot after an abbreviation, after one capital letter, in brackets or in quotation marks ends none; neither does
    what goes on in a small letter ("… gây ra").
    """
    found, begun = [], 0
    for end in _END.finditer(text):
        if (
            end[1].islower()
            or _inside(text[begun : end.end()], text[end.end() :])
            or _is_short(text[begun : end.start()], end[0])
        ):
            continue
        found.append(text[begun : end.end()].strip())
        begun = end.end()
    rest = text[begun:].strip()
    return [one for one in (*found, rest) if one]


def _inside(before: str, after: str) -> bool:
    """Whether a bracket that closes later is open."""
    for opening, closing in zip(_OPEN, _CLOSE, strict=True):
        depth = 0
        for letter in before:
            depth = depth + 1 if letter == opening else max(0, depth - 1) if letter == closing else depth
        if depth and closing in after:
            return True
    return False


def _is_short(before: str, end: str) -> bool:
    """Whether the dot belongs to the word before it."""
    if not end.startswith(".") or end.startswith(".."):
        return False
    word = re.split(r"[\s(“\"]", before)[-1]
    return word.casefold() in _SHORT or (len(word) == 1 and word.isupper() and word.isalpha()) or word == "v.v"
