"""Secrets that must be read again, sealed with this installation's key: a copy of the database is not enough."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12  # bytes, drawn anew for each seal


class SealBrokenError(ValueError):
    """It was sealed with another key, or changed."""


def seal(text: str) -> bytes:
    """Authenticated and unreadable without `secrets/django` of this installation: AES-256-GCM behind its nonce."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), None)


def open_sealed(sealed: bytes | memoryview) -> str:
    """The text. Raises SealBrokenError."""
    held = bytes(sealed)
    try:
        return _cipher().decrypt(held[:NONCE], held[NONCE:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError from error


def mark(what: str) -> bytes:
    """32 bytes that stand for something and say nothing of it."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"mark {what}".encode(), hashlib.sha256)


def _cipher() -> AESGCM:
    return AESGCM(hmac.digest(settings.SECRET_KEY.encode(), b"entrance.sealing", hashlib.sha256))
