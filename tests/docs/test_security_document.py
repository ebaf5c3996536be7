"""docs/SECURITY.md answers every requirement of ASVS 5.0, levels 1 and 2, once, and names only what there is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "SECURITY.md").read_text()
ROWS = [
    tuple(cell.strip() for cell in line.strip("| \n").split(" | "))
    for line in DOCUMENT.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+", line)
]
#: Section -> how many requirements of levels 1 and 2 it has; in every section they are its first ones.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip


def numbers(cell: str) -> list[str]:
    """ "4.3.1–4.3.2" and "4.1.1" alike."""
    first, _, last = cell.partition("–")
    section, _, begin = first.rpartition(".")
    end = (last or first).rpartition(".")[2]
    return [f"{section}.{number}" for number in range(int(begin), int(end) + 1)]


def test_every_requirement_is_answered_once() -> None:
    required = {f"{section}.{number}" for section, most in SECTIONS.items() for number in range(1, most + 1)}
    assert len(required) == 253
    answered = Counter(number for row in ROWS for number in numbers(row[0]))
    assert required ^ answered.keys() == set()
    assert [number for number, times in answered.items() if times > 1] == []


def test_an_answer_is_pass_fail_or_not_applicable_and_says_how() -> None:
    assert {len(row) for row in ROWS} == {5}
    assert {row[2] for row in ROWS} == {"pass", "fail", "n.a."}
    assert [row[0] for row in ROWS if not row[3] or not row[1]] == []
    assert [row[0] for row in ROWS if row[2] == "pass" and "`" not in row[4] and "](" not in row[4]] == []


def test_every_test_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENT)
    assert len(named) > 100
    missing = [
        f"{file}::{test}"
        for file, test in sorted(set(named))
        if not re.search(rf"^def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]
    assert missing == []


def test_the_counts_told_are_those_of_the_tables() -> None:
    counts = Counter(row[2] for row in ROWS for _ in numbers(row[0]))
    told = f"{counts['pass']} pass, {counts['fail']} fail, {counts['n.a.']} n.a."
    assert told in DOCUMENT
