"""How a line of the log is written: when, with its offset from UTC, and nothing that looks like another line."""

from __future__ import annotations

import logging
import textwrap
import time
from typing import Any

FORMAT = "{asctime} {levelname} {name}: {message}"


class Line(logging.Formatter):
    """One entry. What others wrote cannot begin a line: control signs in a message are escaped, stacks indented."""

    def __init__(self) -> None:
        super().__init__(FORMAT, style="{")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """ISO 8601, to the millisecond."""
        at = time.localtime(record.created)
        return f"{time.strftime('%Y-%m-%dT%H:%M:%S', at)}.{int(record.msecs):03}{time.strftime('%z', at)}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """On one line."""
        record.message = "".join(map(_visible, record.message))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """The stack of calls, on lines of its own below the entry."""
        return textwrap.indent(super().formatException(ei), "    ")


def _visible(sign: str) -> str:
    return sign if sign.isprintable() else sign.encode("unicode_escape", "replace").decode()
