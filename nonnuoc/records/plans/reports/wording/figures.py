"""Numbers, sums and days as people read them, in the language that is active; an en dash for what is not known."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

UNKNOWN = "–"


def day(iso: str | None) -> str:
    """26/11/2026 of "2026-11-26"."""
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else UNKNOWN


def number(value: float | None, decimals: int = 2) -> str:
    """At most so many decimals, none that say nothing: 95 of 95.0, 41,5 of 41.5."""
    if value is None or value != value:
        return UNKNOWN
    whole, _dot, part = f"{abs(value):.{decimals}f}".partition(".")
    comma, point = (",", ".") if get_language() == "en" else (".", ",")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", comma)
    part = part.rstrip("0")
    told = whole + (point + part if part else "")
    return ("\N{MINUS SIGN}" if value < 0 and told != "0" else "") + told


def measured(value: float | None, unit: str) -> str:
    """A value with its unit; percent stands close."""
    told = number(value)
    return f"{told}{unit}" if unit == "%" else f"{told} {unit}".strip()


def listed(names: list[str], most: int = 0) -> str:
    """Names one after the other; with `most`, of more only so many, and the caller says how many there are."""
    return ", ".join(names[:most] if most else names)
