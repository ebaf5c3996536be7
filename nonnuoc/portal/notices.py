"""What must be read first on the front page: a word of the administrator. Most days there is none.

Warnings stand above every page (look/warned.py), not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from nonnuoc.records.accounts import preferences


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for everybody; `since` and `link` where there are any."""

    words: str
    since: datetime | None = None
    link: str = ""


def of_the_administrator(_at: datetime) -> Iterable[Notice]:
    """The notice kept under the settings, in the reader's language where it was translated."""
    words = preferences.read("site.notice")
    if get_language() == "en":
        words = preferences.read("site.notice_en") or words
    return [Notice(words)] if words else []


SOURCES: list[Callable[[datetime], Iterable[Notice]]] = [of_the_administrator]


def notices(at: datetime) -> list[Notice]:
    """All that hold at `at`, in the order of their sources."""
    return [notice for source in SOURCES for notice in source(at)]
