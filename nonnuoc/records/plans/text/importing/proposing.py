"""What is proposed for each row of a draft's appendix: its time as dates, its units as offices, and what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.domain.plan import time
from nonnuoc.domain.plan.time import Span
from nonnuoc.records.plans.text.importing import answers
from nonnuoc.records.plans.text.importing.draft import Draft, Entry
from nonnuoc.records.plans.text.importing.naming import Directory, Named, Sure

SURE = (Sure.EXACT, Sure.LIKELY, Sure.GROUP)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row, and what it would become. `faults`: what somebody has to put right, in sentences that name the row."""

    row: Entry
    span: Span
    leads: tuple[Named, ...]
    helps: tuple[Named, ...]
    faults: tuple[str, ...]


def proposals(
    draft: Draft, *, starts: date | None = None, ends: date | None = None, directory: Directory | None = None
) -> list[Proposal]:
    """One for each row, in order. Without days the plan's own are taken as its head gives them."""
    known = directory or Directory()
    begins, until = starts or draft.head.starts, ends or draft.head.ends
    doubled = set(answers.twice(draft.rows))
    return [_proposal(row, known, begins, until, doubled) for row in draft.rows]


def _proposal(
    row: Entry, known: Directory, starts: date | None, ends: date | None, doubled: Collection[str]
) -> Proposal:
    span = time.read(row.time_text, starts=starts, ends=ends) if starts and ends else time.Span("unread")
    leads, helps = tuple(known.named(row.lead_text)), tuple(known.named(row.help_text))
    return Proposal(row, span, leads, helps, tuple(_faults(row, span, leads, helps, doubled)))


def _faults(
    row: Entry, span: Span, leads: Sequence[Named], helps: Sequence[Named], doubled: Collection[str]
) -> list[str]:
    at = {"row": row.code}
    found = []
    if not row.title:
        found.append(_("Row %(row)s has no content.") % at)
    if f"{row.section}.{row.printed}".strip(".") in doubled:
        found.append(_("Row %(row)s is there more than once: give each its own number.") % at)
    if span.kind == "unread":
        said = {**at, "text": row.time_text}
        found.append(_("Row %(row)s: the time “%(text)s” cannot be read as dates.") % said)
    if not leads:
        found.append(_("Row %(row)s names no lead.") % at)
    for one in (*leads, *helps):
        if one.sure not in SURE:
            found.append(_("Row %(row)s: “%(name)s” is not surely one of the offices.") % {**at, "name": one.text})
    return found


def agreed(made: Sequence[Proposal]) -> dict[str, Any]:
    """What `take` is told when everything proposed is right: units of all proposals that are sure, and times read.

    What is not sure is left out, so that somebody has to say it.
    """
    units = {one.text: list(one.codes) for row in made for one in (*row.leads, *row.helps) if one.sure in SURE}
    times = {row.row.time_text: as_said(row.span) for row in made if row.span.kind != "unread"}
    return {"units": units, "times": times}


def as_said(span: Span) -> Mapping[str, str | None]:
    """A time as it is kept in what somebody said."""
    return {
        "kind": span.kind,
        "starts": span.starts.isoformat() if span.starts else None,
        "ends": span.ends.isoformat() if span.ends else None,
    }
