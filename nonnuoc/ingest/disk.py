"""Room on the disk: how much there is, and what deliveries must leave to the database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RESERVE = 256 * 2**20  # bytes


@dataclass(frozen=True)
class Disk:
    """Room left for what is in a folder."""

    free: int  # bytes
    free_inodes: int | None  # None: this file system has no fixed number of them


def of(folder: Path) -> Disk:
    """Room left on the disk of that folder, for one who is not root."""
    found = os.statvfs(folder)
    return Disk(found.f_bavail * found.f_frsize, found.f_favail if found.f_files else None)


def reserve(given: Mapping[str, str]) -> int:
    """Bytes of free disk below which no delivery is taken, as the environment says. ValueError: it cannot be meant."""
    wanted = given.get("NONNUOC_DISK_RESERVE_MB", str(RESERVE // 2**20))
    if not wanted.isdecimal():
        raise ValueError(f"NONNUOC_DISK_RESERVE_MB must be a whole number of megabytes, not {wanted!r}")
    return int(wanted) * 2**20
