"""Names of places as people type them: with or without marks, with or without their kind."""

from __future__ import annotations

import re
import unicodedata

#: What stands before the name of a commune, folded: the law's words, and how tables shorten them.
_COMMUNE_KIND = re.compile(r"^(?:(?:xa|phuong|dac khu|thi tran)\s+|(?:x|p|tt|dk)\.\s*)")
_RIVER_KIND = re.compile(r"^(?:song\s+|s\.\s*)(?=\S)")


def folded(text: str) -> str:
    """The text in small letters without marks, one space between words: "Hoà  An" and "Hòa An" give "hoa an"."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.split())


def marked(text: str) -> str:
    """The text in small letters with its marks, composed, one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def commune_key(text: str) -> str:
    """The folded name of a commune without its kind: "Phường Thục Phán", "P. Thuc Phan" give "thuc phan"."""
    return _COMMUNE_KIND.sub("", folded(text))


def commune_kind(text: str) -> str:
    """The folded kind that stands before the name, written out: "xa", "phuong", "dac khu"; "" where there is none."""
    found = _COMMUNE_KIND.match(folded(text))
    kind = found.group().strip(" .") if found else ""
    return {"x": "xa", "p": "phuong", "tt": "thi tran", "dk": "dac khu"}.get(kind, kind)


def river_key(text: str) -> str:
    """The folded name of a river without "sông": "Sông Bằng" gives "bang"."""
    return _RIVER_KIND.sub("", folded(text))
