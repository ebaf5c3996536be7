"""The ledger: every message, its recipient, what became of it and why, after how many tries. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox.models import Message

State = Message.State


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the ledger; empty: everything."""

    person: Person | None = None
    to: str = ""  # words of a person's name or address, or of a webhook's name
    topic: str = ""
    channel: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    key_prefix: str = ""


def listed(rights: Rights, asked: Asked | None = None, *, before: int | None = None, most: int = 50) -> list[Message]:
    """The newest messages with person, webhook, digest and `tries`, older than the one of id `before`: everybody's for
    who may see them, or one's own. Two queries.
    """
    found = _with_all(_chosen(rights, asked or Asked()))
    return list((found.filter(id__lt=before) if before else found).order_by("-id")[:most])


def one(identity: int, rights: Rights) -> Message | None:
    """The message, if it is theirs or they may see everybody's."""
    return _with_all(_chosen(rights, Asked())).filter(id=identity).first()


def parts(message: Message, *, needed: bool = False) -> list[Message]:
    """What a digest says, the gravest first; `needed`: without what was acknowledged meanwhile."""
    found = Message.objects.filter(digest=message).exclude(state=State.DROPPED)
    return list((found.filter(state=State.DIGESTED) if needed else found).order_by("-severity", "id"))


def counts(rights: Rights, asked: Asked | None = None) -> dict[str, int]:
    """How many messages there are in each state."""
    found = _chosen(rights, asked or Asked()).order_by().values_list("state")
    return dict.fromkeys(State.values, 0) | dict(found.annotate(n=Count("id")))


def _with_all(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.select_related("person", "webhook", "digest").prefetch_related("tries")


def _chosen(rights: Rights, asked: Asked) -> QuerySet[Message]:
    return Message.objects.filter(_may_see(rights)).filter(
        *([Q(person=asked.person)] if asked.person else []),
        *([_named(asked.to)] if asked.to else []),
        *([Q(topic=asked.topic)] if asked.topic else []),
        *([Q(channel=asked.channel)] if asked.channel else []),
        *([Q(state=asked.state)] if asked.state else []),
        *([Q(queued__gte=asked.since)] if asked.since else []),
        *([Q(queued__lt=asked.until)] if asked.until else []),
        *([Q(key__startswith=asked.key_prefix)] if asked.key_prefix else []),
    )


def _named(words: str) -> Q:
    return Q(person__name__icontains=words) | Q(person__email__icontains=words) | Q(webhook__name__icontains=words)


def _may_see(rights: Rights) -> Q:
    """Raises PermissionDenied for who has not signed in."""
    if rights.may("outbox.read"):
        return Q()
    if rights.person is None:
        raise PermissionDenied(rights.decide("outbox.read").why)
    return Q(person=rights.person)
