"""Webhooks: JSON over HTTPS, signed as the Standard Webhooks specification says.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from nonnuoc.exchange import pinned
from nonnuoc.exchange.adapters.verdict import Verdict, of_http
from nonnuoc.exchange.pinned import Answer
from nonnuoc.records.outbox.delivering import Result


def send(uuid: str, url: str, keys: Sequence[bytes], body: Mapping[str, Any], *, now: int) -> Verdict:
    """Hand one message over; `now` in seconds of Unix time. Its receiver has it once it answers 2xx."""
    payload = orjson.dumps(body)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": uuid,
        "webhook-id": uuid,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(signature(key, uuid, now, payload) for key in keys),
    }
    return of_http(lambda: pinned.ask("POST", url, headers, payload), _taken)


def signature(key: bytes, uuid: str, now: int, payload: bytes) -> str:
    """HMAC-SHA256 over id, time and body."""
    drawn = hmac.digest(key, f"{uuid}.{now}.".encode() + payload, hashlib.sha256)
    return f"v1,{base64.b64encode(drawn).decode()}"


def _taken(answer: Answer) -> Verdict:
    return Verdict(Result.DELIVERED, answer.words)
