"""How long to wait before the next try."""

from __future__ import annotations

from datetime import timedelta

FIRST_S, LONGEST_S = 2.0, 1800.0
#: The longest that a receiver's own Retry-After is obeyed.
LONGEST_ASKED_S = 3600.0


def wait(attempts: int, luck: float, asked_s: float | None = None) -> timedelta:
    """After `attempts` ≥ 1 tries: 2, 4, 8 … seconds, at most half an hour, less up to half of it by `luck` in [0, 1)
    so that what failed together does not return together; or as long as the receiver asked for, at most an hour."""
    own = min(FIRST_S * 2.0 ** min(attempts - 1, 20), LONGEST_S) * (1 - luck / 2)
    asked = min(max(asked_s or 0.0, 0.0), LONGEST_ASKED_S)
    return timedelta(seconds=max(own, asked))
