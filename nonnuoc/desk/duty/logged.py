"""The log of an incident in words: what happened, when it was so, when we learnt of it, and who did it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.look import figures
from nonnuoc.records.alerts.models import Attachment, Entry, Incident, Severity

Kind = Entry.Kind
LATE = timedelta(hours=3)  # what was learnt of so long after it was is marked
OUTCOMES = dict(Incident.Outcome.choices)
SEVERITIES = dict(Severity.choices)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `time`: of the event, where it has one; `late`: how long after it we learnt of it, if long."""

    at: datetime
    time: datetime | None
    late: str
    words: str
    detail: str
    by: str
    attachment: Attachment | None
    is_persons: bool


def lines(entries: Iterable[Entry]) -> list[Line]:
    """In the order in which it became known, the newest first."""
    return [_line(one) for one in entries][::-1]


def words(entry: Entry) -> str:
    """What happened, with what is known of it."""
    said, facts = capfirst(str(entry.get_kind_display())), entry.facts
    more = _more(Kind(entry.kind), facts)
    return f"{said}: {more}" if more else said


def _line(entry: Entry) -> Line:
    behind = entry.at - entry.time if entry.time else timedelta(0)
    late = _hours(behind) if behind > LATE else ""
    attachment = getattr(entry, "attachment", None)
    by = entry.by.name if entry.by else ""
    return Line(entry.at, entry.time, late, words(entry), entry.note, by, attachment, entry.by is not None)


def _more(kind: Kind, facts: dict[str, Any]) -> str:
    match kind:
        case Kind.ASSIGNED:
            return str(facts.get("name") or _("nobody"))
        case Kind.TOLD | Kind.ESCALATED if "people" in facts:
            people = int(facts["people"])
            said = ngettext("%(n)d person", "%(n)d people", people) % {"n": people}
            machines = int(facts.get("machines", 0))
            if machines:
                said += ", " + ngettext("%(n)d machine", "%(n)d machines", machines) % {"n": machines}
            return said
        case Kind.SILENCED:
            until = parse_datetime(str(facts.get("until", "")))
            return _("until %(when)s") % {"when": figures.stamp(until)} if until else ""
        case Kind.CLOSED:
            return str(OUTCOMES.get(facts.get("outcome", ""), ""))
        case Kind.WORSE | Kind.OPENED | Kind.JOINED:
            return str(SEVERITIES.get(facts.get("severity", 0), ""))
        case Kind.ATTACHED:
            return str(facts.get("name", ""))
    return ""


def _hours(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    if hours < 48:
        return _("learnt of %(n)d h later") % {"n": hours}
    return _("learnt of %(n)d days later") % {"n": hours // 24}
