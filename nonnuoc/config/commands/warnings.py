"""`nonnuoc cap`: is this a CAP 1.2 message that may go out?"""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def cap(files: tuple[Path, ...]) -> None:
    """Tell everything that is wrong with CAP 1.2 messages, ours or another's. Exit code 0: nothing; 1: something.

    It asks neither the network nor the database.
    """
    from nonnuoc.exchange.cap import checking

    wrong = False
    for file in files:
        found = checking.faults(file.read_bytes())
        wrong = wrong or bool(found)
        for line in map(str, found):
            click.echo(f"{file}: {line}")
        if not found:
            click.echo(f"{file}: nothing is wrong")
    sys.exit(1 if wrong else 0)
