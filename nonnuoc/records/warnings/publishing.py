"""The moment of publication, the same for people and for the machine. After it nothing of a warning changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import override

from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.judging import incidents
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.warnings import areas, chains, identifiers, news, words
from nonnuoc.records.warnings.models import PublicWarning

State = PublicWarning.State


def publish(warning: PublicWarning, *, at: datetime, by: Person | None, note: str = "") -> None:
    """Give it its name and time, keep what it rests on, log it at its incident, and tell. In the caller's transaction.

    `by` None: the machine, of an automatic one. Its line must be locked (chains.attach). It is in force from now on at
    the earliest: nobody is asked to have acted before they were told.
    """
    sent = at.replace(microsecond=0)
    warning.effective = max(warning.effective.replace(microsecond=0), sent)
    warning.expires = warning.expires.replace(microsecond=0)
    warning.sent = sent
    warning.identifier = identifiers.identifier(warning, sent)
    warning.as_sent = as_sent(warning)
    warning.state = State.PUBLISHED
    warning.decided_by, warning.decided, warning.note = by, sent, note
    warning.save()
    if warning.incident is not None:
        _log(warning.incident, warning, by, at)
    news.published(warning, at=at)


def as_sent(warning: PublicWarning) -> dict[str, Any]:
    """What a message says that stands in no field of its own: who sends, what went before, where it holds.

    {"sender", "sender_name": {language: …}, "contact", "references": [{"sender", "identifier", "sent"}], "area": as
    areas.as_sent gives it}
    """
    return {
        "sender": identifiers.sender(),
        "sender_name": {language: words.sender_name(language) for language in words.LANGUAGES},
        "contact": preferences.read("site.contact"),
        "references": chains.references(warning.changes),
        "area": areas.as_sent(warning),
    }


def _log(incident: Incident, warning: PublicWarning, by: Person | None, at: datetime) -> None:
    with override("vi"):
        said = f"{warning.get_message_type_display()}: {warning.headline_vi}"
    kept = {
        "identifier": warning.identifier,
        "status": warning.status,
        "message_type": warning.message_type,
        "automatic": warning.automatic,
    }
    Entry.objects.create(
        incident=incident, at=at, time=warning.onset, kind=Entry.Kind.WARNED, by=by, note=said, facts=kept
    )
    incidents.announce(incident.id)
