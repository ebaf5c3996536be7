"""How each channel is: set up or not, what went and what failed lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from nonnuoc.records.outbox import recipients
from nonnuoc.records.outbox.models import Attempt, Channel, Message, Webhook

LATELY = timedelta(days=7)
State = Message.State


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel at one moment; counts are of the last week."""

    channel: Channel
    there: bool  # set up; webhooks: at least one is on
    sent: int
    failed: int
    waiting: int
    last_sent: datetime | None
    failure: Attempt | None  # the newest try that came to nothing

    @property
    def troubled(self) -> bool:
        """Whether the newest thing known of it is a failure."""
        return self.failure is not None and (self.last_sent is None or self.failure.at > self.last_sent)


def standing(*, at: datetime) -> Sequence[Standing]:
    """Every channel. As many queries for a thousand messages as for one."""
    lately = Message.objects.filter(queued__gte=at - LATELY)
    counts = {
        row["channel"]: row
        for row in lately.order_by()
        .values("channel")
        .annotate(
            gone=Count("id", filter=Q(sent__isnull=False)),
            lost=Count("id", filter=Q(state=State.FAILED)),
            waiting=Count("id", filter=Q(state__in=(State.QUEUED, State.SENDING))),
            last=Max("sent"),
        )
    }
    failures = _failures(at)
    there = set(recipients.ways())
    if Webhook.objects.filter(active=True).exists():
        there.add(Channel.WEBHOOK)
    return [_standing(channel, channel in there, counts.get(channel, {}), failures) for channel in Channel]


def of_webhook(hook: Webhook, *, most: int) -> Sequence[Message]:
    """What it was told last."""
    return list(Message.objects.filter(webhook=hook).prefetch_related("tries").order_by("-id")[:most])


def _failures(at: datetime) -> dict[str, Attempt]:
    """The newest try of each channel that came to nothing."""
    bad = Attempt.objects.filter(at__gte=at - LATELY).exclude(result__in=("sent", "delivered"))
    newest = bad.order_by("message__channel", "-id").distinct("message__channel").select_related("message")
    return {one.message.channel: one for one in newest}


def _standing(channel: Channel, there: bool, counted: dict[str, object], failures: dict[str, Attempt]) -> Standing:
    return Standing(
        channel=channel,
        there=there,
        sent=int(counted.get("gone", 0)),  # type: ignore[call-overload]
        failed=int(counted.get("lost", 0)),  # type: ignore[call-overload]
        waiting=int(counted.get("waiting", 0)),  # type: ignore[call-overload]
        last_sent=counted.get("last"),  # type: ignore[arg-type]
        failure=failures.get(channel),
    )
