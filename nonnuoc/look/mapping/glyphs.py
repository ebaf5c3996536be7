"""The marks of the map: an outline for each subject, a filling for each layer in it. Told apart without any colour.

Drawn on a square of 24 units, from the page's own SVG, so that page, canvas and print show the same.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Outline of a subject: drawn in ink, filled with paper.
OUTLINES = {
    "places": "M12 3l7 5.4V21H5V8.4z",  # a house
    "monitoring": "M12 2.6a9.4 9.4 0 1 0 .01 0z",  # a circle
    "facilities": "M3.5 3.5h17v17h-17z",  # a square
    "waste": "M2.5 3.5h19L12 21.5z",  # a triangle that stands on its head
    "land": "M12 1.8L22.2 12 12 22.2 1.8 12z",  # a square on its corner
    "waters": "M12 1.5c3.6 5 7.2 9 7.2 13.2a7.2 7.2 0 0 1-14.4 0C4.8 10.5 8.4 6.5 12 1.5z",  # a drop
    "nature": "M7 2.6h10L22 12l-5 9.4H7L2 12z",  # a hexagon
}
#: What is drawn inside, in ink; the first layer of a subject takes the first.
FILLINGS = (
    "M12 8.2a4.6 4.6 0 1 0 .01 0z",
    "M7 11h10v3.6H7z",
    "M10.2 7.5h3.6v10h-3.6z",
    "M10.4 7.5h3.2v3.4H17v3.2h-3.4v3.4h-3.2v-3.4H7v-3.2h3.4z",
    "M12 7.6l4.8 7.9H7.2z",
    "M7 7.9h10v2.7H7zm0 5.2h10v2.7H7z",
    "M7.7 7.5h2.9v9.6H7.7zm5.7 0h2.9v9.6h-2.9z",
    "M12 7.7a5 5 0 1 0 .01 0zm0 3a2 2 0 1 1-.01 0z",
    "M7.2 8.5l1.9-1.9L12 9.5l2.9-2.9 1.9 1.9-2.9 2.9 2.9 2.9-1.9 1.9-2.9-2.9-2.9 2.9-1.9-1.9 2.9-2.9z",
    "M12 7.2v10a5 5 0 0 1 0-10z",
    "M7 12.2h10a5 5 0 0 1-10 0z",
    "",
)
#: Of the lines and edges of a layer: lengths of ink and gap, in units of the line's width.
DASHES = ("", "4 2", "1.5 1.5", "6 2 1.5 2", "8 3", "3 1.5 1 1.5 1 1.5")


@dataclass(frozen=True, slots=True)
class Glyph:
    """How the things of one layer are drawn."""

    outline: str  # path data
    filling: str
    dash: str


def glyph(subject: str, place: int) -> Glyph:
    """That of a subject's layer at this place (from 0); beyond the last filling they begin again."""
    return Glyph(OUTLINES[subject], FILLINGS[place % len(FILLINGS)], DASHES[place % len(DASHES)])
