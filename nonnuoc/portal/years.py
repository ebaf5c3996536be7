"""Which year the pictures of a year show: the last twelve months, a year of the calendar, or all there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from nonnuoc.portal.charts import Choice

ALL = "all"
MOST = 10  # years
MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
    *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
)


@dataclass(frozen=True, slots=True)
class Years:
    """Whole local months, [first, after): days. `name` is what the address says of it, empty by default."""

    name: str
    first: date
    after: date

    @property
    def since(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def until(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.after, time()))


def of(text: str, today: date) -> Years:
    """The year that is asked for; nonsense asks for the last twelve months, the current one included."""
    next_month = _month(today, 1)
    if text == ALL:
        return Years(ALL, date(today.year - MOST + 1, 1, 1), next_month)
    if text.isascii() and text.isdigit() and today.year - MOST < int(text[:6]) <= today.year:
        year = int(text)
        return Years(str(year), date(year, 1, 1), min(date(year + 1, 1, 1), next_month))
    return Years("", _month(today, -11), next_month)


def choices(shown: Years, first: date, query: str, today: date, *, with_all: bool) -> list[Choice]:
    """Links to the years there are from `first` on; `query` is the rest of the address."""
    years = range(today.year, max(first.year, today.year - MOST + 1) - 1, -1)
    named = [("", gettext("the last 12 months")), *((str(year), str(year)) for year in years)]
    if with_all and len(years) > 1:
        named.append((ALL, gettext("all years")))
    return [Choice(said, f"{query}&year={name}" if name else query, name == shown.name) for name, said in named]


def _month(day: date, after: int) -> date:
    count = day.year * 12 + day.month - 1 + after
    return date(count // 12, count % 12 + 1, 1)


def month_name(number: int) -> str:
    """1 January .. 12 December, in the reader's language."""
    return gettext(MONTHS[number - 1])


def month_of(day: date) -> str:
    """November 2026, Tháng 11/2026."""
    return capfirst(gettext("%(month)s %(year)d") % {"month": month_name(day.month), "year": day.year})
