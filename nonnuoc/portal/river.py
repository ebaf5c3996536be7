"""The river from a station's file to the page, drawn and told step by step (docs/RIVER.md, for everybody)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext

WIDE, HIGH = 960, 150
MIDDLE, SWING = 66, 22  # of the bends


@dataclass(frozen=True, slots=True)
class Step:
    """One step; x and y in units of the drawing."""

    number: int
    anchor: str
    name: str
    told: str
    x: int
    y: int
    below: int  # where its name stands


def steps() -> list[Step]:
    """In the order of the river."""
    told = (
        (
            "arrival",
            gettext("arrives"),
            gettext(
                "A station's file comes in by FTP, HTTP, a folder, an upload or the command line. Its bytes are "
                "kept as they came, with their SHA-256; the same file again counts once. A receipt says what "
                "became of it."
            ),
        ),
        (
            "arrival",
            gettext("is read"),
            gettext(
                "Line by line: which station, which parameter, which unit, which time. A line that cannot be read"
                " or placed is refused with its number and the reason, and is read again by itself when the cause"
                " is mended. Units are converted by registered rules only."
            ),
        ),
        (
            "qc",
            gettext("is judged"),
            gettext(
                "Checks look at every value alone and beside its neighbours. They give it a flag – good, suspect,"
                " refused, missing, not evaluated – and never change the value."
            ),
        ),
        (
            "standing",
            gettext("is kept"),
            gettext(
                "One value for each time. What a later file or a person changes goes to the history with who and "
                "why; nothing is deleted."
            ),
        ),
        (
            "averages",
            gettext("is averaged"),
            gettext(
                "Means of 1, 8 and 24 hours from the values that may be used, with how complete they are. With "
                "too few there is no mean, and the page says so."
            ),
        ),
        (
            "vn_aqi",
            gettext("becomes an index"),
            gettext(
                "VN_AQI and VN_WQI after the two Decisions, once an hour is over. Whatever changes a value later "
                "recomputes every mean and index it touches."
            ),
        ),
        (
            "limits",
            gettext("is shown"),
            gettext(
                "With its unit, its age, whether it is provisional or validated, and beside the limit in force "
                "that day – and, one click away, the way back to the file."
            ),
        ),
    )
    result = []
    for i, (anchor, name, sentence) in enumerate(told):
        x, y = round(WIDE * (2 * i + 1) / (2 * len(told))), MIDDLE + (SWING if i % 2 else -SWING)
        result.append(Step(i + 1, anchor, name, sentence, x, y, y + 40))
    return result


def course(found: list[Step]) -> str:
    """The river's line through the steps, from edge to edge: an SVG path."""
    points = [(-20, MIDDLE), *((one.x, one.y) for one in found), (WIDE + 20, MIDDLE)]
    path = f"M{points[0][0]} {points[0][1]}"
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (x0 + x1) // 2
        path += f"C{half} {y0} {half} {y1} {x1} {y1}"
    return path
