"""What there is to know of the outbox besides the ledger. Nothing here writes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, QuerySet
from django.utils import timezone

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox.models import Contact, Message, Subscription, Webhook


def oldest_due_s(at: datetime | None = None) -> float:
    """How long the message that should have been sent first has waited; 0 where none is due. Raises DatabaseError.

    Nothing waits here for a receiver that is down: its messages are due when it is tried next.
    """
    now = at or timezone.now()
    due = Message.objects.filter(state=Message.State.QUEUED, due__lte=now).aggregate(first=Min("due"))["first"]
    return (now - due).total_seconds() if due else 0.0


def contacts(person: Person) -> QuerySet[Contact]:
    """The addresses the person has given, verified or not."""
    return Contact.objects.filter(person=person).order_by("channel")


def addresses(people: list[int], channel: str) -> dict[int, str]:
    """The verified addresses of these people on a channel, by the person's id."""
    found = Contact.objects.filter(person__in=people, channel=channel, verified__isnull=False)
    return dict(found.values_list("person_id", "address"))


def subscriptions(person: Person) -> dict[str, Subscription]:
    """What the person has said about topics, by topic."""
    return {one.topic: one for one in Subscription.objects.filter(person=person).prefetch_related("communes")}


def webhooks() -> QuerySet[Webhook]:
    """Every machine that is or was told."""
    return Webhook.objects.select_related("by").prefetch_related("communes").order_by("name", "id")


def webhook(identity: int) -> Webhook | None:
    """The webhook with this id."""
    return webhooks().filter(id=identity).first()
