"""What people are told of incidents: a message a change that must be heard, queued in the change's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.attending.facts import facts
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.alerts.selectors import subject
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.services import News

Kind = Entry.Kind
#: What a change that sounds is called in keys and templates; where one incident has several at once, the first.
WHAT: Mapping[str, str] = {Kind.OPENED: "opened", Kind.REOPENED: "reopened", Kind.WORSE: "worse"}
#: What an incident's log has of everything that is told.
KINDS: Mapping[str, Kind] = {
    **{what: Kind(kind) for kind, what in WHAT.items()},
    "cleared": Kind.CLEARED,
    "escalated": Kind.ESCALATED,
    "assigned": Kind.ASSIGNED,
}


def tell(changes: Sequence[Change], *, at: datetime) -> None:
    """Queue a message for every incident with a change that sounds, and a quiet one where one is over.

    In the transaction of the changes. Telling the same again queues nothing.
    """
    loud = [one for one in _one_each(one for one in changes if one.sounds) if _is_to_be_heard(one, at)]
    over = [one for one in _one_each(one for one in changes if one.kind == Kind.CLEARED) if _is_over(one.incident, at)]
    if not loud and not over:
        return
    with outbox.together(at):
        for change in loud:
            announce(change.incident, WHAT.get(change.kind, "worse"), at=at)
        for change in over:
            told_to(change.incident, "cleared", outbox.recipients(prefix(change.incident)), at=at)


def announce(
    incident: Incident,
    what: str,
    *,
    at: datetime,
    escalation: int = 0,
    also: Sequence[Person] = (),
    waited: timedelta | None = None,
) -> None:
    """Queue one message to everybody it concerns, and to `also`, and note how many that are. Once for each change."""
    key = _key(incident, what)
    if incident.log.filter(kind=Kind.TOLD, facts__key=key).exists():
        return
    more = {"minutes": int(waited.total_seconds() // 60)} if waited is not None else {}
    news = _news(incident, what, key, incident.severity, more, escalation)
    messages = outbox.announce(news, at=at)
    if also:
        messages += outbox.announce(replace(news, to=also), at=at)
    people = {message.person_id for message in messages if message.person_id}
    machines = {message.webhook_id for message in messages if message.webhook_id}
    told = {"key": key, "what": what, "people": len(people), "machines": len(machines)}
    Entry.objects.create(incident=incident, at=at, kind=Kind.TOLD, facts=told)
    incident.told = incident.told or at
    incident.told_severity = max(incident.told_severity, incident.severity)
    incident.save(update_fields=["told", "told_severity"])


def told_to(incident: Incident, what: str, people: Sequence[Person], *, at: datetime) -> None:
    """A quiet message to these: that it is over, to who heard that it began; that it is theirs."""
    if people:
        outbox.announce(replace(_news(incident, what, _key(incident, what), 1), to=people), at=at)


def prefix(incident: Incident) -> str:
    """What the keys of all messages about it begin with."""
    return f"incident:{incident.id}:"


def is_silenced(incident: Incident, at: datetime) -> bool:
    """Whether somebody wants no messages about it for now."""
    return incident.silenced_until is not None and incident.silenced_until > at


def _is_to_be_heard(change: Change, at: datetime) -> bool:
    """A graver step is told even of what is silenced: whoever silenced it did not know of that."""
    return not is_silenced(change.incident, at) or WHAT.get(change.kind, "worse") == "worse"


def _is_over(incident: Incident, at: datetime) -> bool:
    return incident.state == Incident.State.CLEARED and not is_silenced(incident, at)


def _news(
    incident: Incident, what: str, key: str, severity: int, more: Mapping[str, object] = {}, escalation: int = 0
) -> News:
    said = {**facts(incident), "what": what, **more}
    return News(
        key=key,
        topic=f"incident.{incident.family}",
        severity=severity,
        template=f"incident_{what}",
        facts=said,
        subject=subject(incident),
        everywhere=incident.thing is None,
        escalation=escalation,
        simulated=said["simulated"],
    )


def _key(incident: Incident, what: str) -> str:
    """What it is and how often that has happened: the same for a transaction that is tried again."""
    return f"{prefix(incident)}{what}:{incident.log.filter(kind=KINDS[what]).count()}"


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
