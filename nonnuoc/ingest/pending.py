"""Files a person is deciding about: kept under a name nobody can guess, and for a day at most."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

from nonnuoc.ingest.spool import write_all

KEPT_S = 24 * 3600
_NAME = re.compile(r"[\w-]{43}", re.ASCII)  # as token_urlsafe(32) makes them


class Pending:
    """The folder media/pending."""

    def __init__(self, media: Path) -> None:
        self.folder = media / "pending"

    def keep(self, body: bytes) -> str:
        """The name it is found by; whoever knows it may read it, so it stays in a person's session."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = secrets.token_urlsafe(32)
        descriptor = os.open(self.folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            write_all(descriptor, body)
        except OSError:
            self.drop(name)
            raise
        finally:
            os.close(descriptor)
        return name

    def read(self, name: str) -> bytes | None:
        """Its bytes; None: it is gone."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, name: str) -> None:
        """Forget it."""
        if _NAME.fullmatch(name):
            (self.folder / name).unlink(missing_ok=True)

    def clean(self, *, now: float) -> int:
        """Forget what was kept for longer than a day; give how many there were."""
        old = []
        if self.folder.exists():
            for path in self.folder.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if now - path.stat().st_mtime > KEPT_S:
                        path.unlink()
                        old.append(path)
        return len(old)
