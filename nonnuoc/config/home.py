"""NONNUOC_HOME: the one folder that holds everything an installation keeps outside the database server."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def path() -> Path:
    """The folder, absolute; ./var unless NONNUOC_HOME says otherwise."""
    return Path(os.environ.get("NONNUOC_HOME", "var")).absolute()


def secret(name: str) -> str:
    """A random secret of this installation, made the first time it is asked for, readable by its owner only."""
    folder = path() / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    value = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as out:
        out.write(value)
    return value
