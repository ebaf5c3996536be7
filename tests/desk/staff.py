"""People who sign in, for tests, and what they do at the door."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pyotp
from django.test import Client

from nonnuoc.records.accounts import services
from nonnuoc.records.accounts.entrance import authenticator
from nonnuoc.records.accounts.models import AuditEntry, Person

PASSWORD = "limestone and clear water"
EMAIL = "an@example.vn"


def administrator(email: str = EMAIL, name: str = "Nông Thị An") -> Person:
    return services.register_administrator(email, name=name, password=PASSWORD, by=None)


def colleague(email: str = "binh@example.vn", name: str = "Bình") -> Person:
    """Somebody without any task."""
    return services.register_person(email, name=name, password=PASSWORD, by=None)


def with_authenticator(person: Person) -> str:
    """The person has an application that shows codes; gives its secret, none of whose codes was used yet."""
    secret = authenticator.propose()
    authenticator.enrol(person, secret, pyotp.TOTP(secret).now())
    person.authenticator.last_step = 0
    person.authenticator.save()
    return secret


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def try_password(client: Client, password: str = PASSWORD, email: str = EMAIL, address: str = "10.0.0.1", **more: str):
    data = {"email": email, "password": password, **more}
    return client.post("/desk/sign-in/", data, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    return client.get("/desk/account/").status_code == 200


def deeds(start: str = "") -> list[str]:
    """What stands in the audit trail, the oldest first."""
    return list(AuditEntry.objects.filter(action__startswith=start).order_by("id").values_list("action", flat=True))


def said(answer: Any) -> str:
    """The page without its tags, in one line."""
    text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return " ".join(text.split())


Clock = Callable[[float], None]
