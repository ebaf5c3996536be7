"""Codes of an authenticator application (TOTP, RFC 6238: SHA-1, six digits, thirty seconds)."""

from __future__ import annotations

import hmac
import logging
import re
from datetime import datetime

import pyotp
from django.db import transaction
from django.utils import timezone

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance import sealing
from nonnuoc.records.accounts.entrance.models import Authenticator
from nonnuoc.records.accounts.models import Person

log = logging.getLogger(__name__)

STEP_S = 30
#: Clocks differ, and people type slowly: the code before and the one after count too.
TOLERANCE = 1


class WrongCodeError(ValueError):
    """The code is not the one shown now, or was used already."""


def propose() -> str:
    """A new secret of 160 bits, as people type it."""
    return pyotp.random_base32()


def address(secret: str, person: Person, issuer: str) -> str:
    """The otpauth:// address that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer)


@transaction.atomic
def enrol(person: Person, secret: str, code: str, *, at: datetime | None = None) -> Authenticator:
    """Keep the secret once a code shows that the application has it; an earlier application ends. WrongCodeError."""
    step = _step_of(secret, code, at or timezone.now())
    if step is None:
        raise WrongCodeError
    facts = {"sealed": sealing.seal(secret), "last_step": step, "since": timezone.now(), "used": None}
    kept, _made = Authenticator.objects.update_or_create(person=person, defaults=facts)
    audit.record(person, "second-factor.added", person.email, kind="authenticator")
    return kept


@transaction.atomic
def check(person: Person, code: str, *, at: datetime | None = None) -> bool:
    """Whether it is the code shown now, which then is used up."""
    held = Authenticator.objects.select_for_update().filter(person=person).first()
    if held is None:
        return False
    now = at or timezone.now()
    try:
        step = _step_of(sealing.open_sealed(held.sealed), code, now)
    except sealing.SealBrokenError:
        log.error("the application of %s was sealed with another key: let that person begin anew", person.email)
        return False
    if step is None or step <= held.last_step:
        return False
    held.last_step, held.used = step, now
    held.save(update_fields=["last_step", "used"])
    return True


@transaction.atomic
def remove(person: Person, *, by: Person | None) -> None:
    """The application opens nothing any more."""
    if Authenticator.objects.filter(person=person).delete()[0]:
        audit.record(by, "second-factor.removed", person.email, kind="authenticator")


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The 30 seconds the code belongs to; None: to none about now."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    now, totp = int(at.timestamp()) // STEP_S, pyotp.TOTP(secret)
    steps = range(now - TOLERANCE, now + TOLERANCE + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)), None)
