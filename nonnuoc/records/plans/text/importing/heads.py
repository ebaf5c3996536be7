"""The head and the close of a plan: number, place and day, title, who issued and who signed it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from nonnuoc.domain.plan import tables
from nonnuoc.domain.plan.sentences import CLOSING, HEADING, OPENING, SENTENCE, Piece
from nonnuoc.records.plans.text.importing.draft import Head

_NUMBER = re.compile(r"\bSố\s*:?\s*([\w.\-]*\s*/\s*[\w\-/&]+)", re.IGNORECASE)
_DAY = re.compile(r"(ngày\s*\d{0,2}\s*tháng\s*\d{0,2}\s*năm\s*\d{4})", re.IGNORECASE)
_WHOLE_DAY = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.IGNORECASE)
_ISSUES = re.compile(r"^(.{3,80}?)\s+(?:ban hành|xây dựng)\s+(?:Kế hoạch|Chương trình|Đề án)", re.IGNORECASE)
_YEARS = re.compile(r"(?:giai đoạn|thời kỳ|năm)\s*(20\d\d)\s*[-–]\s*(20\d\d)", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\W\d_]+\s+){1,4}[^\W\d_]+$")
_SIGNS_FOR = re.compile(r"^(?:tm|kt|tl|tuq|q)\.|chu tich|giam doc|bo truong|thu truong|tong cuc truong")
_KIND = re.compile(r"^(?:ke hoach|chuong trinh|de an|quyet dinh)$")


def read(pieces: Sequence[Piece]) -> Head:
    """What can be read; the rest stays open for a person to fill in."""
    opening = [one for one in pieces if one.anchor.startswith(f"{OPENING}.") and one.text]
    lines = [one.text for one in opening if one.kind == SENTENCE]
    number = next((found[1] for line in lines if (found := _NUMBER.search(line))), "")
    day = next((found[1] for line in lines if (found := _DAY.search(line)) and len(line) < 80), "")
    title = _title(opening)
    starts, ends = _span(title, [cell for one in pieces for cell in one.cells], day)
    return Head(
        number="" if number.strip().startswith("/") else "".join(number.split()),
        issued=_date(day),
        issued_text=" ".join(day.split()),
        title=title,
        issuer=next((found[1] for line in lines if (found := _ISSUES.match(line))), ""),
        signer=_signer([one.text for one in pieces if one.anchor.startswith(f"{CLOSING}.") and one.kind == SENTENCE]),
        starts=starts,
        ends=ends,
    )


def _title(opening: Sequence[Piece]) -> str:
    headings = [one.text for one in opening if one.kind == HEADING]
    named = [text for text in headings if not _KIND.match(tables.folded(text))]
    return max(named, key=len, default="")


def _date(text: str) -> date | None:
    found = _WHOLE_DAY.match(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _span(title: str, cells: Sequence[str], day: str) -> tuple[date | None, date | None]:
    """The years the plan is for: those most rows of its appendix name, else those of its title, from its own year on.

    A title often names the years of the higher plan it carries out.
    """
    year = int(day[-4:]) if day else 0
    named = [(int(first), int(last)) for cell in cells for first, last in _YEARS.findall(cell) if len(cell) < 40]
    spans = named or [(int(first), int(last)) for first, last in _YEARS.findall(title)]
    if not spans:
        return (date(year, 1, 1), date(year, 12, 31)) if year else (None, None)
    first, last = max(spans, key=spans.count)
    return date(max(first, year) if year <= last else first, 1, 1), date(last, 12, 31)


def _signer(lines: Sequence[str]) -> str:
    """The name at the end, with the offices written in the lines right above it."""
    for place in reversed(range(len(lines))):
        above = [line for line in lines[:place] if _SIGNS_FOR.search(tables.folded(line)) and len(line) < 60]
        if _NAME.fullmatch(lines[place]) and above and not _SIGNS_FOR.search(tables.folded(lines[place])):
            offices = [line for line in above if line == line.upper()]
            signs = [line for line in offices if not line.startswith("TM.")]
            return f"{' – '.join(signs)} {lines[place]}".strip()
    return ""
