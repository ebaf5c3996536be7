"""Results of a laboratory as text: a line each, typed or pasted from a table."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 500  # lines at once
LONGEST = 60_000  # characters
_DEPTH = re.compile(r"(\d+(?:[.,]\d+)?)\s*[-–]\s*(\d+(?:[.,]\d+)?)(?:\s*cm)?")
_VALUE = re.compile(r"([<≤]?)\s*(\d+(?:[.,]\d+)?)")


def read(text: str) -> list[dict[str, Any]]:
    """Rows of point, depth in cm (may be empty), parameter, value, unit, between tabs or semicolons.

    A value such as "<0,01" was not found, and could have been up to 0.01. Raises ValidationError with every wrong line.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST:
        raise ValidationError(_("At most %(n)d lines at once.") % {"n": MOST})
    rows, wrong = [], []
    for number, line in lines:
        try:
            rows.append(_row(line))
        except ValueError as error:
            said = {"n": number, "line": line[:60], "why": error}
            wrong.append(_("Line %(n)d, “%(line)s”: %(why)s") % said)
    if wrong:
        raise ValidationError(wrong)
    return rows


def _row(line: str) -> dict[str, Any]:
    """Raises ValueError with the cure."""
    cells = [cell.strip() for cell in re.split(r"[\t;]", line)]
    if len(cells) != 5:
        raise ValueError(_("five columns are needed: point; depth; parameter; value; unit"))
    place, depth, parameter, value, unit = cells
    if not (place and parameter and unit):
        raise ValueError(_("the point, the parameter and the unit must not be empty"))
    content, from_cm, to_cm = _VALUE.fullmatch(value), None, None
    if content is None:
        raise ValueError(_("“%(value)s” is no content; write 0,33 or <0,01") % {"value": value})
    if depth:
        found = _DEPTH.fullmatch(depth)
        if found is None:
            raise ValueError(_("“%(depth)s” is no depth; write 0-30, or leave it empty") % {"depth": depth})
        from_cm, to_cm = (_number(part) for part in found.groups())
    return {
        "place": place,
        "from_cm": from_cm,
        "to_cm": to_cm,
        "parameter": parameter,
        "value": _number(content[2]),
        "below_detection": bool(content[1]),
        "unit": unit,
    }


def _number(text: str) -> float:
    return float(text.replace(",", "."))
