"""An incident in somebody's hand: its row locked by a person who may work on it, and what is left of each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.alerts.attending import telling, wording
from nonnuoc.records.alerts.judging import incidents
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.alerts.selectors import subject
from nonnuoc.records.outbox import services as outbox

ACTION = "incidents.handle"
LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Held:
    """An incident in hand: its row locked until the transaction ends, by somebody who may."""

    incident: Incident
    by: Person
    lent: Delegation | None  # by whose task, where it is not their own
    at: datetime

    @property
    def name(self) -> str:
        """What the audit trail calls it."""
        return f"#{self.incident.id} {self.incident.thing.code}" if self.incident.thing else f"#{self.incident.id}"

    def done(self, kind: Entry.Kind, note: str = "", **facts: Any) -> Entry:
        """Log it, and tell who looks."""
        entry = Entry.objects.create(incident=self.incident, at=self.at, kind=kind, by=self.by, note=note, facts=facts)
        incidents.announce(self.incident.id)
        return entry

    def change(self, **values: Any) -> None:
        """Write these fields."""
        for name, value in values.items():
            setattr(self.incident, name, value)
        self.incident.changed = self.at
        self.incident.save(update_fields=[*values, "changed"])

    def acknowledge(self) -> None:
        """Nobody need be told any more: the person in whose hand it is knows."""
        self.change(acknowledged=self.at, acknowledged_by=self.by)
        prefix = telling.prefix(self.incident)
        outbox.drop(prefix, gettext("acknowledged by %(who)s") % {"who": self.by.name})
        outbox.acknowledged(prefix, self.by)

    def require_open(self) -> None:
        """Refuse what makes no sense for an incident that is closed."""
        incident = self.incident
        if incident.state != Incident.State.CLOSED:
            return
        if incident.merged_into_id:
            raise ValidationError(
                gettext("It is part of incident #%(id)d now: go on there.") % {"id": incident.merged_into_id}
            )
        raise ValidationError(
            gettext("%(who)s closed it at %(when)s. Reopen it first.") % who(incident.closed_by, incident.closed)
        )


def hold(incident: Incident, by: Person, at: datetime | None) -> Held:
    """Lock it, in the caller's transaction. Raises PermissionDenied where the person may not work on it."""
    # alone: what is joined to a row that was waited for would be as it was before
    one = Incident.objects.select_for_update().get(id=incident.id)
    return Held(one, by, access.require(by, ACTION, subject(one)).lent, at or timezone.now())


def who(person: Person | None, moment: datetime | None) -> dict[str, str]:
    """Who it was, and when, for a sentence."""
    return {"who": person.name if person else gettext("the system"), "when": wording.stamp(moment) if moment else ""}


def plain(text: str) -> str:
    """What somebody wrote, as it can be kept."""
    return text.replace("\0", "").strip()[:LONGEST_TEXT]


def required(text: str, otherwise: str) -> str:
    """The same; ValidationError where there is nothing."""
    words = plain(text)
    if not words:
        raise ValidationError(otherwise)
    return words
