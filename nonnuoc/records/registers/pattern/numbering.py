"""Numbers that follow each other, each given once: of entries, inspections, manifests."""

from __future__ import annotations

from django.db import connection, models


def wait(what: str) -> None:
    """One transaction at a time comes past here for the same thing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def following(model: type[models.Model], field: str, head: str, count: int = 1) -> list[str]:
    """The next numbers behind this head, five digits or more: "F-00017". Nobody else gets them in this transaction."""
    wait(f"{model._meta.label} {head}")
    used = model._default_manager.filter(**{f"{field}__regex": rf"^{head}[0-9]{{5,}}$"})
    longest = max((int(one.removeprefix(head)) for one in used.values_list(field, flat=True)), default=0)
    return [f"{head}{longest + 1 + place:05d}" for place in range(count)]
