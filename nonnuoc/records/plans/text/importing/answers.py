"""What a person confirmed of a draft, held against it: every row whole, or everything that is wrong, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nonnuoc.domain.plan.time import Span
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Task
from nonnuoc.records.plans.text.importing.draft import Entry
from nonnuoc.records.plans.text.importing.naming import COMMUNES, DEPARTMENTS, Directory


@dataclass(frozen=True, slots=True)
class Settled:
    """A row as it will be written: offices with the name the plan gives them; who leads does not also coordinate."""

    row: Entry
    span: Span
    leads: Mapping[Office, str]
    helps: Mapping[Office, str]


def settle(rows: Sequence[Entry], said: Mapping[str, Any], known: Directory) -> list[Settled]:
    """Every row with what was said of it.

    `said`: "units", of each named unit a list of codes of offices or "*communes", "*departments" (an empty list: it
    is none of our offices; a lead may not be so); "times", of each time as written {"kind", "starts", "ends"}; "rows",
    of the code of a row the same two once more, for this row alone ("units", "time").

    Raises ValidationError with everything that is unconfirmed or wrong, each named by its row.
    """
    if not rows:
        raise ValidationError(
            _("There is no table of tasks in this file: none whose columns are content, time and lead.")
        )
    faults: list[str] = []
    for row in twice(rows):
        faults.append(_("Row %(row)s is there more than once: give each its own number.") % {"row": row})
    found = [_settled(row, said, known, faults) for row in rows]
    if faults:
        raise ValidationError(faults)
    return [one for one in found if one is not None]


def twice(rows: Sequence[Entry]) -> list[str]:
    """Numbers, with their part, that more than one row is printed with."""
    printed = Counter(f"{row.section}.{row.printed}".strip(".") for row in rows if row.printed)
    return [name for name, count in printed.items() if count > 1]


def _settled(row: Entry, said: Mapping[str, Any], known: Directory, faults: list[str]) -> Settled | None:
    own = said.get("rows", {}).get(row.code, {})
    before = len(faults)
    if not row.title.strip():
        faults.append(_("Row %(row)s has no content.") % {"row": row.code})
    if len(row.code) > 20:
        faults.append(_("Row %(row)s: the number is too long.") % {"row": row.code})
    span = _span(row, own.get("time") or said.get("times", {}).get(row.time_text), faults)
    units = {**said.get("units", {}), **own.get("units", {})}
    leads = _offices(row, row.lead_text, units, known, faults)
    if not leads and len(faults) == before:
        faults.append(
            _("Row %(row)s has no lead: say which office “%(name)s” is.") % {"row": row.code, "name": row.lead_text}
        )
    helps = _offices(row, row.help_text, units, known, faults)
    if len(faults) > before or span is None:
        return None
    return Settled(row, span, leads, {one: name for one, name in helps.items() if one not in leads})


def _span(row: Entry, given: Mapping[str, str | None] | None, faults: list[str]) -> Span | None:
    at = {"row": row.code, "text": row.time_text}
    if not given or given.get("kind") not in Task.Time.values:
        faults.append(_("Row %(row)s: nobody has confirmed the time “%(text)s”.") % at)
        return None
    try:
        starts, ends = (date.fromisoformat(given[one] or "") if given.get(one) else None for one in ("starts", "ends"))
    except ValueError:
        faults.append(_("Row %(row)s: the days of “%(text)s” cannot be read.") % at)
        return None
    kind = str(given["kind"])
    if (ends is None) != (kind in (Task.Time.CONTINUOUS, Task.Time.UNREAD)) or (starts and ends and ends < starts):
        faults.append(_("Row %(row)s: the days of “%(text)s” do not fit its kind.") % at)
        return None
    return Span(kind, starts, ends)  # type: ignore[arg-type]


def _offices(
    row: Entry, cell: str, units: Mapping[str, Sequence[str]], known: Directory, faults: list[str]
) -> dict[Office, str]:
    """The offices a cell means; one that is named twice keeps the name that is its own before that of a group."""
    found: dict[Office, str] = {}
    groups: dict[Office, str] = {}
    for named in known.named(cell):
        at = {"row": row.code, "name": named.text}
        if named.text not in units:
            faults.append(_("Row %(row)s: nobody has confirmed who “%(name)s” is.") % at)
            continue
        for code in units[named.text]:
            if code in (COMMUNES, DEPARTMENTS):
                groups.update({known.offices[one]: named.text for one in known.group(code)})
            elif (office := known.offices.get(code)) is None:
                faults.append(_("Row %(row)s: there is no office “%(code)s” for “%(name)s”.") % {**at, "code": code})
            else:
                (found if len(units[named.text]) == 1 else groups)[office] = named.text
    return {**{one: name for one, name in groups.items() if one not in found}, **found}
