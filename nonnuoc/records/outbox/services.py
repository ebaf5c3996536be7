"""What is put into the outbox, in the transaction that makes it necessary; `exchange.sending` takes it out.

`announce` finds the recipients by itself. Announcing the same key again does nothing. Whoever announces much at once
hands it in at once (`announce_all`), or does so within `together()`: everybody's rights and wishes are then read once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import digesting, quiet, topics
from nonnuoc.records.outbox.digesting import Flow
from nonnuoc.records.outbox.models import Channel, Message, Webhook
from nonnuoc.records.outbox.recipients import About, Audience, Listener

#: Notified at the commit that queues something.
CHANNEL = "nonnuoc_outbox"
#: How long delivery is tried on one channel.
PATIENCE = timedelta(hours=24)
TOPICS: Mapping[str, Promise] = {code: topic.words for code, topic in topics.ALL.items()}

State = Message.State
Recipient = tuple[str, int | None, int | None]  # a key, and the person or the webhook that has it
#: Of these, nothing has gone out yet.
_PENDING = (State.QUEUED, State.SENDING)
_WAITING = Q(state__in=_PENDING) | Q(state=State.DIGESTED, digest__state=State.QUEUED)
_together: ContextVar[tuple[Audience, Flow] | None] = ContextVar("together", default=None)


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell. `facts` is plain JSON, what `exchange/templates/exchange/<template>.txt` speaks of."""

    key: str  # says what it is about; what begins alike can be dropped and acknowledged together
    topic: str
    severity: int
    template: str
    facts: Mapping[str, Any]
    subject: Subject  # whose it is and where: only whose rights reach it are told
    everywhere: bool = False  # it is about the whole network or system: subscribers' communes narrow nothing
    to: Sequence[Person] | None = None  # these, as far as they may; not who subscribed, and no webhook …
    machines: bool = False  # … unless this says so: then webhooks hear it too, or, where `to` is empty, they alone
    escalation: int = 0  # 1, 2: nobody has taken it up in time
    simulated: bool = False  # it rests on invented data, and every message says so
    communes: frozenset[int] = field(default_factory=frozenset)  # where it is, if in more than the subject's

    @property
    def about(self) -> About:
        return About(self.topic, self.severity, self.subject, self.everywhere, self.communes)


@contextmanager
def together(at: datetime) -> Iterator[Audience]:
    """What is announced within asks once who everybody is and what they were told; all of it in one transaction."""
    both = _together.get() or (Audience(at), Flow(at))
    token = _together.set(both)
    try:
        yield both[0]
    finally:
        _together.reset(token)


def announce(news: News, *, at: datetime) -> list[Message]:
    """Queue a message for everybody it concerns, on the first channel of each, and for webhooks. Gives the new ones.

    In the caller's transaction. Whoever has been told of this key, on whatever channel, is not told again.
    """
    return announce_all([news], at=at)


def announce_all(several: Sequence[News], *, at: datetime) -> list[Message]:
    """The same of several, in as many queries for a thousand as for one."""
    audience, flow = _together.get() or (Audience(at), Flow(at))
    keys = {news.key for news in several}
    known: set[Recipient] = set(Message.objects.filter(key__in=keys).values_list("key", "person_id", "webhook_id"))
    made, preferences = [], {}
    for news in several:
        about = news.about
        for one in audience.of(about, news.to):
            if _is_new((news.key, one.person.id, None), known):
                preferences[one.person.id] = one.preference
                made.append(_to_person(news, one, at))
        for hook in audience.machines(about) if news.to is None or news.machines else ():
            if _is_new((news.key, None, hook.id), known):
                made.append(_to_machine(news, hook, at))
    with transaction.atomic():
        flow.gather(made, preferences)
        Message.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)
        wake()
    return _stored(made)


def drop(key_prefix: str, why: str, *, topics: Collection[str] | None = None) -> int:
    """Messages of these keys (and topics) that have not gone out are no longer needed. Gives how many."""
    found = _about(key_prefix) if topics is None else _about(key_prefix).filter(topic__in=topics)
    return found.filter(_WAITING).update(state=State.DROPPED, why=why)


