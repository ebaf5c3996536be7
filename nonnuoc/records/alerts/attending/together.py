"""What is told at once, told together: a person hears of a few incidents one by one, of many in one message.

Each message is about what its recipient may see and wants to hear of; people who hear of the same incidents share its
key. Machines are told everything, one by one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Count

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.attending import summing_up, told
from nonnuoc.records.alerts.attending.facts import facts_of
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.alerts.selectors import subject
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.outbox.recipients import Audience
from nonnuoc.records.outbox.services import News

Kind = Entry.Kind
#: What an incident's log has of everything that is told.
KINDS: Mapping[str, Kind] = {
    "opened": Kind.OPENED,
    "reopened": Kind.REOPENED,
    "worse": Kind.WORSE,
    "escalated": Kind.ESCALATED,
    "assigned": Kind.ASSIGNED,
    "cleared": Kind.CLEARED,
    "withdrawn": Kind.CLOSED,
    "closed": Kind.CLOSED,
    "merged": Kind.MERGED,
}
#: Changes after which people know how grave it is, and expect somebody to look after it.
LOUD = frozenset({"opened", "reopened", "worse", "escalated"})
#: A person hears of so many incidents one by one; of more that are told at once, in one message.
FEW = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """One incident, and what there is to tell of it."""

    incident: Incident
    what: str  # of KINDS
    to: Sequence[Person] | None = None  # these; None: whom it concerns, and machines
    also: Sequence[Person] = ()  # and these
    quiet: bool = False  # to people it is no graver than anything
    machines: bool = False  # machines hear it though it is to these people
    escalation: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)  # facts beside those of the incident


def bring(pieces: Sequence[Piece], *, at: datetime) -> None:
    """Queue the messages of all these, and note in each incident's log who it is told. What was told is left out."""
    keyed = _new(pieces)
    if not keyed:
        return
    facts = facts_of([piece.incident for _, piece in keyed])
    with outbox.together(at) as audience:
        news = [_news(piece, key, facts[piece.incident.id]) for key, piece in keyed]
        single, many, parts = _shared_out(keyed, news, audience)
        sent = outbox.announce_all([*single, *many], at=at)
    _note(keyed, parts, sent, at)


def _new(pieces: Sequence[Piece]) -> list[tuple[str, Piece]]:
    """Those that are not told yet, with their keys: what it is and how often that has happened."""
    ids = {piece.incident.id for piece in pieces}
    log = Entry.objects.filter(incident__in=ids, kind__in={KINDS[piece.what] for piece in pieces}).order_by()
    counted = log.values_list("incident_id", "kind").annotate(n=Count("id")) if pieces else ()
    times = {(id, kind): n for id, kind, n in counted}
    keyed = []
    for piece in pieces:
        id = piece.incident.id
        keyed.append((f"{told.prefix(id)}{piece.what}:{times.get((id, KINDS[piece.what]), 0)}", piece))
    known = Entry.objects.filter(incident__in=ids, kind=Kind.TOLD, facts__key__in=[key for key, _ in keyed])
    before = set(known.values_list("facts__key", flat=True)) if pieces else set()
    return [one for one in dict(keyed).items() if one[0] not in before]


def _news(piece: Piece, key: str, facts: Mapping[str, Any]) -> News:
    incident = piece.incident
    return News(
        key=key,
        topic=f"incident.{incident.family}",
        severity=1 if piece.quiet else incident.severity,
        template=f"incident_{'closed' if piece.what == 'merged' else piece.what}",
        facts={**facts, "what": piece.what, **piece.more},
        subject=subject(incident),
        everywhere=incident.thing_id is None,
        to=piece.to,
        escalation=piece.escalation,
        simulated=facts["simulated"],
    )


def _shared_out(
    keyed: Sequence[tuple[str, Piece]], news: Sequence[News], audience: Audience
) -> tuple[list[News], list[News], dict[str, list[str]]]:
    """News of single incidents, news that tell of many, and of which of these each incident's key is a part."""
    heard: dict[tuple[str, str, bool], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    people: dict[int, Person] = {}
    for place, ((_, piece), one) in enumerate(zip(keyed, news, strict=True)):
        listeners = [*audience.of(one.about, one.to), *(audience.of(one.about, piece.also) if piece.also else ())]
        for person in dict.fromkeys(listener.person for listener in listeners):
            people[person.id] = person
            heard[one.topic, piece.what, one.simulated][person.id].append(place)
    alone: list[list[Person]] = [[] for _ in news]
    groups: dict[tuple[int, ...], list[Person]] = defaultdict(list)
    for places in heard.values():
        for id, mine in places.items():
            if len(mine) > FEW:
                groups[tuple(mine)].append(people[id])
            else:
                for place in mine:
                    alone[place].append(people[id])
    many, parts = [], defaultdict(list)
    for group, recipients in groups.items():
        many.append(_of_many([news[place] for place in group], recipients))
        for place in group:
            parts[news[place].key].append(many[-1].key)
    single = [replace(one, to=those) for one, those in zip(news, alone, strict=True) if those]
    for (_, piece), one in zip(keyed, news, strict=True):
        if piece.to is None or piece.machines:
            single.append(replace(one, to=(), machines=True, severity=piece.incident.severity))
    return single, many, parts


def _of_many(news: Sequence[News], to: Sequence[Person]) -> News:
    """One piece of news in place of these. Who hears it hears each of them, and may see what the first is about."""
    first = news[0]
    keys = hashlib.sha256("\n".join(sorted(one.key for one in news)).encode()).hexdigest()[:24]
    return replace(
        first,
        key=f"incidents:{first.facts['what']}:{keys}",
        template="incident_many",
        severity=max(one.severity for one in news),
        facts=summing_up.facts([one.facts for one in news]),
        to=to,
    )


def _note(
    keyed: Sequence[tuple[str, Piece]], parts: Mapping[str, Collection[str]], sent: Sequence[Message], at: datetime
) -> None:
    """A line in each incident's log of how many are told, and under which keys."""
    people: dict[str, set[int]] = defaultdict(set)
    machines: dict[str, set[int]] = defaultdict(set)
    for message in sent:
        if message.person_id:
            people[message.key].add(message.person_id)
        if message.webhook_id:
            machines[message.key].add(message.webhook_id)
    lines, loud = [], []
    for key, piece in keyed:
        incident, many = piece.incident, list(parts.get(key, ()))
        told_to = set().union(people[key], *(people[one] for one in many))
        line = {"key": key, "what": piece.what, "people": len(told_to), "machines": len(machines[key])}
        if piece.what in LOUD or told_to or machines[key]:
            lines.append(Entry(incident=incident, at=at, kind=Kind.TOLD, facts=line | ({"many": many} if many else {})))
        if piece.what in LOUD and (incident.told is None or incident.told_severity < incident.severity):
            incident.told = incident.told or at
            incident.told_severity = max(incident.told_severity, incident.severity)
            loud.append(incident)
    Entry.objects.bulk_create(lines, batch_size=1000)
    if loud:
        Incident.objects.bulk_update(loud, ["told", "told_severity"], batch_size=1000)
