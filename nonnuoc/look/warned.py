"""Which warnings are in force: asked of the database every few seconds, shown on every public page.

Only real ones. Exercises and tests never stand above a page.
"""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from nonnuoc.records.warnings import selectors as warnings
from nonnuoc.records.warnings.models import PublicWarning

#: What was published a moment ago shows after so long at the latest; each page is then kept for access.PAGE_S.
FRESH_S = 5.0

_held: tuple[PublicWarning, ...] = ()
_until = 0.0
_lock = threading.Lock()


def in_force(at: datetime | None = None) -> tuple[PublicWarning, ...]:
    """The real warnings in force at `at` (now), the gravest first, of these the newest; no query most of the time.

    With the communes of each, and its incident's station. While the database does not answer, those known before.
    """
    global _held, _until
    with _lock:
        if time.monotonic() >= _until:
            _until = time.monotonic() + FRESH_S
            with contextlib.suppress(DatabaseError):  # the page that is being made has more to say about that
                _held = tuple(warnings.in_force(timezone.now()))
        held = _held
    now = at or timezone.now()
    return tuple(one for one in held if one.expires > now)


def forget() -> None:
    """What was read is read again."""
    global _until
    with _lock:
        _until = 0.0
