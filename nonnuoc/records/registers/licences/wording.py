"""Obligations, limits and intervals in words, in the language that is active."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import get_language, gettext, ngettext

from nonnuoc import rules
from nonnuoc.domain.obligations import State
from nonnuoc.records.registers.licences.models import Condition, Limit, Obligation

Kind = Obligation.Kind


def title(row: Obligation) -> str:
    """What has to be done: "Báo cáo công tác bảo vệ môi trường năm 2026 (trước ngày 15/01/2027)"."""
    if row.kind == Kind.YEARLY and row.period_from is not None:
        return gettext("Yearly report on environmental protection, %(year)d (before %(day)s)") % {
            "year": row.period_from.year,
            "day": f"{row.due + timedelta(days=1):%d/%m/%Y}",
        }
    if row.kind == Kind.RENEWAL:
        return gettext("The paper expires: have it renewed, or end what it allows")
    text = row.condition.text if row.condition else row.get_kind_display()
    period = span(row)
    return f"{text} ({period})" if period else text


def span(row: Obligation) -> str:
    """The period it is about: a month, a quarter, a half-year, a year, or its days; empty: none."""
    first, last = row.period_from, row.period_until
    if first is None or last is None:
        return ""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    if whole and months == 1:
        return f"{first:%m/%Y}"
    if whole and months == 3 and first.month % 3 == 1:
        return gettext("quarter %(quarter)d/%(year)d") % {"quarter": first.month // 3 + 1, "year": first.year}
    if whole and months == 12 and first.month == 1:
        return str(first.year)
    return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"


def basis(row: Obligation) -> str:
    """What it rests on: the paper's article, or the law."""
    if row.kind == Kind.YEARLY and row.period_until is not None:
        table = rules.find("environmental_report", row.period_until)
        return f"{table.number}, {table.article}" if table else ""
    return row.condition.article if row.condition else ""


def state(state: State, days: int) -> str:
    """Where it stands, with how long."""
    match state:
        case State.OVERDUE:
            return ngettext("overdue by %(n)d day", "overdue by %(n)d days", -days) % {"n": -days}
        case State.DUE if days == 0:
            return gettext("due today")
        case State.DUE:
            return ngettext("due in %(n)d day", "due in %(n)d days", days) % {"n": days}
        case State.REPORTED:
            return gettext("reported, waits to be looked at")
        case State.MET:
            return gettext("met")
        case State.EXCUSED:
            return gettext("excused")
        case _:
            return gettext("later")


def interval(condition: Condition) -> str:
    """How often it is due, and when."""
    if condition.due is not None:
        return gettext("once, by %(day)s") % {"day": f"{condition.due:%d/%m/%Y}"}
    if condition.every_months is None:
        return gettext("standing, due on no day")
    often = {1: gettext("every month"), 3: gettext("every quarter"), 6: gettext("every half-year")}
    often |= {12: gettext("every year")}
    said = often.get(condition.every_months) or ngettext(
        "every %(n)d month", "every %(n)d months", condition.every_months
    ) % {"n": condition.every_months}
    if not condition.lag_days:
        return said
    after = ngettext("%(n)d day after", "%(n)d days after", condition.lag_days) % {"n": condition.lag_days}
    return f"{said}, {after}"


def bounds(limit: Limit) -> str:
    """ "6 – 9", "≤ 50 mg/L", "≥ 2 mg/L"."""
    unit = "" if limit.unit == "-" else f" {limit.unit}"
    lower, upper = (None if one is None else number(one) for one in (limit.lower, limit.upper))
    if lower is not None and upper is not None:
        return f"{lower} – {upper}{unit}"
    return f"≤ {upper}{unit}" if lower is None else f"≥ {lower}{unit}"


def number(value: float) -> str:
    """As short as it is exact, with the decimal sign of the language."""
    text = f"{value:.10g}"
    return text if get_language() == "en" else text.replace(".", ",")
