"""How far the work on a file has come: a line beside its bytes, which every process sees, also amid a transaction."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from nonnuoc.records.registers.pattern.models import Import

READING, LOOKING, WRITING = "reading", "looking", "writing"
EVERY_S = 0.3


class Far(NamedTuple):
    """What is being done, and how much of it: rows of rows."""

    doing: str
    done: int
    whole: int


class Progress:
    """Tells how far the work on one file has come; not more often than anybody looks."""

    def __init__(self, of: Import) -> None:
        self.path = _path(of)
        self.told = 0.0
        self.doing = READING

    def begin(self, doing: str) -> None:
        """A part of the work begins."""
        self.doing, self.told = doing, 0.0
        self(0, 0)

    def __call__(self, done: int, whole: int) -> None:
        if (now := time.monotonic()) - self.told < EVERY_S:
            return
        self.told = now
        with contextlib.suppress(OSError):  # what is only told must not stop what is done
            new = self.path.with_suffix(".new")
            new.write_text(f"{self.doing} {done} {whole}", encoding="ascii")
            new.replace(self.path)

    def end(self) -> None:
        """The work is over."""
        self.path.unlink(missing_ok=True)


def far(of: Import) -> Far | None:
    """How far it has come; None where nothing was told yet."""
    try:
        doing, done, whole = _path(of).read_text(encoding="ascii").split()
        return Far(doing, int(done), int(whole))
    except (OSError, ValueError):
        return None


def _path(of: Import) -> Path:
    return Path(settings.MEDIA_ROOT) / "pending" / f"{of.uuid}.progress"
