"""docs/FAULTS.md names tests that there are, and every row names some."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "FAULTS.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_named_exists() -> None:
    named = set(NAMED.findall(DOCUMENT))
    assert len(named) > 80
    missing = [
        f"{file}::{test}"
        for file, test in sorted(named)
        if not re.search(rf"^def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]
    assert missing == []


def test_every_row_names_a_test() -> None:
    table = DOCUMENT.split("Measured once")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 30
    assert [row for row in rows if not NAMED.search(row.rsplit(" | ", 1)[-1])] == []


def test_every_test_of_faults_is_named() -> None:
    named = {test for _, test in NAMED.findall(DOCUMENT)}
    there = {
        test
        for file in (ROOT / "tests" / "flows").glob("test_faults_*.py")
        for test in re.findall(r"^def (test_\w+)\(", file.read_text(), re.MULTILINE)
    }
    assert sorted(there - named) == []
