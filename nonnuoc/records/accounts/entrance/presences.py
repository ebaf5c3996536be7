"""Where people are signed in: listed, ended, and ended by themselves after an hour unused or a working day.

A presence goes with a session of Django's; ending it deletes both, so that whoever holds the cookie holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance.models import Presence
from nonnuoc.records.accounts.models import Person

#: `seen` is not written more often than this.
GLANCE = timedelta(minutes=1)


class GoneError(Exception):
    """It was unused for too long, or has lasted long enough."""


def keep(person: Person, session: str, *, address: str | None, browser: str) -> None:
    """The session is in use. Raises GoneError, and ends it, when its time is over."""
    now = timezone.now()
    held = Presence.objects.filter(session=session).first()
    if held is None or held.person_id != person.id:
        begin(person, session, address=address, browser=browser)
    elif _over(held, now):
        end([held])
        raise GoneError
    elif now - held.seen >= GLANCE:
        Presence.objects.filter(id=held.id).update(seen=now, address=address, browser=browser[:300])


def begin(person: Person, session: str, *, address: str | None, browser: str) -> None:
    """The person has just signed in there."""
    now = timezone.now()
    facts = {"person": person, "since": now, "seen": now, "address": address, "browser": browser[:300]}
    Presence.objects.update_or_create(session=session, defaults=facts)


def move(before: str, after: str) -> None:
    """The same presence under a new name of its session."""
    Presence.objects.filter(session=before).update(session=after)


def of(person: Person) -> list[Presence]:
    """Where the person is signed in now, the newest use first."""
    now = timezone.now()
    return [held for held in Presence.objects.filter(person=person) if not _over(held, now)]


def end_one(person: Person, identity: int, *, by: Person | None) -> bool:
    """Sign the person out there; False: it had ended."""
    return _end_told(Presence.objects.filter(person=person, id=identity), person, by)


def end_others(person: Person, session: str, *, by: Person | None) -> bool:
    """Sign the person out everywhere but there (session "": everywhere)."""
    return _end_told(Presence.objects.filter(person=person).exclude(session=session), person, by)


@transaction.atomic
def end(presences: Iterable[Presence]) -> None:
    """Delete them with their sessions."""
    ended = list(presences)
    Session.objects.filter(session_key__in=[held.session for held in ended]).delete()
    Presence.objects.filter(id__in=[held.id for held in ended]).delete()


def leave(session: str | None) -> None:
    """The person signs out of it; the session itself is ended by whoever calls."""
    Presence.objects.filter(session=session).delete()


def forget_old(*, at: datetime) -> None:
    """What is over is deleted, and sessions nobody signed in to."""
    over = Presence.objects.filter(seen__lte=at - settings.SESSION_IDLE)
    end(over | Presence.objects.filter(since__lte=at - settings.SESSION_LONGEST))
    Session.objects.filter(expire_date__lt=at).delete()


@transaction.atomic
def _end_told(presences: Iterable[Presence], person: Person, by: Person | None) -> bool:
    ended = list(presences)
    end(ended)
    for held in ended:
        audit.record(by, "session.ended", person.email, address_there=held.address, browser=held.browser)
    return bool(ended)


def _over(held: Presence, now: datetime) -> bool:
    return now - held.seen > settings.SESSION_IDLE or now - held.since > settings.SESSION_LONGEST
