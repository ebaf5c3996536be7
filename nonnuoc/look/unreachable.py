"""Whether an error means that the database cannot be reached: then nothing is broken, and asking again helps."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError

#: PostgreSQL's classes of states: connection lost, no room for another connection, being shut down or started up.
AWAY = ("08", "53", "57P")


def means(error: BaseException) -> bool:
    """The error itself, or one it was raised from."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, (OperationalError, InterfaceError)):
            state = getattr(seen.__cause__, "sqlstate", None)
            return state is None or state.startswith(AWAY)
        seen = seen.__cause__ or seen.__context__
    return False


class Short(logging.Filter):
    """Of an answer 503 the log keeps one line, no stack of calls; of one that nobody raised (maintenance) nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) != 503:
            return True
        if not record.exc_info:
            return False
        record.msg, record.args, record.exc_info = "%s (%s)", (record.getMessage(), record.exc_info[1]), None
        return True
