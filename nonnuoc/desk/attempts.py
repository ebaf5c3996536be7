"""Wrong passwords, counted so that guessing is slow and nobody can be locked out by somebody else.

A count belongs to an address (or a browser that signed in before) together with an e-mail address. Who fails too
often is asked to wait: from there, for that account. The owner elsewhere, or in a browser of his own, is not.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from django.core import signing

COOKIE = "nonnuoc_device"
COOKIE_AGE_S = 365 * 24 * 3600
FORGET_S = 15 * 60
PATIENCE = 5
#: From one address, whatever the account: each guess costs us a tenth of a second.
PATIENCE_ADDRESS = 60
REMEMBERED = 10_000


class Attempts:
    """Counts of the last quarter of an hour; in memory, of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_s(self, email: str, address: str, device: str) -> int:
        """Seconds until another password may be tried from there; 0: now."""
        if device:
            return self._left(f"{email} {device}", PATIENCE)
        return max(self._left(f"{email} {address}", PATIENCE), self._left(address, PATIENCE_ADDRESS))

    def failed(self, email: str, address: str, device: str) -> None:
        """A wrong password."""
        self._add(f"{email} {device or address}")
        if not device:
            self._add(address)

    def succeeded(self, email: str, address: str, device: str) -> None:
        """The right one: the earlier ones were slips."""
        self._counts.pop(f"{email} {device or address}", None)

    def _left(self, key: str, patience: int) -> int:
        count, first = self._counts.get(key, (0, 0.0))
        return max(0, int(first + FORGET_S - self._clock()) + 1) if count >= patience and self._fresh(first) else 0

    def _add(self, key: str) -> None:
        count, first = self._counts.get(key, (0, 0.0))
        self._counts[key] = (count + 1, first) if count and self._fresh(first) else (1, self._clock())
        self._counts.move_to_end(key)
        while len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)

    def _fresh(self, first: float) -> bool:
        return self._clock() - first < FORGET_S


def device_cookie(email: str) -> str:
    """What a browser keeps after its first sign-in; it proves nothing but that."""
    return signing.dumps([email, secrets.token_urlsafe(9)], salt=COOKIE)


def device_of(cookie: str | None, email: str) -> str:
    """The browser's own mark for this account; "" when it has none, or another's."""
    try:
        owner, mark = signing.loads(cookie or "", salt=COOKIE, max_age=COOKIE_AGE_S)
    except (signing.BadSignature, ValueError):
        return ""
    return str(mark) if owner == email else ""
