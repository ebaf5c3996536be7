"""Telephone numbers and Zalo accounts of people: one counts once a code that was sent there has come back."""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance import sealing
from nonnuoc.records.accounts.entrance.attempts import Limit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import gateways, services, topics
from nonnuoc.records.outbox.models import Channel, Contact, Message
from nonnuoc.records.outbox.wishes import require_own

#: How long a code is good for, at least; twice as long at most.
CODE_S = 600
TEMPLATE = "contact_code"
#: Codes that may be sent to one person, and guesses that may be made.
SENDINGS = Limit("contact code", 5, timedelta(hours=1))
GUESSES = Limit("contact guess", 5, timedelta(minutes=15))


@transaction.atomic
def add_contact(person: Person, channel: str, address: str, *, by: Person | None) -> Contact:
    """Keep where the person can be reached on a channel, and send a code there; until it comes back, nothing else.

    Another address takes the place of the one there was. Raises ValidationError, PermissionDenied.
    """
    lent = require_own(person, by)
    if channel not in gateways.there():
        raise ValidationError({"channel": _("An administrator has yet to set up the gateway of this channel.")})
    wanted = telephone(address) if channel == Channel.SMS else zalo_id(address)
    held = Contact.objects.select_for_update().filter(person=person, channel=channel).first()
    if held is not None and held.address == wanted and held.verified:
        return held
    before = {"address": held.address} if held else {}
    contact = held or Contact(person=person, channel=channel)
    contact.address, contact.verified = wanted, None
    contact.save()
    if before.get("address") != wanted:
        after = {"channel": channel, "address": wanted}
        audit.record(by, "contact.added", person.email, before=before, after=after, through=lent)
    send_code(contact, by=by)
    return contact


@transaction.atomic
def send_code(contact: Contact, *, by: Person | None) -> None:
    """Send a code to an address that has yet to be verified. Raises ValidationError when too many were sent."""
    require_own(contact.person, by)
    if SENDINGS.spend(str(contact.person_id)):
        raise ValidationError(_("Too many codes were sent. Try again in an hour."))
    now = timezone.now()
    message = Message(
        key=f"contact:{contact.id}:{now.isoformat()}",
        topic=topics.CONTACT_CODE,
        severity=4,
        person=contact.person,
        template=TEMPLATE,
        facts={"contact": contact.id},  # the code is in no table
        due=now,
    )
    message = services.on_channel(message, Channel(contact.channel), at=now)
    message.give_up = now + timedelta(seconds=CODE_S)
    message.save()
    services.wake()


def verify(contact: Contact, code: str, *, by: Person | None) -> Contact:
    """The code came back. Raises ValidationError for a wrong one, and for too many of them."""
    lent = require_own(contact.person, by)
    if GUESSES.spend(str(contact.id)):
        raise ValidationError({"code": _("Too many wrong codes. Try again in a quarter of an hour.")})
    now = timezone.now()
    good = [_code(contact, now - timedelta(seconds=CODE_S) * ago) for ago in (0, 1)]
    if not any(hmac.compare_digest(code.strip().encode(), one.encode()) for one in good):
        raise ValidationError({"code": _("This code is not right, or too old. Have another one sent.")})
    with transaction.atomic():
        GUESSES.forgive(str(contact.id))
        contact.verified = now
        contact.save(update_fields=["verified"])
        audit.record(by, "contact.verified", contact.person.email, after={"channel": contact.channel}, through=lent)
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, by: Person | None) -> None:
    """The person is not reached there any more."""
    lent = require_own(contact.person, by)
    before = {"channel": contact.channel, "address": contact.address}
    audit.record(by, "contact.removed", contact.person.email, before=before, through=lent)
    contact.delete()


def code(contact_id: int, at: datetime) -> tuple[str, str]:
    """The address and its code as it is at this moment. Raises Contact.DoesNotExist."""
    contact = Contact.objects.get(id=contact_id)
    return contact.address, _code(contact, at)


def telephone(text: str) -> str:
    """A telephone number as gateways take it, "84912345678". Raises ValidationError."""
    digits = re.sub(r"[\s.()-]", "", text)
    digits = re.sub(r"^(\+|00)", "", digits)
    digits = re.sub(r"^0", "84", digits)
    if not re.fullmatch(r"[1-9][0-9]{8,14}", digits):
        raise ValidationError({"address": _("“%(text)s” is no telephone number.") % {"text": text[:40]}})
    return digits


def zalo_id(text: str) -> str:
    """The number of a Zalo account, as the Official Account knows it. Raises ValidationError."""
    found = text.strip()
    if not re.fullmatch(r"[0-9]{6,24}", found):
        raise ValidationError({"address": _("“%(text)s” is no Zalo account number.") % {"text": text[:40]}})
    return found


def _code(contact: Contact, at: datetime) -> str:
    """Six digits that follow from the address and the time; nobody who lacks this installation's secret knows them."""
    step = int(at.timestamp()) // CODE_S
    drawn = sealing.mark(f"contact {contact.id} {contact.address} {step}")
    return f"{int.from_bytes(drawn[:8]) % 1_000_000:06d}"
