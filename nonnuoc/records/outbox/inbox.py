"""What one person was told, as their own page shows it: on whatever channel it went.

On the desk a message is read once its recipient says so, here or by acting on what it is about; of one that went
elsewhere nobody knows whether it was read, so it never counts as unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import topics
from nonnuoc.records.outbox.models import Channel, Message

State = Message.State
UNREAD = Q(channel=Channel.APP, state=State.DELIVERED)
_HIDDEN = Q(topic__in=(topics.CONTACT_CODE, topics.WEBHOOK_TRIAL)) | Q(state=State.DROPPED)


def unread(person: Person) -> Sequence[Message]:
    """Everything unread, the gravest first, then the newest."""
    return list(_of(person).filter(UNREAD).order_by("-severity", "-id")[:200])


def waiting(rights: Rights) -> int:
    """How much waits for whoever has signed in: one small query, for every page of the desk asks."""
    return _of(rights.person).filter(UNREAD).count() if rights.person else 0


def earlier(person: Person, *, before: int | None, most: int) -> Sequence[Message]:
    """What is read or went elsewhere, the newest first, from before this id on."""
    rows = _of(person).exclude(UNREAD)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:most])


def read(person: Person, identities: Sequence[int] | None, *, at: datetime) -> int:
    """These have been read (None: all that are unread). Somebody else's are none of theirs. Gives how many."""
    rows = _of(person).filter(UNREAD)
    if identities is not None:
        rows = rows.filter(id__in=identities)
    return rows.update(state=State.ACKNOWLEDGED, acknowledged=at)


def _of(person: Person) -> QuerySet[Message]:
    return Message.objects.filter(person=person).exclude(_HIDDEN)
