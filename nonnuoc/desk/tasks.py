"""Jobs of the desk: letters, so that a request waits for no post office and takes as long for an address nobody has;
large files for the registers, and reports on plans."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from nonnuoc.desk.importing import bringing
from nonnuoc.look import province
from nonnuoc.records.accounts import audit, invitations, selectors
from nonnuoc.records.accounts.entrance import attempts, passwords
from nonnuoc.records.plans.reports import making

#: A post office may be away for a while: again after 4, 16, 64 … seconds, six hours in all.
PATIENCE = RetryStrategy(max_attempts=8, exponential_wait=4)
LINE = "-" * 60


@app.task(retry=PATIENCE)
def send_reset(email: str, site: str) -> bool:
    """A link to choose a new password, if this is somebody's address; made only now, so that no queue holds it."""
    person = selectors.person_by_email(email)
    if person is None or not person.is_active or attempts.RESET_TO.spend(email):
        return False
    who, token = passwords.reset_key(person)
    link = site.rstrip("/") + reverse("forgotten-choose", args=[who, token])
    try:
        _send(email, "reset", {"person": person, "link": link, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60})
    except OSError:
        attempts.RESET_TO.give_back(email)
        raise
    audit.record(None, "recovery.link-sent", person.email)
    return True


@app.task(retry=PATIENCE)
def send_invitation(token: str, site: str) -> bool:
    """The link of an invitation, unless it was withdrawn or used meanwhile."""
    try:
        invitation = invitations.find(token)
    except invitations.UnknownInvitationError:
        return False
    link = site.rstrip("/") + reverse("invitation", args=[token])
    days = (invitation.expires - timezone.now()).days + 1
    _send(invitation.email, "invitation", {"invitation": invitation, "link": link, "days": days})
    return True


def _send(to: str, letter: str, context: dict[str, object]) -> None:
    """In Vietnamese, and in English below: what the reader prefers is not known."""
    parts, subjects = [], []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            text = render_to_string(f"desk/letters/{letter}.txt", {**context, "where": province.name()})
        subject, _empty, body = text.strip().partition("\n")
        subjects.append(subject.strip())
        parts.append(body.strip())
    EmailMessage(" · ".join(subjects), f"\n\n{LINE}\n\n".join(parts) + "\n", settings.DEFAULT_FROM_EMAIL, [to]).send()


@app.task(retry=2)
def work_on_import(uuid: str) -> None:
    """Look a file for a register through, or keep it; whoever brought it watches how far that has come."""
    bringing.work(UUID(uuid))


@app.task(retry=2)
def make_plan_report(uuid: str) -> None:
    """Make the draft of a report on a plan; whoever asked for it watches how far that has come."""
    making.make(UUID(uuid))
