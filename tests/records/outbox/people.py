"""People of every task, and news for them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.outbox.services import News
from tests.records.accounts import staff

VIETNAM = timezone(timedelta(hours=7))
#: Appointments of the tests began a month before the test runs.
AT = datetime.now(VIETNAM).replace(hour=10, minute=0, second=0, microsecond=0)


def somebody(role: Role, name: str = "", office: Office | None = None, *communes: object, **facts: object) -> Person:
    """A person with one task."""
    person = staff.person(name or role.value)
    staff.task(person, office or staff.office(f"o-{person.name}", staff.KINDS.get(role, "department")), role, *communes)
    return person


def news(key: str = "incident:1:opened:1", **facts: object) -> News:
    defaults = {
        "topic": "incident.environment",
        "severity": 2,
        "template": "webhook_trial",
        "facts": {"webhook": "Đỏ", "by": "An"},
        "subject": Subject(),
    }
    return News(key=key, **{**defaults, **facts})


def names(messages: object) -> list[str]:
    return sorted(message.person.name for message in messages if message.person)
