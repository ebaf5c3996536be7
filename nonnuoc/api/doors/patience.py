"""How long the database may think about one request: then the caller is told how to ask for less."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from nonnuoc.api.doors.problems import Problem

SECONDS = 3.0
#: PostgreSQL's state of a statement that it gave up at our wish.
_CANCELLED = "57014"
#: While PostgreSQL compiles a query to machine code it looks at no clock; a long filter kept it busy for 20 s.
_SETTINGS = "SET TRANSACTION READ ONLY; SET LOCAL jit = off; SET LOCAL statement_timeout = %s"
_ADVICE = (
    "This asks for more than can be found in {seconds:g} s. Narrow the filter (a shorter time, one datastream), ask"
    " for a smaller page, expand less, or take the download of a whole series."
)


@contextmanager
def patience(seconds: float = SECONDS) -> Iterator[None]:
    """A transaction that cannot write and whose statements have so long, all together.

    Raises Problem 503 `too_slow`, with advice, where that did not do. May stand inside another one: the shorter counts.
    """
    clock = _Clock(seconds)
    nested = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.execute_wrapper(clock):
            before = _timeout_ms() if nested else 0
            _limit(min(clock.left_ms(), before or clock.left_ms()))
            yield
            if nested:  # a limit outlives the savepoint that set it
                _limit(before)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _CANCELLED:
            raise
        raise _too_slow(seconds) from error


class _Clock:
    """Looks at the time before each statement, so that many short ones are no way around the limit."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds
        self.told = seconds

    def left_ms(self) -> int:
        return max(1, int((self.end - time.monotonic()) * 1000))

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        left = self.end - time.monotonic()
        if left <= 0:
            raise _too_slow(self.seconds)
        if left < self.told / 2:  # told rarely: each telling is a round trip
            self.told = left
            _limit(self.left_ms())
        return execute(sql, params, many, context)


def _limit(milliseconds: int) -> None:
    """Read only, and so long for a statement (0: without end), for the rest of the transaction."""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        # past the wrappers: setting the clock is not what it measures
        cursor.cursor.execute(_SETTINGS, [milliseconds])


def _timeout_ms() -> int:
    """The limit that holds; 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
        return int(cursor.fetchone()[0])


def _too_slow(seconds: float) -> Problem:
    return Problem(503, "too_slow", _ADVICE.format(seconds=seconds), headers={"Retry-After": "60"})