def drop_each(key_prefixes: Collection[str], why: str) -> int:
    """The same of many prefixes, each of which ends with a colon. Two queries over what waits."""
    if not key_prefixes:
        return 0
    prefixes = frozenset(key_prefixes)
    waiting = Message.objects.filter(_WAITING).values_list("id", "key")
    ids = [id for id, key in waiting if any(start in prefixes for start in _starts(key))]
    return Message.objects.filter(_WAITING, id__in=ids).update(state=State.DROPPED, why=why)


def drop_of(hook: Webhook, why: str) -> int:
    """What has not gone out to this webhook is no longer needed."""
    return Message.objects.filter(webhook=hook, state__in=_PENDING).update(state=State.DROPPED, why=why)


def acknowledged(key_prefix: str, person: Person, *, at: datetime | None = None) -> None:
    """The person has acted on what these keys are about: every message of theirs about it says so."""
    read = {"state": State.ACKNOWLEDGED, "acknowledged": at or timezone.now()}
    theirs = _about(key_prefix).filter(person=person).exclude(state__in=(State.DROPPED, State.ACKNOWLEDGED))
    theirs.update(**read)
    digests = Message.objects.filter(digesting.WAITS_TO_BE_READ, person=person)
    digests.exclude(parts__state=State.DIGESTED).update(**read)


def recipients(keys: Iterable[str]) -> dict[str, list[Person]]:
    """The people who have messages of exactly these keys, sent or waiting, by key. Two queries."""
    told = Message.objects.filter(key__in=set(keys), person__isnull=False).exclude(state=State.DROPPED)
    pairs = list(told.order_by("person_id").values_list("key", "person_id"))
    people = Person.objects.in_bulk({person_id for _, person_id in pairs if person_id})
    found: dict[str, list[Person]] = {}
    for key, person_id in dict.fromkeys(pairs):
        found.setdefault(key, []).append(people[person_id or 0])
    return found


def wake() -> None:
    """Have the sender look at the outbox as soon as this transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def on_channel(message: Message, channel: Channel, *, at: datetime) -> Message:
    """The message as it begins its way on a channel: what is told on the desk has arrived with that."""
    message.channel, message.queued, message.give_up = channel, at, max(at, message.due) + PATIENCE
    if channel == Channel.APP:
        message.state, message.due, message.sent, message.delivered = State.DELIVERED, at, at, at
    return message


def _to_person(news: News, listener: Listener, at: datetime) -> Message:
    message = Message(person=listener.person, due=quiet.due(at, news.severity, listener.preference), **_said(news))
    return on_channel(message, listener.channels(news.topic)[0], at=at)


def _to_machine(news: News, hook: Webhook, at: datetime) -> Message:
    return on_channel(Message(webhook=hook, due=at, **_said(news)), Channel.WEBHOOK, at=at)


def _stored(made: Sequence[Message]) -> list[Message]:
    """Those of them that are in the table now, with their ids: another transaction may have been first."""
    rows = Message.objects.filter(uuid__in=[one.uuid for one in made]) if made else Message.objects.none()
    ids = dict(rows.values_list("uuid", "id"))
    found = [one for one in made if one.uuid in ids]
    for one in found:
        one.id, one._state.adding = ids[one.uuid], False
    return found


def _is_new(one: Recipient, known: set[Recipient]) -> bool:
    """Whether this recipient (person, webhook) does not have this key yet; from now on they have."""
    fresh = one not in known
    known.add(one)
    return fresh


def _said(news: News) -> dict[str, Any]:
    facts = {**news.facts, "simulated": news.simulated, "escalation": news.escalation}
    return {
        "key": news.key,
        "topic": news.topic,
        "severity": news.severity,
        "template": news.template,
        "facts": facts,
    }


def _starts(key: str) -> Iterator[str]:
    """ "a:", "a:b:" of "a:b:c"."""
    return (key[: place + 1] for place, sign in enumerate(key) if sign == ":")


def _about(key_prefix: str) -> QuerySet[Message]:
    return Message.objects.filter(key__startswith=key_prefix)
