"""What follows when a channel has failed: the person's next channel, and the administrators are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.outbox import quiet, services, topics
from nonnuoc.records.outbox.models import Channel, Message
from nonnuoc.records.outbox.recipients import Audience, Listener
from nonnuoc.records.outbox.services import News

#: Nobody else is told when these fail.
_ASIDE = (topics.CONTACT_CODE, topics.WEBHOOK_TRIAL, topics.TRIAL)
FAILURE, TEMPLATE = "system.failure", "delivery_failed"
SEVERITY = 3


def follow(failed: Sequence[Message], *, at: datetime) -> None:
    """In the transaction in which they failed."""
    ours = [one for one in failed if one.topic not in _ASIDE]
    if not ours:
        return
    with services.together(at) as audience:
        for message in ours:
            successor = _next(message, audience, at)
            if message.topic != FAILURE:
                services.announce(_news(message, successor, at), at=at)


def _next(message: Message, audience: Audience, at: datetime) -> Message | None:
    """The same on the next channel of the person's list; None: there is none left."""
    listener = next((one for one in audience.listeners if one.person.id == message.person_id), None)
    channel = _channel_after(message, listener) if listener else None
    if listener is None or channel is None:
        return None
    successor = Message(
        key=message.key,
        topic=message.topic,
        severity=message.severity,
        person_id=message.person_id,
        template=message.template,
        facts=message.facts,
        instead_of=message,
        due=quiet.due(at, message.severity, listener.preference),
    )
    services.on_channel(successor, channel, at=at).save()
    message.parts.update(digest=successor)
    return successor


def _channel_after(message: Message, listener: Listener) -> Channel | None:
    tried = set(Message.objects.filter(key=message.key, person=message.person_id).values_list("channel", flat=True))
    left = [channel for channel in listener.channels(message.topic) if channel not in tried]
    return left[0] if left else None


def _news(message: Message, successor: Message | None, at: datetime) -> News:
    """Once an hour for a channel that fails; for each person who cannot be reached at all."""
    whose = "some"
    if message.webhook_id:
        whose = f"webhook-{message.webhook_id}"
    elif successor is None:
        whose = f"person-{message.person_id}"
    facts = {
        "about": message.key,
        "recipient": str(message.person or message.webhook),
        "channel": message.channel,
        "why": message.why,
        "attempts": message.attempts,
        "next_channel": successor.channel if successor else "",
    }
    return News(
        key=f"failure:{message.channel}:{whose}:{at:%Y-%m-%dT%H}",
        topic=FAILURE,
        severity=SEVERITY,
        template=TEMPLATE,
        facts=facts,
        subject=Subject(),
        everywhere=True,
    )
