"""`nonnuoc maintenance`: every page says that it is being worked on."""

from __future__ import annotations

import click

from nonnuoc.config import home


@click.group()
def maintenance() -> None:
    """Close the pages for work, and open them again."""


@maintenance.command()
@click.argument("words", required=False, default="")
def on(words: str) -> None:
    """Close them from the next request on; every page shows WORDS, or a sentence of ours.

    Deliveries by FTP are still taken; those by HTTP are told to come again.
    """
    from nonnuoc.look import closed

    if not home.path().exists():
        raise click.ClickException(f"There is no installation in {home.path()}.")
    closed.close(home.path(), words)
    click.echo("The pages are closed. `nonnuoc maintenance off` opens them.")


@maintenance.command()
def off() -> None:
    """Open them again."""
    from nonnuoc.look import closed

    click.echo("The pages are open." if closed.reopen(home.path()) else "The pages were open.")
