"""NONNUOC_HOME: the one folder that holds everything an installation keeps outside the database server."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path


def path() -> Path:
    """The folder, absolute; ./var unless NONNUOC_HOME says otherwise."""
    return Path(os.environ.get("NONNUOC_HOME") or "var").absolute()


def folder(name: str, *, at: Path | None = None, mode: int = 0o755) -> Path:
    """A folder inside the home, made the first time it is asked for."""
    made = (at or path()) / name
    made.mkdir(parents=True, exist_ok=True, mode=mode)
    return made


def _random() -> str:
    return secrets.token_urlsafe(48)


def secret(name: str, *, at: Path | None = None, make: Callable[[], str] = _random) -> str:
    """A random secret of this installation, made the first time it is asked for, readable by its owner only.

    It appears complete or not at all: two processes that ask at once get the same one.
    """
    file = folder("secrets", at=at, mode=0o700) / name
    if not file.exists():
        _write_once(file, make())
    return file.read_text().strip()


def _write_once(file: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):  # somebody was faster: theirs counts
            os.link(draft, file)
    finally:
        Path(draft).unlink()
