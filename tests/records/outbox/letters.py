"""Messages for tests: rows as announcing and sending leave them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from nonnuoc.records.accounts.entrance import sealing
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox.models import Attempt, Channel, Message, Webhook

FACTS = {
    "incident": 7,
    "number": "#7",
    "path": "/desk/incidents/7/",
    "station": "Trạm A1",
    "headline_vi": "Trạm A1: PM2.5 vượt giới hạn – 58 µg/Nm³",
    "headline_en": "Trạm A1: PM2.5 over its limit – 58 µg/Nm³",
    "family": "environment",
    "simulated": False,
}


def letter(person: Person | None, channel: str = Channel.APP, state: str = Message.State.DELIVERED, **facts: Any):
    """One message about incident 7, queued now."""
    now = timezone.now()
    number = Message.objects.count()
    known = {
        "key": f"incident:7:opened:{number}",
        "topic": "incident.environment",
        "severity": 2,
        "template": "incident_opened",
        "facts": FACTS,
        "queued": now,
        "due": now,
        "give_up": now + timedelta(days=1),
    }
    return Message.objects.create(person=person, channel=channel, state=state, **{**known, **facts})


def webhook(by: Person, name: str = "Sở", **facts: Any) -> Webhook:
    """A machine that is told of everything; the secret is none."""
    sealed = sealing.seal('[["whsec_AAAA", null]]')
    return Webhook.objects.create(name=name, url="https://so.example.vn/in", sealed_secret=sealed, by=by, **facts)


def to_a_machine(by: Person, **facts: Any) -> Message:
    """A message to a webhook, after one try that came to nothing."""
    made = letter(None, Channel.WEBHOOK, Message.State.FAILED, webhook=webhook(by), attempts=1, why="503", **facts)
    Attempt.objects.create(message=made, at=made.queued, took_ms=12, result="refused", answer="503 no")
    return made
