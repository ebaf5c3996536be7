"""`nonnuoc backup` and `nonnuoc restore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from nonnuoc.config import home
from nonnuoc.config.commands import at_hand


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def backup(directory: Path) -> None:
    """Write a copy of everything into a new folder inside DIRECTORY; the installation goes on working meanwhile.

    It holds secrets and people's data: it is closed to other users; keep it so wherever it is taken.
    """
    from nonnuoc.config import safekeeping

    with at_hand.database() as url:
        click.echo(_plainly(lambda: safekeeping.backup(url, home.path(), into=directory, say=at_hand.say)))


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up what this installation holds now.")
def restore(directory: Path, replace: bool) -> None:
    """Bring back the copy in DIRECTORY: one folder that `nonnuoc backup` wrote.

    A damaged copy is refused; the database comes back whole or not at all.
    """
    from nonnuoc.config import safekeeping, up

    running = up.running(home.path())
    if not running.try_alone():
        raise click.ClickException(f"This installation is running (process {running.holder()}): stop it first.")
    try:
        with at_hand.database() as url:
            _plainly(lambda: safekeeping.restore(url, home.path(), out_of=directory, replace=replace, say=at_hand.say))
    finally:
        running.release()
    click.echo(f"restored from {directory}; start with `nonnuoc up`")


def _plainly(work: Callable[[], Path | None]) -> Path | None:
    from nonnuoc.config import safekeeping

    try:
        return work()
    except safekeeping.RefusedError as error:
        raise click.ClickException(str(error)) from error
