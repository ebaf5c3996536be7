"""`nonnuoc stations`: the network."""

from __future__ import annotations

from pathlib import Path

import click

from nonnuoc.config.commands import at_hand


@click.group()
def stations() -> None:
    """Stations and what they measure."""


@stations.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
def load(file: Path, dry_run: bool) -> None:
    """Register what FILE (TOML, docs/STATIONS.md) describes: all of it or nothing. Loaded twice, it changes nothing."""
    with at_hand.django():
        from django.utils import translation

        from nonnuoc.records.monitoring import network_loading

        try:
            with translation.override("en"):  # as all commands speak
                changes = network_loading.load(file.read_bytes(), by=None, dry_run=dry_run)
        except network_loading.RefusedError as refused:
            for fault in refused.faults:
                at_hand.say(fault)
            raise click.ClickException(f"{len(refused.faults)} faults in {file}: nothing was registered.") from refused
    for change in changes:
        click.echo(change)
    told = f"{len(changes)} changes" if changes else "nothing to change"
    click.echo(f"{told}; only looked at" if dry_run and changes else told)


@stations.command("list")
def list_() -> None:
    """The stations there are, with the time of the newest value."""
    with at_hand.django():
        from django.utils import timezone

        from nonnuoc.records.monitoring import selectors

        rows = [("CODE", "STATE", "KIND", "NEWEST VALUE", "NAME", "MEASURES")]
        for one in selectors.stations_now(timezone.now()):
            heard = f"{timezone.localtime(one.heard):%Y-%m-%d %H:%M}" if one.heard else "-"
            name = f"{one.name} (simulated)" if one.simulated else one.name
            rows.append((one.code, one.state, one.kind, heard, name, " ".join(x.observed.code for x in one.latest)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
