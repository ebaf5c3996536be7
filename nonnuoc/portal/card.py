"""A social card, drawn: the sentence, the number in its colour and shape, and when that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from nonnuoc import rules
from nonnuoc.look import law
from nonnuoc.portal import lettering
from nonnuoc.portal.rows import Mark

WIDE, HIGH, EDGE = 1200, 630, 64
TWICE = 2  # drawn so much larger and made smaller again: smooth edges
PAPER, INK, STONE, JADE, RIM = "#fbfaf6", "#1b1c1a", "#514e48", "#005a52", "#52524f"
LIGHT_TEXT = ("aqi-5", "aqi-6", "wqi-1", "wqi-6")
#: The shapes of look/templates/parts/shapes.html in a square of 40; a circle and a square are drawn as such.
STAR = "20,0.5 25,8 34,6 32,15 39.5,20 32,25 34,34 25,32 20,39.5 15,32 6,34 8,25 0.5,20 8,15 6,6 15,8"
SHAPES = {
    3: "20,1.5 39.6,36 0.4,36",
    4: "20,0.5 39.5,20 20,39.5 0.5,20",
    5: STAR,
    6: "12,1 28,1 28,10 39,10 39,30 28,30 28,39 12,39 12,30 1,30 1,10 12,10",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on it. `mark` only where there is an index of now."""

    above: str
    sentence: str
    then: str
    below: str
    mark: Mark | None
    simulated: str  # the word, where it is


@lru_cache(maxsize=256)
def png(card: Card) -> bytes:
    """The picture, WIDE by HIGH. Raises lettering.NotBuiltError."""
    image = Image.new("RGB", (WIDE * TWICE, HIGH * TWICE), PAPER)
    pen = ImageDraw.Draw(image)
    wide = WIDE - 2 * EDGE - (280 if card.mark else 0)
    y = _paragraph(pen, EDGE + 36, card.above, 400, 30, wide, 1, STONE)
    y = _paragraph(pen, y + 50, card.sentence, 600, 58, wide, 4, INK)
    _paragraph(pen, y + 20, card.then, 400, 32, WIDE - 2 * EDGE, 2 if y < 400 else 1, INK)
    _write(pen, EDGE, HIGH - EDGE, card.below, 400, 28, STONE)
    right = lettering.width("Non Nước", 600, 34)
    _write(pen, WIDE - EDGE - right, HIGH - EDGE, "Non Nước", 600, 34, JADE)
    if card.mark:
        _mark(pen, card.mark)
    if card.simulated:
        _banner(pen, card.simulated)
    out = BytesIO()
    image.resize((WIDE, HIGH), Image.Resampling.LANCZOS).quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


def _write(pen: ImageDraw.ImageDraw, x: float, y: float, text: str, weight: int, size: int, fill: str) -> None:
    lettering.write(pen, (x * TWICE, y * TWICE), text, weight, size * TWICE, fill)


def _paragraph(
    pen: ImageDraw.ImageDraw, y: float, text: str, weight: int, size: int, wide: float, most: int, fill: str
) -> float:
    """Lines from `y`, the top of the first one, on; gives where the next thing may begin."""
    for line in lettering.lines(text, weight, size, wide, most):
        _write(pen, EDGE, y + size, line, weight, size, fill)
        y += size * 1.35
    return y


def _mark(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    side, left, top = 220, WIDE - EDGE - 220, 150
    scale = side / 40 * TWICE

    def at(x: float, y: float) -> tuple[float, float]:
        return left * TWICE + x * scale, top * TWICE + y * scale

    fill, width = _colour(mark.css), 2 * TWICE
    if mark.rank == 1:
        pen.ellipse((*at(3, 3), *at(37, 37)), fill, RIM, width)
    elif mark.rank == 2:
        pen.rounded_rectangle((*at(4, 4), *at(36, 36)), 3 * scale, fill, RIM, width)
    else:
        points = [at(*map(float, pair.split(","))) for pair in SHAPES[mark.rank].split()]
        pen.polygon(points, fill, RIM, width)
    size = 72
    x = left + side / 2 - lettering.width(mark.number, 600, size) / 2
    y = top + side / 2 + size * 0.36 + (side * 0.12 if mark.rank == 3 else 0)
    _write(pen, x, y, mark.number, 600, size, "#ffffff" if mark.css in LIGHT_TEXT else "#111110")


def _colour(css: str) -> tuple[int, int, int]:
    """The Decision's own."""
    scheme, _, rank = css.partition("-")
    table = {style: name for name, style in law.TABLES.values()}[scheme]
    red, green, blue = rules.load(table, on=date.today()).data["category"][int(rank) - 1]["rgb"]
    return red, green, blue


def _banner(pen: ImageDraw.ImageDraw, words: str) -> None:
    """As on the pages: white on ink over the whole width."""
    pen.rectangle((0, 0, WIDE * TWICE, 64 * TWICE), fill=INK)
    _write(pen, EDGE, 44, words, 600, 28, PAPER)
