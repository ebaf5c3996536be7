"""Names of places as people type them: with or without marks, with or without their kind."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: What stands before the name of a commune, folded: the law's words, and how tables shorten them.
_COMMUNE_KIND = re.compile(r"^(?:(?:xa|phuong|dac khu|thi tran)\s+|(?:x|p|tt|dk)\.\s*)")
#: The alphabet, and the tones in the order of dictionaries: none, huyền, hỏi, ngã, sắc, nặng.
_LETTERS = {letter: place for place, letter in enumerate(" aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {tone: place for place, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}
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


@lru_cache(maxsize=16384)
def alphabetical(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The key that sorts names as Vietnamese does: by letters (a ă â b c d đ …) first, then by their tones.

    What is not a letter of the alphabet comes after it.
    """
    letters, tones = [], []
    for letter in marked(text):
        apart = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in apart if mark in _TONES), "")
        plain = unicodedata.normalize("NFC", apart.replace(tone, "") if tone else apart)
        letters.append(_LETTERS.get(plain, len(_LETTERS) + ord(plain[0])))
        tones.append(_TONES.get(tone, 0))
    return tuple(letters), tuple(tones)


def holds(name: str, wanted: str) -> bool:
    """Whether every word of `wanted` begins a word of the name; marks count where they were typed.

    "tra" and "trà l" are in "xã Trà Lĩnh", "tra linh" is, "trá" is not.
    """
    words = marked(name).split()
    return all(any(_begins(word, part) for word in words) for part in marked(wanted).replace(".", " ").split())


def _begins(word: str, part: str) -> bool:
    return word.startswith(part) or (part == folded(part) and folded(word).startswith(part))
