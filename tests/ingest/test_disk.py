from __future__ import annotations

from pathlib import Path

import pytest

from nonnuoc.ingest import disk


def test_room_is_told_in_bytes_and_files(tmp_path: Path) -> None:
    found = disk.of(tmp_path)
    assert found.free > 0
    assert found.free_inodes is None or found.free_inodes > 0


def test_the_reserve_is_what_the_environment_says() -> None:
    assert disk.reserve({}) == disk.RESERVE
    assert disk.reserve({"NONNUOC_DISK_RESERVE_MB": "1024"}) == 2**30


@pytest.mark.parametrize("wanted", ["", "-1", "1.5", "much"])
def test_a_reserve_that_cannot_be_meant_is_named(wanted: str) -> None:
    with pytest.raises(ValueError, match="NONNUOC_DISK_RESERVE_MB must be a whole number"):
        disk.reserve({"NONNUOC_DISK_RESERVE_MB": wanted})
