"""Who was told of an incident: by messages of its own, and by those that told of many incidents at once.

The key of a message of its own begins with the incident's number. One that tells of many is named by the incident's
log: every line of kind TOLD has the `key`, and under `many` the keys of the messages it was part of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.outbox import about
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.models import Message


def prefix(incident_id: int) -> str:
    """What the keys of all messages about it alone begin with."""
    return f"incident:{incident_id}:"


def messages(incident_id: int) -> list[Message]:
    """Every message that told of it, with its recipient, the oldest first. Two queries."""
    return about.messages(prefix(incident_id), also=_keys([incident_id]).get(incident_id, ()))


def people(some: Collection[Incident]) -> dict[int, list[Person]]:
    """Who has been told of each of these, or will be by what waits. Three queries, whatever their number."""
    if not some:
        return {}
    keys = _keys([one.id for one in some])
    known = outbox.recipients({key for several in keys.values() for key in several})
    return {
        id: list({one.id: one for key in several for one in known.get(key, ())}.values())
        for id, several in keys.items()
    }


def keys_of(line: Mapping[str, Any]) -> list[str]:
    """The keys of the messages that a line of the log (its facts) speaks of."""
    return [str(line["key"]), *map(str, line.get("many", ()))]


def _keys(incident_ids: Collection[int]) -> dict[int, list[str]]:
    lines = Entry.objects.filter(incident__in=incident_ids, kind=Entry.Kind.TOLD, facts__has_key="key").order_by("id")
    found: dict[int, list[str]] = {}
    for incident_id, line in lines.values_list("incident_id", "facts"):
        found.setdefault(incident_id, []).extend(keys_of(line))
    return found
