"""What a text message can carry: marks or none, how many parts it takes, and where it is cut.

3GPP TS 23.038: 160 characters of the GSM alphabet in one part, 153 each in several; with any other one 70, and 67.
"""

from __future__ import annotations

import unicodedata

_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = set("^{}\\[~]|€\f")  # take two places
_PLAIN = str.maketrans("đĐ–—…“”‘’µμ₂₃²³×≥≤·", "dD--.\"\"''uu2323x><-")


def without_marks(text: str) -> str:
    """Vietnamese as telephones without its letters write it: "Tram Song Bang"; all of it in the GSM alphabet."""
    bare = (c for c in unicodedata.normalize("NFD", text.translate(_PLAIN)) if not unicodedata.combining(c))
    return "".join(c if c in _BASIC or c in _DOUBLE else "?" for c in unicodedata.normalize("NFC", "".join(bare)))


def segments(text: str) -> int:
    """How many parts a text message takes."""
    size, one, several = _measure(text)
    return 1 if size <= one else -(-size // several)


def cut(text: str, most: int) -> str:
    """The text, shortened at its end to so many parts; "..." says that it was."""
    if segments(text) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if segments(text[:middle].rstrip() + "...") <= most else (low, middle - 1)
    return text[:low].rstrip() + "..."


def _measure(text: str) -> tuple[int, int, int]:
    """Its size, and what fits into the only part, and into one of several."""
    if set(text) <= _BASIC | _DOUBLE:
        return len(text) + sum(c in _DOUBLE for c in text), 160, 153
    return len(text.encode("utf-16-le")) // 2, 70, 67
