"""What is needed to hand a message over, gathered while the database is at hand: handing over asks it nothing more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.utils.translation import gettext_noop

from nonnuoc.exchange import rendering
from nonnuoc.exchange.adapters import email, gateway, webhook
from nonnuoc.exchange.adapters.verdict import Verdict
from nonnuoc.records.outbox import contacts, delivering, digesting, gateways, ledger, selectors, webhooks
from nonnuoc.records.outbox.delivering import Result
from nonnuoc.records.outbox.gateways import Gateway
from nonnuoc.records.outbox.models import Channel, Contact, Message

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who takes messages: one webhook, or the post office or gateway of a channel."""

    channel: str
    webhook_id: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to be handed over."""

    message_id: int
    receiver: Receiver
    send: Callable[[], Verdict]


def receiver(message: Message) -> Receiver:
    """Who takes this message."""
    return Receiver(message.channel, message.webhook_id)


def pack(messages: Iterable[Message], *, at: datetime) -> list[Parcel]:
    """Parcels of those that can still be wanted; the others are let go, with the reason."""
    return [parcel for message in messages if (parcel := _packed(message, at)) is not None]


def _packed(message: Message, at: datetime) -> Parcel | None:
    why = _not_wanted(message)
    if why:
        delivering.let_go([message], why)
        return None
    try:
        send = _way(message, at)
    except _CannotError as error:
        send = partial(Verdict, error.result, str(error))
    except Exception as error:
        log.exception("message %s cannot be put into words", message.uuid)
        send = partial(Verdict, Result.BROKEN, f"{type(error).__name__}: {error}")
    return Parcel(message.id, receiver(message), send)


def _not_wanted(message: Message) -> str:
    if message.person is not None and not message.person.is_active:
        return gettext_noop("the account is closed")
    if message.webhook is not None and not message.webhook.active:
        return gettext_noop("the webhook was switched off")
    if message.template == digesting.TEMPLATE and not ledger.parts(message, needed=True):
        return gettext_noop("nothing in it is needed any more")
    return ""


class _CannotError(Exception):
    """There is no way to hand it over; the person's next channel is tried."""

    result = Result.REFUSED


def _way(message: Message, at: datetime) -> Callable[[], Verdict]:
    uuid = str(message.uuid)
    if message.webhook is not None:
        keys = webhooks.signing_secrets(message.webhook, at)
        body = rendering.told(message)
        return partial(webhook.send, uuid, message.webhook.url, keys, body, now=int(at.timestamp()))
    if message.person is None:
        raise _CannotError("no recipient")
    language = _language(message)
    if message.channel == Channel.EMAIL:
        if not settings.MAIL:
            raise _CannotError("no post office is set up (NONNUOC_SMTP_URL)")
        words = rendering.letter(message, language)
        return partial(email.send, uuid, message.person.email, words, queued=message.queued, topic=message.topic)
    way, to = _gateway(message), _address(message)
    if message.channel == Channel.SMS:
        return partial(gateway.send, way, uuid, to, rendering.line(message, language, way))
    return partial(gateway.send, way, uuid, to, rendering.note(message, language))


def _language(message: Message) -> str:
    preference = getattr(message.person, "preference", None)
    return preference.language if preference else "vi"


def _gateway(message: Message) -> Gateway:
    found = gateways.of(message.channel)
    if found is None:
        raise _CannotError("this channel has no gateway")
    return found


def _address(message: Message) -> str:
    """Where a message goes: to a verified address; a code, to the address that it is to verify."""
    if message.template == contacts.TEMPLATE:
        try:
            return contacts.code(message.facts["contact"], message.queued)[0]
        except Contact.DoesNotExist:
            raise _CannotError("the address was removed") from None
    found = selectors.addresses([message.person_id or 0], message.channel).get(message.person_id or 0)
    if found is None:
        raise _CannotError("no verified address on this channel")
    return found
