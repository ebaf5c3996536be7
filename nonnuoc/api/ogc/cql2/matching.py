"""Texts against patterns, and texts without their marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from nonnuoc.api.ogc.cql2.tree import MAX_PATTERN, Place


def without_marks(text: str) -> str:
    """As the Vietnamese type without marks: "Hòa An" gives "Hoa An", "Đông" gives "Dong"."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def small(text: str) -> str:
    """As texts are compared whatever their case."""
    return unicodedata.normalize("NFC", text.casefold())


def matcher(pattern: str, place: Place) -> Callable[[str], bool]:
    r"""Whether a text is as the pattern says: % any letters or none, _ one, \% and \_ themselves. Raises Fault.

    Each part between two % is sought where the one before it ends: no pattern can make that slow, as it could a single
    regular expression.
    """
    if len(pattern) > MAX_PATTERN:
        raise place.fault(f"a pattern has at most {MAX_PATTERN} characters")
    parts = _parts(pattern)
    if len(parts) == 1:
        whole = re.compile(parts[0], re.DOTALL)
        return lambda text: whole.fullmatch(text) is not None
    first, last = re.compile(parts[0], re.DOTALL), re.compile(rf"(?:{parts[-1]})\Z", re.DOTALL)
    inner = [re.compile(part, re.DOTALL) for part in parts[1:-1] if part]
    length = _width(parts[-1])

    def matches(text: str) -> bool:
        found = first.match(text)
        if found is None:
            return False
        at = found.end()
        for part in inner:
            found = part.search(text, at)
            if found is None:
                return False
            at = found.end()
        return len(text) - length >= at and last.match(text, len(text) - length) is not None

    return matches


def _parts(pattern: str) -> list[str]:
    """What stands between the %, as regular expressions of letters and dots."""
    parts, escaped = [""], False
    for letter in pattern:
        if escaped:
            parts[-1] += re.escape(letter)
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == "%":
            parts.append("")
        else:
            parts[-1] += "." if letter == "_" else re.escape(letter)
    return parts


def _width(part: str) -> int:
    """How many letters the expression matches: each is one letter, a dot, or a backslash and a letter."""
    return len(re.sub(r"\\.", ".", part, flags=re.DOTALL))
