"""Passkeys (WebAuthn): kept on the person's device, opened by finger, face or PIN, good for this site's name alone.

A passkey proves two things at once – the device, and the person before it – so it is the whole sign-in or the second
step, whichever is asked for. The device is always made to look who it is (user verification).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import webauthn
from django.db import IntegrityError, transaction
from django.utils import timezone
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance import sealing
from nonnuoc.records.accounts.entrance.models import Passkey
from nonnuoc.records.accounts.models import Person

MOST = 20
VERIFIED = UserVerificationRequirement.REQUIRED


class PasskeyRefusedError(ValueError):
    """The passkey is not known here, or did not prove what it should."""


@dataclass(frozen=True, slots=True)
class Site:
    """Whom a passkey is for: a name without port, and the whole origin as browsers say it."""

    name: str
    origin: str


def creation_options(person: Person, site: Site, label: str) -> dict[str, Any]:
    """What the browser is to make; as JSON. `challenge` in it must come back signed."""
    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=label,
        user_id=_handle(person),
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=_descriptors(person),
    )
    return options_to_json_dict(options)


def request_options(site: Site, person: Person | None = None) -> dict[str, Any]:
    """What the browser is to sign; as JSON. With a person only by one of theirs."""
    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        user_verification=VERIFIED,
        allow_credentials=_descriptors(person) if person else None,
    )
    return options_to_json_dict(options)


@transaction.atomic
def enrol(person: Person, name: str, answer: dict[str, Any], *, challenge: str, site: Site) -> Passkey:
    """Keep what the browser made. Raises PasskeyRefusedError."""
    if Passkey.objects.filter(person=person).count() >= MOST:
        raise PasskeyRefusedError
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        kept = Passkey.objects.create(
            person=person,
            name=name,
            credential=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            transports=_transports(answer),
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IntegrityError) as error:
        raise PasskeyRefusedError from error
    audit.record(person, "second-factor.added", person.email, kind="passkey", name=name)
    return kept


@transaction.atomic
def check(answer: dict[str, Any], *, challenge: str, site: Site, person: Person | None = None) -> Person:
    """Whose passkey signed the challenge; with a person, only theirs will do. Raises PasskeyRefusedError."""
    held = _named(answer)
    if held is None or not held.person.is_active or (person is not None and held.person_id != person.id):
        raise PasskeyRefusedError
    try:
        proof = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=bytes(held.public_key),
            credential_current_sign_count=held.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefusedError from error
    held.sign_count, held.used = proof.new_sign_count, timezone.now()
    held.save(update_fields=["sign_count", "used"])
    return held.person


@transaction.atomic
def remove(passkey: Passkey, *, by: Person | None) -> None:
    """It opens nothing any more."""
    passkey.delete()
    audit.record(by, "second-factor.removed", passkey.person.email, kind="passkey", name=passkey.name)


def _named(answer: dict[str, Any]) -> Passkey | None:
    """The one the answer says it is, its row locked."""
    try:
        credential = base64url_to_bytes(str(answer["id"]))
        handle = answer["response"].get("userHandle")
        held = Passkey.objects.select_for_update(of=("self",)).select_related("person").get(credential=credential)
        told = base64url_to_bytes(handle) if handle else None
    except (KeyError, TypeError, ValueError, AttributeError, Passkey.DoesNotExist):
        return None
    return held if told in (None, _handle(held.person)) else None


def _handle(person: Person) -> bytes:
    """Who a person is to their device: nothing that could be read out of it."""
    return sealing.mark(f"passkey {person.id}")


def _descriptors(person: Person) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes(held.credential)) for held in Passkey.objects.filter(person=person)]


def _transports(answer: dict[str, Any]) -> list[str]:
    told = answer["response"].get("transports")
    return [str(word)[:20] for word in told[:8]] if isinstance(told, list) else []
