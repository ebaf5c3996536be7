"""docs/RUNNING.md names every command, option, setting and target there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from nonnuoc.config.cli import nonnuoc

ROOT = Path(__file__).resolve().parents[2]
RUNNING = (ROOT / "docs" / "RUNNING.md").read_text()


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def test_every_command_is_told_with_its_options() -> None:
    rows = [line for line in RUNNING.splitlines() if line.startswith("| `nonnuoc ")]
    for name, command in commands(nonnuoc, "nonnuoc"):
        told = [row for row in rows if row.startswith((f"| `{name}`", f"| `{name} "))]
        assert len(told) == 1, f"{name} stands in {len(told)} rows of docs/RUNNING.md"
        for parameter in command.params:
            for flag in parameter.opts if isinstance(parameter, click.Option) else []:
                assert f"`{flag}" in told[0], f"{flag} of {name} is missing in docs/RUNNING.md"


def test_every_setting_is_told() -> None:
    named = {
        word
        for file in (ROOT / "nonnuoc").rglob("*.py")
        for word in re.findall(r"\"(NONNUOC_[A-Z_]*[A-Z]|DATABASE_URL)\"", file.read_text())
    }
    assert {"NONNUOC_HOME", "DATABASE_URL", "NONNUOC_HOSTS"} <= named
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", RUNNING, re.MULTILINE))
    assert told == named


def test_every_target_of_make_is_told() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    internal = {"ready", "ready-dev"}
    assert [target for target in phony.split() if target not in internal and f"make {target}" not in RUNNING] == []
