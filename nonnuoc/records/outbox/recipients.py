"""Who is told: who asked for it or whose task it is, as far as their rights reach.

An `Audience` is everybody as they are at one moment, read in a fixed number of queries, for any number of news.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Reach, Rights, Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import gateways, topics
from nonnuoc.records.outbox.models import Channel, Contact, Preference, Subscription, Webhook


@dataclass(frozen=True, slots=True)
class About:
    """What decides who hears a piece of news."""

    topic: str
    severity: int
    subject: Subject
    everywhere: bool = False  # the whole network or system: communes narrow nothing
    communes: frozenset[int] = frozenset()  # where it is, where that is more than the subject's commune

    def lies_in(self, communes: frozenset[int]) -> bool:
        """Whether it is of interest to who wants to hear of these communes only (none: of all)."""
        where = self.communes or frozenset(filter(None, [self.subject.commune_id]))
        return self.everywhere or not communes or bool(where & communes)


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription, with the communes it is narrowed to."""

    subscription: Subscription
    communes: frozenset[int]

    def takes(self, about: About) -> bool:
        """Whether it is what they asked for. An escalation names whom it reaches beyond that (`News.to`)."""
        grave = about.severity >= self.subscription.least_severity
        return self.subscription.active and grave and about.lies_in(self.communes)


class Listener:
    """A person as the outbox sees them."""

    def __init__(
        self, rights: Rights, preference: Preference, wishes: Mapping[str, Wish], usable: frozenset[Channel]
    ) -> None:
        assert rights.person is not None  # noqa: S101 - of_everybody gives people
        self.person: Person = rights.person
        self.preference, self._wishes, self._usable = preference, wishes, usable
        self._roles = rights.roles
        self._reach: Callable[[str], Reach] = cache(rights.reach)

    def may_hear(self, about: About) -> bool:
        """Whether their rights reach it."""
        topic = topics.ALL[about.topic]
        reach = self._reach(topic.action)
        return not reach.nowhere if topic.anywhere else reach.part(about.subject) is not None

    def wants(self, about: About) -> bool:
        """What they asked for; whoever has said nothing about a topic hears what their tasks bring."""
        wish = self._wishes.get(about.topic)
        if wish is not None:
            return wish.takes(about)
        topic = topics.ALL[about.topic]
        return any(about.severity >= topic.roles[role] for role in self._roles if role in topic.roles)

    def channels(self, topic: str) -> tuple[Channel, ...]:
        """The channels they can be reached on, the first of which is tried first; the desk where there is no other."""
        wish = self._wishes.get(topic)
        asked = wish.subscription.channels if wish and wish.subscription.channels else DEFAULT_CHANNELS
        found = tuple(channel for channel in map(Channel, asked) if channel in self._usable)
        return found or (Channel.APP,)


DEFAULT_CHANNELS: Sequence[Channel] = (Channel.EMAIL, Channel.APP)


class Audience:
    """Everybody who could be told, at one moment."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.listeners = _listeners(at)
        self._by_id = {one.person.id: one for one in self.listeners}
        self._machines = [
            (hook, frozenset(commune.id for commune in hook.communes.all()))
            for hook in Webhook.objects.filter(active=True).prefetch_related("communes").order_by("id")
        ]
        self.heard_by: Callable[[About], tuple[Listener, ...]] = cache(self._heard_by)

    def of(self, about: About, to: Iterable[Person] | None = None) -> Sequence[Listener]:
        """Who hears of it; of `to`, whether they want to or not, those who may."""
        if to is None:
            return self.heard_by(about)
        wanted = sorted({person.id for person in to} & self._by_id.keys())
        return [one for one in map(self._by_id.__getitem__, wanted) if one.may_hear(about)]

    def machines(self, about: About) -> list[Webhook]:
        """The webhooks it goes to: an administrator has opened them, so no rights narrow them."""
        return [
            hook
            for hook, communes in self._machines
            if (about.topic in hook.topics or not (hook.topics or topics.ALL[about.topic].by_name))
            and about.severity >= hook.least_severity
            and about.lies_in(communes)
        ]

    def _heard_by(self, about: About) -> tuple[Listener, ...]:
        return tuple(one for one in self.listeners if one.wants(about) and one.may_hear(about))


def _listeners(at: datetime) -> list[Listener]:
    everybody = access.of_everybody(at)
    ids = [rights.person.id for rights in everybody if rights.person]
    preferences = {one.person_id: one for one in Preference.objects.filter(person__in=ids)}
    wishes: dict[int, dict[str, Wish]] = defaultdict(dict)
    for one in Subscription.objects.filter(person__in=ids).prefetch_related("communes"):
        wishes[one.person_id][one.topic] = Wish(one, frozenset(commune.id for commune in one.communes.all()))
    contacts: dict[int, set[Channel]] = defaultdict(set)
    for person_id, channel in Contact.objects.filter(person__in=ids, verified__isnull=False).values_list(
        "person_id", "channel"
    ):
        contacts[person_id].add(Channel(channel))
    open_ways = ways()
    return [
        Listener(
            rights,
            preferences.get(rights.person.id) or Preference(person=rights.person),
            wishes[rights.person.id],
            open_ways & (contacts[rights.person.id] | {Channel.APP, Channel.EMAIL}),
        )
        for rights in everybody
        if rights.person
    ]


def ways() -> frozenset[Channel]:
    """The channels to people that this installation has: the desk, and what an administrator has set up."""
    found = {Channel.APP, *gateways.there()}
    return frozenset(found | {Channel.EMAIL} if settings.MAIL else found)
