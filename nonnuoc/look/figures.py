"""Numbers, times and ages as people read them: decimal comma in Vietnamese, dd/mm/yyyy, 24 hours, local time."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

#: Units as they are written for people; the records keep them plain.
UNITS = {
    "-": "",
    "µg/Nm3": "µg/Nm³",
    "mg/Nm3": "mg/Nm³",
    "m3/h": "m³/h",
    "µg/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "ng/m3": "ng/m³",
}


def number(value: float | None, decimals: int = 0) -> str:
    """The value with so many decimals; a dash for unknown. A value too small for them keeps two significant digits."""
    if value is None or value != value:
        return "–"
    if value and round(value, decimals) == 0:
        decimals = 1 - math.floor(math.log10(abs(value)))
    whole, _, part = f"{abs(value):.{decimals}f}".partition(".")
    comma, point = (",", ".") if get_language() == "en" else (".", ",")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", comma)
    return ("\N{MINUS SIGN}" if value < 0 else "") + whole + (point + part if part else "")


def unit(plain: str) -> str:
    """The unit as written for people."""
    return UNITS.get(plain, plain)


def local(moment: datetime) -> datetime:
    """In the province's time, which is everybody's here."""
    return moment.astimezone(timezone.get_default_timezone())


def clock(moment: datetime) -> str:
    """14:05, local."""
    return f"{local(moment):%H:%M}"


def day(moment: datetime) -> str:
    """23/11/2026, local."""
    return f"{local(moment):%d/%m/%Y}"


def stamp(moment: datetime) -> str:
    """14:05 23/11/2026, local."""
    return f"{clock(moment)} {day(moment)}"


def when(moment: datetime, at: datetime) -> str:
    """The clock alone for today, clock and day for any other."""
    return clock(moment) if local(moment).date() == local(at).date() else stamp(moment)


def age(span: timedelta) -> str:
    """How long ago, in one unit, rounded down."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return ngettext("%(n)d day ago", "%(n)d days ago", hours // 24) % {"n": hours // 24}
