"""The list of stations beside the map: by what they watch, the worst first, long groups in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from nonnuoc.look import figures, words
from nonnuoc.portal import rows
from nonnuoc.portal.drawn import drawn
from nonnuoc.portal.rows import Known
from nonnuoc.records.monitoring.models import Thing

WHOLE = 24  # a group of so many stands whole on the front page; of a longer one
FIRST = 12  # so many, and a link to the rest
PAGE = 48  # rows on a page of one group
DIGITS = 6  # of a page number; more is no number of ours


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list is to be shown: all groups (`kind` empty), or one of them from a page on."""

    kind: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """The stations of one kind, or a page of them. Links are empty where they lead nowhere."""

    heading: str
    count: int
    rows: list[SafeString]
    said: str = ""  # which of them
    all: str = ""
    previous: str = ""
    next: str = ""


def asked(query: Mapping[str, str]) -> Asked:
    """From the address of the page; what cannot be is taken for its default."""
    kind, page = query.get("kind", ""), query.get("page", "")
    if kind not in Thing.Kind.values:
        return Asked()
    number = int(page) if page.isascii() and page.isdigit() and len(page) <= DIGITS else 1
    return Asked(kind, max(1, number))


def groups(known: Sequence[Known], at: datetime, of: Asked) -> list[Group]:
    """Every kind there is, shortened where it is long; or the page of one kind that was asked for."""
    by_kind: dict[str, list[Known]] = {}
    for one in known:
        by_kind.setdefault(one[0].kind, []).append(one)
    if of.kind in by_kind:
        return [_page(of, by_kind[of.kind], at)]
    return [_head(kind, by_kind[kind], at) for kind in rows.ORDER if kind in by_kind]


def _head(kind: str, known: list[Known], at: datetime) -> Group:
    count = len(known)
    if count <= WHOLE:
        return Group(words.kind_group(kind), count, _rows(known, slice(None), at))
    said = gettext("The first %(shown)s of %(count)s, the worst first.") % _counts(shown=FIRST, count=count)
    return Group(words.kind_group(kind), count, _rows(known, slice(FIRST), at), said, all=_link(kind, 1))


def _page(of: Asked, known: list[Known], at: datetime) -> Group:
    count = len(known)
    last = -(-count // PAGE)
    page = min(of.page, last)
    first = (page - 1) * PAGE
    shown = _rows(known, slice(first, first + PAGE), at)
    said = gettext("%(first)s to %(last)s of %(count)s, the worst first.")
    return Group(
        words.kind_group(of.kind),
        count,
        shown,
        said % _counts(first=first + 1, last=first + len(shown), count=count),
        previous=_link(of.kind, page - 1) if page > 1 else "",
        next=_link(of.kind, page + 1) if page < last else "",
    )


def _rows(known: list[Known], part: slice, at: datetime) -> list[SafeString]:
    ordered = sorted(known, key=lambda one: rows.urgency(*one))
    return [drawn("portal/row.html", row=rows.told(station, now, at)) for station, now in ordered[part]]


def _link(kind: str, page: int) -> str:
    return "?" + urlencode({"kind": kind} | ({"page": page} if page > 1 else {})) + "#stations"


def _counts(**numbers: int) -> dict[str, str]:
    return {name: figures.number(number) for name, number in numbers.items()}
