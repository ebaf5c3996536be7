"""What passes between a page and a passkey: a challenge, kept in the session, and the answer, good once."""

from __future__ import annotations

import json
import time
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, JsonResponse

from nonnuoc.records.accounts.entrance.passkeys import PasskeyRefusedError, Site

ASKED = "passkey_asked"
ASKED_S = 5 * 60
LONGEST_ANSWER = 20_000


def site(request: HttpRequest) -> Site:
    """The name and origin that passkeys are made for."""
    host = request.get_host()
    return Site(name=host.rpartition(":")[0] if _has_port(host) else host, origin=f"{request.scheme}://{host}")


def possible(request: HttpRequest) -> bool:
    """Whether browsers make passkeys for this site: it needs a name, and TLS unless it is this machine."""
    name = site(request).name
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return request.is_secure() or name == "localhost" or name.endswith(".localhost")
    return False


def ask(request: HttpRequest, purpose: str, options: dict[str, Any]) -> JsonResponse:
    """Give the browser its options, and remember the challenge in them."""
    request.session[ASKED] = {"challenge": options["challenge"], "purpose": purpose, "at": time.time()}
    return JsonResponse(options)


def answer(request: HttpRequest, purpose: str) -> tuple[dict[str, Any], str]:
    """What the browser posted, and the challenge it was asked. Raises PasskeyRefusedError."""
    asked = request.session.pop(ASKED, None)
    posted = request.POST.get("answer", "")
    if asked is None or asked["purpose"] != purpose or time.time() - asked["at"] > ASKED_S:
        raise PasskeyRefusedError
    try:
        told = json.loads(posted) if len(posted) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError) as error:
        raise PasskeyRefusedError from error
    if not isinstance(told, dict):
        raise PasskeyRefusedError
    return told, asked["challenge"]


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and not host.endswith("]")
