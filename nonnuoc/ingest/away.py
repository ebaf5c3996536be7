"""When the database cannot be asked: a delivery then waits, or its sender is told to come again."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

#: SQLSTATE classes: 08 connection, 53 no resources (a full disk), 57P shutdown, 40 rolled back for another's sake,
#: 55 not in the right state, 58 the system under it (a disk that fails).
_CLASSES = ("08", "53", "57P", "40", "55", "58")
#: Read-only; tables or columns that are not there yet: migrations have to run first.
_STATES = ("25006", "42P01", "42703")


def is_away(error: BaseException) -> bool:
    """Whether the database cannot be asked now, rather than having refused what it was asked."""
    if isinstance(error, InterfaceError):
        return True
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError)
    return str(state).startswith(_CLASSES) or state in _STATES
