"""Codes made from names: plain letters, digits and hyphens, and nobody else's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_UNPLAIN = re.compile(r"[^A-Za-z0-9.]+")


def plain(name: str, longest: int) -> str:
    """ "Trạm Đông Khê" → "Tram-Dong-Khe"; "thing" where nothing is left of the name."""
    spelt = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(sign for sign in spelt if not unicodedata.combining(sign))
    return _UNPLAIN.sub("-", letters).strip("-.")[:longest].rstrip("-.") or "thing"


def unused(name: str, longest: int, taken: Callable[[str], bool]) -> str:
    """A plain code of this name that nothing has: with -2, -3 … behind it where it must be."""
    code, number = plain(name, longest), 1
    wanted = code
    while taken(wanted):
        number += 1
        ending = f"-{number}"
        wanted = code[: longest - len(ending)].rstrip("-.") + ending
    return wanted
