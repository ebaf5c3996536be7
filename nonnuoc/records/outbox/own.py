"""What one person hears of, and where: their own choices beside what their tasks bring. And a trial of each way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.entrance.attempts import Limit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import recipients, selectors, services, topics
from nonnuoc.records.outbox.models import Channel, Contact, Message, Subscription
from nonnuoc.records.outbox.wishes import TO_PEOPLE
from nonnuoc.records.places.models import Commune

TRIAL = "trial"
#: Trials that a person may send to themselves.
TRIALS = Limit("message trial", 10, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Told:
    """A topic somebody may hear of: what they chose, and what their tasks bring without a choice."""

    topic: str
    words: Promise
    chosen: Subscription | None
    communes: tuple[Commune, ...]  # of the choice
    brought: int | None  # from which severity on their tasks bring it; None: they do not
    escalated: bool  # they bring it once nobody has acted in time

    @property
    def hears(self) -> bool:
        """Whether anything of it reaches them at all."""
        return self.chosen.active if self.chosen else self.brought is not None or self.escalated

    @property
    def least_severity(self) -> int:
        """From which severity on."""
        return self.chosen.least_severity if self.chosen else self.brought or 1


@dataclass(frozen=True, slots=True)
class Way:
    """A channel to a person."""

    channel: Channel
    there: bool  # this installation has it
    address: str  # "" for none
    contact: Contact | None  # of the channels that need one

    @property
    def usable(self) -> bool:
        """Whether a message could go this way."""
        return self.there and (self.contact is None or self.contact.verified is not None) and bool(self.address)


def told(rights: Rights) -> Sequence[Told]:
    """Every topic they may hear of. Two queries."""
    assert rights.person is not None  # noqa: S101 - the system hears nothing
    chosen = selectors.subscriptions(rights.person)
    return [_told(rights, code, chosen) for code, topic in topics.ALL.items() if rights.may(topic.action)]


def ways(person: Person) -> Sequence[Way]:
    """Every channel to people, in the order of `TO_PEOPLE`."""
    there = recipients.ways()
    contacts = {one.channel: one for one in selectors.contacts(person)}
    return [_way(person, channel, channel in there, contacts.get(channel)) for channel in TO_PEOPLE]


def in_order(subscription: Subscription | None, usable: Sequence[Way]) -> list[Channel]:
    """The channels that would be tried, the first first; the desk where there is no other."""
    open_ways = {way.channel for way in usable if way.usable}
    asked = subscription.channels if subscription and subscription.channels else recipients.DEFAULT_CHANNELS
    return [channel for channel in map(Channel, asked) if channel in open_ways] or [Channel.APP]


@transaction.atomic
def send_trial(person: Person, channel: str, *, at: datetime) -> Message:
    """Send oneself a message that says it is a trial. Raises ValidationError where no message could go that way."""
    if not any(way.channel == channel and way.usable for way in ways(person)):
        raise ValidationError(_("Nothing can be sent to you this way yet."))
    if TRIALS.spend(str(person.pk)):
        raise ValidationError(_("Enough trials for now. Try again in an hour."))
    message = Message(
        key=f"trial:{person.pk}:{uuid.uuid4()}",
        topic=topics.TRIAL,
        severity=4,
        person=person,
        template=TRIAL,
        facts={"name": person.name, "path": "/desk/messages/preferences/"},
        due=at,
    )
    services.on_channel(message, Channel(channel), at=at).save()
    services.wake()
    return message


def _told(rights: Rights, code: str, chosen: Mapping[str, Subscription]) -> Told:
    topic, subscription = topics.ALL[code], chosen.get(code)
    brought = [severity for role, severity in topic.roles.items() if role in rights.roles]
    return Told(
        topic=code,
        words=topic.words,
        chosen=subscription,
        communes=tuple(subscription.communes.all()) if subscription else (),
        brought=min(brought, default=None),
        escalated=not rights.roles.isdisjoint(topic.escalated),
    )


def _way(person: Person, channel: Channel, there: bool, contact: Contact | None) -> Way:
    if channel in (Channel.APP, Channel.EMAIL):
        return Way(channel, there, person.email, None)
    return Way(channel, there, contact.address if contact else "", contact)
