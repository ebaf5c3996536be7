"""Why a rule of alarm cannot be taken: every fault at once, with its field, what is wrong and how to mend it.

What steps and parameters each kind takes stands here and nowhere else:

- LIMIT on qcvn05, qcvn08 or licence (the facility's own papers): steps {severity, times}: so many times the document's
  limit (1 if left out; a minimum is divided); LIMIT of its own: {severity, above, below, clear}, one of above and below
  at least
- INDEX on vn_aqi or vn_wqi: steps {severity, category}, counted from the best, 1
- LEVEL on water_levels: steps {severity, alarm}: báo động 1, 2, 3; LEVEL of its own: {severity, above, clear}
- RATE: steps {severity, above, clear}: a rise within parameters["span_s"]
- STUCK, STATUS and the kinds that are watched by the clock: one step {severity}, the rest in the parameters

`clear` ends an alarm; it belongs to the first step. Severity and level rise from step to step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc import rules
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels.kinds import AVAILABILITY_DAYS, BASES, DAY_S, PARAMETERS
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import checking_levels, checking_scope
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.alerts.rulebook.faults import Fault, is_number

Kind = AlarmRule.Kind
LONGEST_HOLD_S = 7 * DAY_S
MOST_AMONG = 1000
EARLIEST = date(1990, 1, 1)
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
#: Characters that the row holds.
LONGEST_TEXT = {"name_vi": 160, "name_en": 160, "article": 300, "source": 300}
#: Words a text begins with that rests on no document.
CONVENTIONS = ("convention:", "quy ước:")


def faults(draft: Draft, *, since: datetime) -> list[Fault]:
    """Everything that speaks against a draft that is to hold from `since` on; empty: it can be taken."""
    if draft.kind not in Kind.values:
        known = ", ".join(Kind.values)
        return [Fault("kind", _("There is no such kind of rule."), _("Choose one of %(known)s.") % {"known": known})]
    return [
        *_words(draft),
        *_document(draft, since),
        *checking_scope.faults(draft),
        *checking_levels.faults(draft, since),
        *_counting(draft),
        *_parameters(draft),
        *_validity(draft, since),
    ]


def _words(draft: Draft) -> Iterator[Fault]:
    if not CODE.fullmatch(draft.code):
        yield Fault(
            "code",
            _("%(code)s is no code of a rule.") % {"code": repr(draft.code)},
            _("Use up to 60 small letters without marks, digits and hyphens."),
        )
    told = {
        "name_vi": (_("The rule has no name."), _("Say in a few words what it finds.")),
        "meaning_vi": (_("Nobody is told what it means."), _("Say in plain words what an alarm of it means.")),
        "action_vi": (_("Nobody is told what to do."), _("Say what whoever is on duty does first.")),
    }
    for field, (what, mend) in told.items():
        if not getattr(draft, field).strip():
            yield Fault(field, what, mend)
    for field, most in LONGEST_TEXT.items():
        if len(getattr(draft, field)) > most:
            yield Fault(
                field,
                _("It is longer than %(most)d characters.") % {"most": most},
                _("Say it shorter."),
            )


def _document(draft: Draft, since: datetime) -> Iterator[Fault]:
    """What it rests on: a table of law in force, a document that is known, a permit, or openly a convention."""
    bases = BASES.get(draft.kind, ("",))
    if draft.basis not in bases:
        named = ", ".join(one or _("none") for one in bases)
        yield Fault(
            "basis",
            _("This kind of rule takes no levels from %(basis)s.") % {"basis": repr(draft.basis)},
            _("Choose one of %(known)s.") % {"known": named},
        )
        return
    day = timezone.localtime(since).date()
    if draft.basis:
        yield from _of_basis(draft, day)
    elif not draft.article.strip():
        yield Fault(
            "article",
            _("It is not said what the rule rests on."),
            _("Name document and article, or write “convention: …” and why."),
        )
    elif draft.article.strip().casefold().startswith(CONVENTIONS):
        if not draft.article.split(":", 1)[1].strip():
            yield Fault("article", _("A convention without a reason."), _("Write after the colon why it is so."))
    elif not draft.source.strip() and not any(number in draft.article for number in _numbers(day)):
        known = ", ".join(_numbers(day))
        yield Fault(
            "article",
            _("No document of this name is known here."),
            _("Give the permit's number and date, or the document's address, as source; known are %(known)s.")
            % {"known": known},
        )


def _of_basis(draft: Draft, day: date) -> Iterator[Fault]:
    if draft.basis == bounding.LICENCE:
        return  # each paper is named where its limit judges
    table = rules.find(draft.basis, day)
    if table is None:
        spans = "; ".join(f"{one.since:%d/%m/%Y} – {one.until or '…'}" for one in rules.periods(draft.basis))
        yield Fault(
            "basis",
            _("%(basis)s is not in force on %(day)s.") % {"basis": draft.basis, "day": f"{day:%d/%m/%Y}"},
            _("Let the rule begin within %(spans)s.") % {"spans": spans},
        )
    elif not table.is_law:
        yield Fault(
            "basis",
            _("%(number)s is no law, or its numbers are only remembered.") % {"number": table.number},
            _("Give levels of your own, and say what they rest on."),
        )
    elif table.number not in draft.article:
        yield Fault(
            "article",
            _("The levels come from %(number)s, and the article is of another document.") % {"number": table.number},
            _("Write: %(article)s.") % {"article": f"{table.number}, {table.article}"},
        )


def _numbers(day: date) -> list[str]:
    """The documents of law in force that are known here."""
    found = (rules.find(name, day) for name in rules.names())
    return sorted({table.number for table in found if table is not None and table.is_law})


def _counting(draft: Draft) -> Iterator[Fault]:
    if draft.need < 1:
        yield Fault("need", _("No value would raise it."), _("Give 1 or more."))
    if draft.among > MOST_AMONG:
        yield Fault(
            "among",
            _("%(among)d intervals are too many.") % {"among": draft.among},
            _("Give at most %(most)d.") % {"most": MOST_AMONG},
        )
    if draft.need > draft.among:
        yield Fault(
            "need",
            _("%(need)d values cannot lie within %(among)d intervals.") % {"need": draft.need, "among": draft.among},
            _("Give at most as many values as intervals."),
        )
    if not 0 <= draft.hold_s <= LONGEST_HOLD_S:
        yield Fault(
            "hold_s",
            _("An alarm cannot wait %(hours)g hours for its end.") % {"hours": draft.hold_s / 3600},
            _("Give at most %(days)d days.") % {"days": LONGEST_HOLD_S // DAY_S},
        )


def _parameters(draft: Draft) -> Iterator[Fault]:
    known = PARAMETERS[draft.kind]
    names = {*known, *(["statuses"] if draft.kind == Kind.STATUS else [])}
    for name in sorted(set(draft.parameters) - names):
        yield Fault(
            "parameters",
            _("%(names)s is not known here.") % {"names": name},
            _("This kind takes %(known)s.") % {"known": ", ".join(sorted(names))},
        )
    for name, bounds in known.items():
        value = draft.parameters.get(name, bounds.default)
        if value is None or not is_number(value) or not bounds.least <= value <= bounds.most:
            yield Fault(
                name,
                _("It is missing.") if value is None else _("%(value)s is not possible.") % {"value": value},
                _("Give a number from %(least)g to %(most)g.") % {"least": bounds.least, "most": bounds.most},
            )
    if "clear_percent" in draft.parameters and "clear_by" in draft.parameters:
        yield Fault("clear_by", _("The clear level is said twice."), _("Give it in percent or in the unit, not both."))
    if draft.kind == Kind.AVAILABILITY and draft.parameters.get("days", 7) not in AVAILABILITY_DAYS:
        yield Fault(
            "days",
            _("Availability is not counted over so many days."),
            _("Choose one of %(known)s.") % {"known": ", ".join(map(str, AVAILABILITY_DAYS))},
        )
    if draft.kind == Kind.STATUS:
        yield from _statuses(draft.parameters.get("statuses"))


def _statuses(given: Any) -> Iterator[Fault]:
    table = rules.load("tt10", on=date.today()).data
    codes = {one["code"]: one["name_vi"] for one in (*table["status"], table["unknown_status"]) if not one["usable"]}
    if not isinstance(given, (list, tuple)) or not given or not set(given) <= set(codes):
        known = ", ".join(f"{code} ({name})" for code, name in sorted(codes.items()))
        yield Fault(
            "statuses",
            _("It is not said which states of an instrument it is about."),
            _("Choose from %(known)s.") % {"known": known},
        )


def _validity(draft: Draft, since: datetime) -> Iterator[Fault]:
    day = timezone.localtime(since).date()
    if day < EARLIEST:
        yield Fault(
            "valid_from",
            _("There are no values as old as %(day)s.") % {"day": f"{day:%d/%m/%Y}"},
            _("Let it begin when its document came into force, or now."),
        )
    elif since > timezone.now() + timedelta(days=366):
        yield Fault(
            "valid_from",
            _("It would begin in more than a year."),
            _("Write it when it is nearer: until then the one in force stays."),
        )
