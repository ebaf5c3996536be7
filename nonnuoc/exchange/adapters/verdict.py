"""What a receiver made of a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from nonnuoc.exchange.pinned import Answer, ForbiddenTargetError, UnreachableError
from nonnuoc.records.outbox.delivering import Result

#: Not now, says a receiver with one of these; with any other below 500 it says never.
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of handing a message over. `down`: the receiver takes no other message either for now."""

    result: Result
    answer: str
    wait_s: float | None = None
    down: bool = False


def of_http(ask: Callable[[], Answer], gone: Callable[[Answer], Verdict]) -> Verdict:
    """Ask, and judge by the status; what a success means, `gone` says."""
    try:
        answer = ask()
    except ForbiddenTargetError as error:
        return Verdict(Result.FORBIDDEN, str(error))
    except UnreachableError as error:
        return Verdict(Result.UNREACHABLE, str(error), down=True)
    if 200 <= answer.status < 300:
        return gone(answer)
    if answer.status in _LATER or answer.status >= 500:
        return Verdict(Result.LATER, answer.words, seconds(answer.retry_after), down=True)
    if 300 <= answer.status < 400:
        return Verdict(Result.REFUSED, f"{answer.status}: it leads elsewhere, and redirects are not followed")
    return Verdict(Result.REFUSED, answer.words)


def seconds(retry_after: str, now: datetime | None = None) -> float | None:
    """Of a Retry-After: a number of seconds, or a date; None where it is neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    known = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((known - (now or datetime.now(UTC))).total_seconds(), 0.0)
