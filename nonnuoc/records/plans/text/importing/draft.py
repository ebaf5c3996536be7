"""What was read from a file that brings a plan, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nonnuoc.domain.plan.sentences import Piece


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the first section and under the last. "" and None: it is not filled in, or not found."""

    number: str = ""  # "123/KH-UBND"; with a blank before the stroke it is not filled in yet
    issued: date | None = None
    issued_text: str = ""  # as printed: "ngày tháng 3 năm 2026"
    title: str = ""
    issuer: str = ""  # "UBND tỉnh …", as printed
    signer: str = ""  # with the office signed for: "KT. CHỦ TỊCH – PHÓ CHỦ TỊCH …"
    starts: date | None = None  # the years the plan names for itself
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the appendix that is a task. `code` is what it would be called: part and number."""

    anchor: str  # "PL.III.6"
    code: str  # "III.6"
    printed: str  # "6"
    section: str  # "III"
    section_title: str
    title: str
    time_text: str
    lead_text: str
    help_text: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as a file has it. `text` is Markdown, of a DOCX file made from it; `sha256` that of the text."""

    name: str
    media_type: str
    body: bytes
    text: str
    sha256: str
    head: Head
    pieces: tuple[Piece, ...]
    rows: tuple[Entry, ...]
