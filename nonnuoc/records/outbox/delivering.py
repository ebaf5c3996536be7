"""The outbox as the sender sees it: taking what is due, and keeping what became of it.

What is being sent is leased: should whoever took it die, it is due again once the lease is over, or when the only
sender there is begins anew. So a message may go out twice, with the same uuid; it is never lost.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from nonnuoc.records.outbox import failing, retrying
from nonnuoc.records.outbox.models import Attempt, Message

LEASE = timedelta(minutes=2)
State = Message.State
_LOCK = 0x6E6E6F7574626F78  # "nnoutbox"


class Result(models.TextChoices):
    """What came of a try."""

    SENT = "sent"  # the next server has taken it
    DELIVERED = "delivered"  # the recipient's own machine has taken it
    LATER = "later"  # the receiver wants it again later
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # for good
    FORBIDDEN = "forbidden"  # it leads to a place where nothing is sent
    BROKEN = "broken"  # we could not put it into words


GONE, AGAIN = (Result.SENT, Result.DELIVERED), (Result.LATER, Result.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try to deliver a message."""

    message_id: int
    result: Result
    answer: str
    at: datetime
    took_ms: int = 0
    wait_s: float | None = None  # what the receiver asked for


def be_the_only_one() -> bool:
    """Whether this connection is now the only sender's; it is until the connection ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def take_back(*, at: datetime) -> int:
    """What an earlier sender left half sent is due now. Only for who is the only one."""
    return Message.objects.filter(state=State.SENDING).update(state=State.QUEUED, due=at)


def take(most: int, *, at: datetime, without: Collection[str] = (), hooks: Collection[int] = ()) -> list[Message]:
    """Lease so many of those that are due, the gravest first; none of these channels, none to these webhooks."""
    with transaction.atomic():
        found = list(
            Message.objects.filter(state__in=(State.QUEUED, State.SENDING), due__lte=at)
            .exclude(channel__in=without)
            .exclude(webhook_id__in=hooks)
            .select_related("webhook", "person__preference")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("-severity", "due", "id")[:most]
        )
        Message.objects.filter(id__in=[one.id for one in found]).update(state=State.SENDING, due=at + LEASE)
    return found


def postpone(until: datetime, *, channel: str, webhook_id: int | None) -> int:
    """What waits for a receiver that is down waits until then."""
    waiting = Message.objects.filter(state=State.QUEUED, channel=channel, due__lt=until)
    theirs = waiting.filter(webhook=None) if webhook_id is None else waiting.filter(webhook_id=webhook_id)
    return theirs.update(due=until)


@transaction.atomic
def settle(outcomes: Sequence[Outcome]) -> None:
    """Keep what came of these tries."""
    told = {one.message_id: one for one in outcomes}
    rows = Message.objects.filter(id__in=told).select_for_update(of=("self",)).select_related("webhook", "person")
    messages, failed = list(rows.order_by("id")), []
    for message in messages:
        outcome = told[message.id]
        message.attempts += 1
        if outcome.result in GONE:
            _sent(message, outcome)
        elif message.state == State.SENDING and not _again(message, outcome):
            failed.append(message)
    Message.objects.bulk_update(messages, ["attempts", "state", "sent", "delivered", "due", "why"])
    Attempt.objects.bulk_create(
        Attempt(message_id=one.message_id, at=one.at, took_ms=one.took_ms, result=one.result, answer=one.answer[:300])
        for one in outcomes
    )
    failing.follow(failed, at=timezone.now())


@transaction.atomic
def give_up(*, at: datetime) -> int:
    """What could not be delivered in time, though nobody tried lately, has failed. Gives how many."""
    late = Message.objects.filter(state=State.QUEUED, give_up__lte=at, due__gt=at)  # others are tried now
    failed = list(late.select_for_update(of=("self",), skip_locked=True).select_related("webhook", "person")[:1000])
    for message in failed:
        message.state = State.FAILED
        message.why = message.why or gettext_noop("it could not be delivered in time")
    Message.objects.bulk_update(failed, ["state", "why"])
    failing.follow(failed, at=at)
    return len(failed)


def put_back(messages: Collection[Message]) -> None:
    """These were taken and not begun: they wait as before."""
    for one in messages:  # as they were read, before they were leased
        Message.objects.filter(id=one.id, state=State.SENDING).update(state=State.QUEUED, due=one.due)


def let_go(messages: Collection[Message], why: str) -> None:
    """These are not sent after all."""
    Message.objects.filter(id__in=[one.id for one in messages]).update(state=State.DROPPED, why=why)


def next_due(*, at: datetime) -> datetime | None:
    """When the next message that is not due yet will be, or the next lease is over; None: none waits."""
    waiting = Message.objects.filter(state__in=(State.QUEUED, State.SENDING), due__gt=at)
    return waiting.order_by("due").values_list("due", flat=True).first()


def _sent(message: Message, outcome: Outcome) -> None:
    """Also if it was dropped or acknowledged meanwhile: then that is what it stays."""
    message.sent = message.sent or outcome.at
    if outcome.result == Result.DELIVERED:
        message.delivered = message.delivered or outcome.at
    if message.state in (State.SENDING, State.QUEUED):
        message.state = State.DELIVERED if outcome.result == Result.DELIVERED else State.SENT
        message.why = ""


def _again(message: Message, outcome: Outcome) -> bool:
    """Whether it is tried again on this channel."""
    message.why = outcome.answer
    due = outcome.at + retrying.wait(message.attempts, random.random(), outcome.wait_s)  # noqa: S311 - no secret
    if outcome.result in AGAIN and due < message.give_up:
        message.state, message.due = State.QUEUED, due
        return True
    message.state = State.FAILED
    return False
