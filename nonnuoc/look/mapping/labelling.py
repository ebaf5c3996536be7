"""Names beside their marks on a sheet, none over another and none over a mark; whole arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nonnuoc.records.places.geometry import Floats

LETTER = 0.54  # mean width of a letter, in heights of the type
LINE = 1.25  # height of a line, in heights of the type
#: Where a name may stand, the best first: right, left, above, below (x, y in halves of its size, and its anchor).
SIDES = ((1.0, 0.0, "start"), (-1.0, 0.0, "end"), (0.0, -1.0, "middle"), (0.0, 1.0, "middle"))


@dataclass(frozen=True, slots=True)
class Label:
    """A name, at the middle of its line."""

    x: float
    y: float
    anchor: str
    words: str
    quiet: bool = False


def place(
    x: Floats,
    y: Floats,
    words: Sequence[str],
    radius: float,
    size: float,
    taken: Floats,
    frame: tuple[float, float],
    *,
    quiet: bool = False,
) -> tuple[list[Label], Floats]:
    """Labels for those names that find room, in their order, and every box that is taken then.

    All in mm: `radius` of the marks, `size` of the type, `taken` boxes (n, 4: left, top, right, bottom), which no name
    touches, `frame` (width, height) of the map, which none leaves.
    """
    labels: list[Label] = []
    boxes = np.concatenate((taken.reshape(-1, 4), np.empty((len(words), 4))))
    filled = len(taken)
    for px, py, name in zip(x.tolist(), y.tolist(), words, strict=True):
        wide, high = len(name) * LETTER * size, LINE * size
        for right, down, anchor in SIDES:
            at_x, at_y = px + right * (radius + 0.6), py + down * (radius + high / 2 + 0.1)
            left = at_x - {"start": 0.0, "end": wide, "middle": wide / 2}[anchor]
            box = (left, at_y - high / 2, left + wide, at_y + high / 2)
            if box[0] < 0 or box[1] < 0 or box[2] > frame[0] or box[3] > frame[1]:
                continue
            there = boxes[:filled]
            touching = (there[:, 0] < box[2]) & (there[:, 2] > box[0]) & (there[:, 1] < box[3]) & (there[:, 3] > box[1])
            if not touching.any():
                boxes[filled] = box
                filled += 1
                labels.append(Label(round(at_x, 2), round(at_y + size * 0.35, 2), anchor, name, quiet))
                break
    return labels, boxes[:filled]
