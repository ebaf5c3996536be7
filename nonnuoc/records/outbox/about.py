"""The messages about one thing: who was told, how, and what became of it. Nothing here writes."""

from __future__ import annotations

from nonnuoc.records.outbox.models import Message


def messages(prefix: str, *, most: int = 200) -> list[Message]:
    """Those whose keys begin so, in the order they were queued, with their recipients. One query."""
    found = Message.objects.filter(key__startswith=prefix).select_related("person", "webhook")
    return list(found.order_by("queued", "id")[:most])
