"""docs/REGISTERS.md names every register, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from nonnuoc.records.registers.every import REGISTERS

TEXT = (Path(__file__).parents[2] / "docs" / "REGISTERS.md").read_text(encoding="utf-8")


def test_every_register_stands_in_its_document() -> None:
    listed = TEXT.split("## All registers\n", 1)[1].split("\n## ", 1)[0]
    assert sorted(re.findall(r"`([a-z-]+)`", listed)) == sorted(one.key for one in REGISTERS)
