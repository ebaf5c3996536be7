"""Receivers and post offices on loopback, for every test of what goes out."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import Setting
from tests.exchange import receiver as receivers
from tests.exchange.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receivers.running() as one:
        yield one


@pytest.fixture
def loopback_is_listed(db: None) -> None:
    """The administrator lists this machine: messages may be sent to it."""
    Setting.objects.create(code="outbox.allowed_targets", value="127.0.0.0/8\nhook.example")
    preferences.forget()


class PostOffice:
    """A real SMTP server; `refuse` maps recipients, or "", which is everybody, to what it answers."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []
        self.refuse: dict[str, str] = {}
        self.at_the_end = "250 taken"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.refuse.get(address) or self.refuse.get("") or "250 ok"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return self.at_the_end


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(office, hostname="127.0.0.1", port=port)
    server.start()
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "Non Nước <nonnuoc@quantrac.example>"
    yield office
    server.stop()
