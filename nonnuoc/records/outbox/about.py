"""The messages about one thing: who was told, how, and what became of it. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from nonnuoc.records.outbox.models import Message


def messages(prefix: str, *, also: Collection[str] = (), most: int = 200) -> list[Message]:
    """Those whose keys begin so or are among `also`, as they were queued, with their recipients. One query."""
    found = Message.objects.filter(Q(key__startswith=prefix) | Q(key__in=also)).select_related("person", "webhook")
    return list(found.order_by("queued", "id")[:most])
