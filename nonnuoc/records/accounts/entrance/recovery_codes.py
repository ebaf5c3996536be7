"""Codes written down for the day the telephone is lost: 118 bits each, so that a plain SHA-256 keeps them."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance.models import RecoveryCode
from nonnuoc.records.accounts.models import Person

HOW_MANY = 8
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
GROUPS, GROUP = 6, 4


@transaction.atomic
def renew(person: Person) -> list[str]:
    """New codes, told once; the earlier ones open nothing any more."""
    codes = [_code() for _ in range(HOW_MANY)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, sha256=_digest(code)) for code in codes)
    audit.record(person, "recovery-codes.made", person.email, count=HOW_MANY)
    return codes


@transaction.atomic
def use(person: Person, code: str) -> bool:
    """Whether it is one of theirs that was not used yet, as it now is."""
    unused = RecoveryCode.objects.filter(person=person, sha256=_digest(code), used=None)
    if not unused.update(used=timezone.now()):
        return False
    audit.record(person, "recovery-code.used", person.email, left=left(person))
    return True


def left(person: Person) -> int:
    """How many can still be used."""
    return RecoveryCode.objects.filter(person=person, used=None).count()


def forget(person: Person) -> None:
    """None opens anything any more."""
    RecoveryCode.objects.filter(person=person).delete()


def looks_like_one(text: str) -> bool:
    """Whether it has as many signs as a code; digits of an application have fewer."""
    return len(_plain(text)) == GROUPS * GROUP


def _code() -> str:
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign in SIGNS)


def _digest(code: str) -> bytes:
    return hashlib.sha256(_plain(code).encode()).digest()
