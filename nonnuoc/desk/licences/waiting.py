"""What waits: overdue obligations, reports to be looked at, what falls due, what was settled last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.licences import rows
from nonnuoc.desk.licences.rows import Row
from nonnuoc.domain.obligations import State
from nonnuoc.records.registers.licences import selectors, writing
from nonnuoc.records.registers.licences.selectors import Waiting

GROUPS: Sequence[tuple[State, Promise, Promise]] = (
    (State.OVERDUE, gettext_lazy("Overdue"), gettext_lazy("Nothing is overdue.")),
    (State.REPORTED, gettext_lazy("Reported, waits to be looked at"), gettext_lazy("No report waits.")),
    (State.DUE, gettext_lazy("Due within 30 days"), gettext_lazy("Nothing falls due within 30 days.")),
    (State.UPCOMING, gettext_lazy("Due later"), gettext_lazy("Nothing else is known to fall due.")),
)
SETTLED = (State.MET, State.EXCUSED)
LATER, SETTLED_SHOWN = 20, 20


@dataclass(frozen=True, slots=True)
class Group:
    """Obligations that stand alike."""

    key: str
    title: Promise
    rows: list[Row]
    empty: Promise
    more: int


@allowed("data.internal", "GET", "HEAD")
def waiting(request: Entered) -> HttpResponse:
    """By how urgent it is; each line leads to the obligation."""
    rights, today = request.rights, timezone.localdate()
    counted = selectors.waiting(rights, today)
    groups = [_group(request, state, title, empty) for state, title, empty in GROUPS]
    settled = rows.of(selectors.settled(rights, today, most=SETTLED_SHOWN))
    context = {
        "sentence": sentence(counted, decides=rights.may(writing.KEEP)),
        "groups": groups,
        "settled": settled,
        "simulated": any(row.simulated for group in groups for row in group.rows),
    }
    return render(request, "desk/licences/waiting.html", context)


def sentence(counted: Waiting, *, decides: bool) -> str:
    """The answer first."""
    said = []
    if counted.overdue:
        said.append(
            ngettext("%(n)d obligation is overdue.", "%(n)d obligations are overdue.", counted.overdue)
            % {"n": counted.overdue}
        )
    if decides and counted.reported:
        said.append(
            ngettext("%(n)d report waits for you.", "%(n)d reports wait for you.", counted.reported)
            % {"n": counted.reported}
        )
    if counted.due:
        said.append(
            ngettext("%(n)d falls due within 30 days.", "%(n)d fall due within 30 days.", counted.due)
            % {"n": counted.due}
        )
    return " ".join(said) or gettext("Nothing is overdue, and nothing falls due within 30 days.")


def _group(request: Entered, state: State, title: Promise, empty: Promise) -> Group:
    found = selectors.listed(request.rights, [state])
    shown = found[:LATER] if state is State.UPCOMING else found
    return Group(state.value, title, rows.of(shown), empty, len(found) - len(shown))
