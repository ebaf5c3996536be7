"""Another day of tries for a message that failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.outbox import services
from nonnuoc.records.outbox.models import Message

State = Message.State


@transaction.atomic
def send_again(message: Message, *, rights: Rights, at: datetime) -> None:
    """Give a message that failed its time once more. Raises ValidationError where it has not failed."""
    decision = rights.require("outbox.read")
    held = Message.objects.select_for_update().get(id=message.id)
    if held.state != State.FAILED:
        raise ValidationError(_("It has not failed, so there is nothing to send again."))
    told: dict[str, Any] = {"channel": held.channel, "key": held.key, "why": held.why}
    held.state, held.due, held.give_up, held.why = State.QUEUED, at, at + services.PATIENCE, ""
    held.save()
    services.wake()
    audit.record(rights.person, "message.sent-again", str(held.person or held.webhook), through=decision.lent, **told)
