"""Whether the pages are closed for work: a file in the home, with words in it. Needs neither Django nor database."""

from __future__ import annotations

from pathlib import Path

FILE = "maintenance"
LONGEST = 2000


def words(home: Path) -> str | None:
    """What whoever closed them wrote, perhaps nothing; None while they are open."""
    try:
        return (home / FILE).read_text(encoding="utf-8", errors="replace")[:LONGEST].strip()
    except FileNotFoundError:
        return None


def close(home: Path, said: str) -> None:
    """From the next request on."""
    (home / FILE).write_text(said, encoding="utf-8")


def reopen(home: Path) -> bool:
    """Whether they were closed."""
    was_closed = (home / FILE).exists()
    (home / FILE).unlink(missing_ok=True)
    return was_closed
