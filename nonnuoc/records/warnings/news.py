"""What the people here are told of public warnings: one waits for approval, one was returned, one is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import override

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.accounts.rights import RIGHTS
from nonnuoc.records.alerts.attending.wording import stamp
from nonnuoc.records.alerts.models import Severity
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.services import News
from nonnuoc.records.warnings import areas, reaching, words
from nonnuoc.records.warnings.models import PublicWarning

APPROVERS = [role for role, may in RIGHTS.items() if "warnings.approve" in may]
#: Of messages, by CAP's severity; an unknown one counts as moderate.
SEVERITY = {
    PublicWarning.Severity.EXTREME: Severity.EXTREME,
    PublicWarning.Severity.SEVERE: Severity.SEVERE,
    PublicWarning.Severity.MINOR: Severity.MINOR,
}


def to_be_approved(warning: PublicWarning, *, at: datetime) -> None:
    """Tell those who may approve it, other than who wrote it."""
    key = f"{prefix(warning)}approval:{at:%Y%m%d%H%M%S}"
    _tell(warning, "approval", key, f"/desk/warnings/{warning.uuid}", at=at, to=approvers(warning))


def returned(warning: PublicWarning, *, at: datetime) -> None:
    """Nobody has to approve it any more; tell who wrote it that it came back, and why."""
    outbox.drop(f"{prefix(warning)}approval:", "returned")
    if warning.written_by is not None:
        key = f"{prefix(warning)}returned:{at:%Y%m%d%H%M%S}"
        _tell(warning, "returned", key, f"/desk/warnings/{warning.uuid}", at=at, to=[warning.written_by])


def withdrawn(warning: PublicWarning) -> None:
    """Nobody has to approve it any more."""
    outbox.drop(f"{prefix(warning)}approval:", "withdrawn")


def published(warning: PublicWarning, *, at: datetime) -> None:
    """Tell everybody who wants to hear of what is published; nobody has to approve it any more."""
    outbox.drop(f"{prefix(warning)}approval:", "published")
    _tell(warning, "published", f"{prefix(warning)}published", f"/warnings/{warning.identifier}", at=at)


def automatic_failed(incident_id: int, *, at: datetime) -> None:
    """Tell administrators that the machine was to warn and could not: once a day for an incident."""
    outbox.announce(
        News(
            key=f"warning:automatic:{incident_id}:{at:%Y%m%d}",
            topic="system.failure",
            severity=Severity.SEVERE,
            template="warning_failed",
            facts={"incident": incident_id, "path": f"/desk/incidents/{incident_id}"},
            subject=Subject(),
            everywhere=True,
        ),
        at=at,
    )


def approvers(warning: PublicWarning) -> list[Person]:
    """Who may approve this one now: not who wrote it."""
    held = Q(appointments__role__in=APPROVERS) | Q(delegations__appointment__role__in=APPROVERS)
    able = Person.objects.filter(held, is_active=True).distinct().order_by("id")
    return [
        one
        for one in able
        if one.id != warning.written_by_id and reaching.may(access.of(one), "warnings.approve", warning)
    ]


def prefix(warning: PublicWarning) -> str:
    """What the keys of all messages about it begin with."""
    return f"warning:{warning.id}:"


def _tell(
    warning: PublicWarning,
    what: str,
    key: str,
    path: str,
    *,
    at: datetime,
    to: Sequence[Person] | None = None,
) -> None:
    topic = "warning.published" if what == "published" else "warning.approval"
    outbox.announce(
        News(
            key=key,
            topic=topic,
            severity=SEVERITY.get(PublicWarning.Severity(warning.severity), Severity.MODERATE),
            template=f"warning_{what}",
            facts=_facts(warning, what, path),
            subject=reaching.subjects(warning)[0],
            everywhere=what == "published",
            to=to,
            simulated=warning.simulated,
            communes=frozenset(warning.communes.values_list("id", flat=True)),
        ),
        at=at,
    )


def _facts(warning: PublicWarning, what: str, path: str) -> dict[str, Any]:
    """Plain JSON, with every word in both languages."""
    said: dict[str, Any] = {
        "what": what,
        "warning": warning.id,
        "identifier": warning.identifier or "",
        "path": path,
        "status": warning.status,
        "message_type": warning.message_type,
        "automatic": warning.automatic,
        "effective_local": stamp(warning.effective),
        "expires_local": stamp(warning.expires),
        "note": warning.note,
        "author": warning.written_by.name if warning.written_by else "",
    }
    for language in words.LANGUAGES:
        with override(language):
            said |= {
                f"kind_{language}": str(warning.get_message_type_display()),
                f"grave_{language}": str(warning.get_severity_display()),
                f"headline_{language}": words.headline(warning, language),
                f"caution_{language}": words.caution(warning, language),
                f"area_{language}": areas.described(warning, language),
                f"description_{language}": getattr(warning, f"description_{language}"),
                f"instructions_{language}": [list(pair) for pair in words.instructions(warning, language)],
            }
    return said
