"""A warning and what changed it since: one line of messages, of which the last one holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.warnings import identifiers
from nonnuoc.records.warnings.models import PublicWarning

State = PublicWarning.State
MessageType = PublicWarning.MessageType


def head(warning: PublicWarning) -> PublicWarning:
    """The last published message of a published warning's line, locked until the commit; often itself."""
    while True:
        found = PublicWarning.objects.select_for_update(no_key=True).filter(changes=warning, state=State.PUBLISHED)
        later = found.first()
        if later is None:
            return warning
        warning = later


def in_force(incident: Incident, at: datetime) -> PublicWarning | None:
    """The last message of the incident's newest line, if that line has neither been cancelled nor expired."""
    newest = PublicWarning.objects.filter(incident=incident, state=State.PUBLISHED).order_by("-sent", "-id").first()
    if newest is None:
        return None
    last = head(newest)
    return None if last.message_type == MessageType.CANCEL or last.expires <= at else last


def attach(draft: PublicWarning) -> None:
    """Let a draft change the last message of its line; in the transaction that publishes it.

    A cancellation ends whatever the line has come to, and a person's words go before the machine's. An update of what
    another person has changed meanwhile was written without knowing of that: ValidationError.
    """
    if draft.changes is None:
        return
    PublicWarning.objects.select_for_update(no_key=True).get(id=draft.changes.id)
    last = head(draft.changes)
    if last.message_type == MessageType.CANCEL:
        raise ValidationError(gettext("The warning has been cancelled meanwhile (%(one)s).") % {"one": last.identifier})
    if last.id != draft.changes_id and draft.message_type == MessageType.UPDATE and not last.automatic:
        told = gettext("Another update was published meanwhile (%(one)s). Write yours anew from that one.")
        raise ValidationError(told % {"one": last.identifier})
    draft.changes = last


def references(changes: PublicWarning | None) -> list[dict[str, Any]]:
    """Every earlier message of the line, the first one first, as CAP's `references` wants them."""
    if changes is None:
        return []
    return [*(changes.as_sent or {})["references"], identifiers.reference(changes)]
