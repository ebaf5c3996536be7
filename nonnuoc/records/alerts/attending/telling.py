"""What people are told of incidents: a message a change that must be heard, queued in the change's own transaction.

What is told at once is told together (together.py): an incident or two thousand, the queries are as many.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.attending import together, told
from nonnuoc.records.alerts.attending.together import Piece
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Alarm, Entry, Incident

Kind, State, Outcome = Entry.Kind, Incident.State, Incident.Outcome
#: What a change that sounds is called in keys and templates; where one incident has several at once, the first.
WHAT: Mapping[str, str] = {Kind.OPENED: "opened", Kind.REOPENED: "reopened", Kind.WORSE: "worse"}


def tell(changes: Sequence[Change], *, at: datetime) -> None:
    """Queue messages for every incident with a change that sounds, and quiet ones for what is over.

    That it is over, or was an error of the data, hear those who heard that it began, and machines; that it became part
    of another incident, machines alone. In the transaction of the changes. Telling the same again queues nothing.
    """
    loud = [one for one in _one_each(one for one in changes if one.sounds) if _is_to_be_heard(one, at)]
    over, wrong, merged = _ended(changes, at)
    if not (loud or over or wrong or merged):
        return
    heard = told.people([*over, *wrong])
    pieces = [Piece(one.incident, WHAT.get(one.kind, "worse")) for one in loud]
    pieces += [Piece(one, "cleared", to=heard.get(one.id, ()), quiet=True, machines=True) for one in over]
    pieces += [Piece(one, "withdrawn", to=heard.get(one.id, ()), quiet=True, machines=True) for one in wrong]
    pieces += [Piece(one, "merged", to=(), machines=True) for one in merged]
    together.bring(pieces, at=at)


def announce(incident: Incident, what: str, *, at: datetime) -> None:
    """Queue one message to everybody it concerns, and note how many that are. Once for each change."""
    together.bring([Piece(incident, what)], at=at)


def told_to(incident: Incident, what: str, people: Sequence[Person], *, at: datetime) -> None:
    """A quiet message to these: that it is theirs."""
    if people:
        together.bring([Piece(incident, what, to=people, quiet=True)], at=at)


def closed(incident: Incident, *, at: datetime) -> None:
    """Machines that heard of it hear that somebody has closed it; whoever worked on it knows."""
    if incident.told is not None:
        together.bring([Piece(incident, "closed", to=(), machines=True)], at=at)


def prefix(incident: Incident) -> str:
    """What the keys of all messages about it alone begin with."""
    return told.prefix(incident.id)


def is_silenced(incident: Incident, at: datetime) -> bool:
    """Whether somebody wants no messages about it for now."""
    return incident.silenced_until is not None and incident.silenced_until > at


def _is_to_be_heard(change: Change, at: datetime) -> bool:
    """A graver step is told even of what is silenced: whoever silenced it did not know of that."""
    return not is_silenced(change.incident, at) or WHAT.get(change.kind, "worse") == "worse"


def _ended(changes: Sequence[Change], at: datetime) -> tuple[list[Incident], list[Incident], list[Incident]]:
    """Of what was told: what is over, what is none after all, and what is part of another incident now."""
    ended = {one.incident.id: one.incident for one in changes if one.kind in (Kind.CLEARED, Kind.CLOSED, Kind.MERGED)}
    known = [one for one in ended.values() if one.told is not None and not is_silenced(one, at)]
    merged = [one for one in known if one.outcome == Outcome.MERGED]
    cleared = [one for one in known if one.state == State.CLEARED]
    real = _with_alarms(cleared)
    wrong = [one for one in known if one.outcome == Outcome.WITHDRAWN]
    wrong += [one for one in cleared if one.id not in real]
    return [one for one in cleared if one.id in real], wrong, merged


def _with_alarms(some: Collection[Incident]) -> set[int]:
    return set(Alarm.objects.filter(incident__in=some).values_list("incident_id", flat=True)) if some else set()


def _one_each(changes: Iterable[Change]) -> Iterable[Change]:
    """Of several changes of one incident the one to speak of."""
    order = list(WHAT)
    best: dict[int, Change] = {}
    for change in changes:
        rank = order.index(change.kind) if change.kind in order else len(order)
        known = best.get(change.incident.id)
        if known is None or rank < (order.index(known.kind) if known.kind in order else len(order)):
            best[change.incident.id] = change
    return best.values()
