"""Be Vietnam Pro on pictures: the same two subsets as on the pages, each letter from the one that has it."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby

from PIL import ImageDraw, ImageFont

from nonnuoc.look import built

#: What the Vietnamese subset holds (frontend/src/style/fonts.css); everything else is the Latin one's.
VIETNAMESE = (
    *((0x102, 0x103), (0x110, 0x111), (0x128, 0x129), (0x168, 0x169), (0x1A0, 0x1A1), (0x1AF, 0x1B0)),
    *((0x300, 0x301), (0x303, 0x304), (0x308, 0x309), (0x323, 0x323), (0x329, 0x329), (0x1EA0, 0x1EF9)),
)
LATIN = ((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2026), (0x2212, 0x2212))


class NotBuiltError(Exception):
    """The front end, which carries the fonts, is not built."""


@cache
def font(subset: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    """Raises NotBuiltError."""
    path = built.path(f"{built.FONTS}{subset}-{weight}-normal.woff2")
    if path is None:
        raise NotBuiltError
    return ImageFont.truetype(built.FOLDER.parent / path, size)


def _subset(letter: str) -> str:
    if any(low <= ord(letter) <= high for low, high in VIETNAMESE):
        return "vietnamese"
    return "latin" if any(low <= ord(letter) <= high for low, high in LATIN) else ""


def _runs(text: str) -> list[tuple[str, str]]:
    """(subset, letters). What neither has – emoji, other scripts – is left out."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return [(subset, "".join(run)) for subset, run in groupby(plain, _subset) if subset]


def width(text: str, weight: int, size: int) -> float:
    """In pixels."""
    return sum(font(subset, weight, size).getlength(run) for subset, run in _runs(text))


def write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, weight: int, size: int, fill: str) -> None:
    """A line of text, `at` the left end of its baseline."""
    x, y = at
    for subset, run in _runs(text):
        face = font(subset, weight, size)
        pen.text((x, y), run, font=face, fill=fill, anchor="ls")
        x += face.getlength(run)


def lines(text: str, weight: int, size: int, wide: float, most: int) -> list[str]:
    """Broken into at most so many lines; what is left over ends in an ellipsis."""
    found: list[str] = []
    for word in text.split():
        longer = f"{found[-1]} {word}" if found else word
        if found and width(longer, weight, size) <= wide:
            found[-1] = longer
        else:
            found.append(_cut(word, weight, size, wide))
    if len(found) <= most:
        return found
    return [*found[: most - 1], _cut(" ".join(found[most - 1 :]), weight, size, wide)]


def _cut(text: str, weight: int, size: int, wide: float) -> str:
    """The text as far as it goes into the width."""
    if width(text, weight, size) <= wide:
        return text
    while text and width(text + "…", weight, size) > wide:
        text = text[:-1]
    return text.rstrip() + "…"
