"""`nonnuoc profile`: how the columns of a table of history are to be read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from nonnuoc.config.commands import at_hand


@click.group()
def profile() -> None:
    """Column profiles of wide tables (CSV, XLSX)."""


@profile.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--station", default="", help="Code of the station the whole file is of.")
def propose(file: Path, station: str) -> None:
    """Print how FILE might be read, as JSON to look through and keep; what is doubtful goes to standard error."""
    with at_hand.django():
        from nonnuoc.ingest import proposing
        from nonnuoc.ingest.formats.readings import Refused

        try:
            proposal = proposing.propose(file.read_bytes(), station=station)
        except Refused as refused:
            raise click.ClickException(f"{file}: {refused}") from refused
    for doubt in proposal.doubts:
        at_hand.say(doubt)
    if proposal.profile is None:
        raise click.ClickException(
            f"{file}: too much is unclear to propose a profile; its headings: " + ", ".join(proposal.headings)
        )
    click.echo(json.dumps(proposal.profile.to_json(), ensure_ascii=False, indent=1))


@profile.command()
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def keep(name: str, file: Path) -> None:
    """Keep the profile in FILE (JSON, as `propose` prints it) under NAME."""
    with at_hand.django():
        from django.core.exceptions import ValidationError
        from django.utils import translation

        from nonnuoc.ingest.formats.profile import Profile
        from nonnuoc.records.monitoring import services

        try:
            mapping = Profile.from_json(json.loads(file.read_text(encoding="utf-8-sig"))).to_json()
            with translation.override("en"):  # as all commands speak
                services.keep_profile(name, mapping, by=None)
        except ValidationError as error:
            raise click.ClickException(" ".join(error.messages)) from error
        except ValueError as error:  # also what is no JSON, or no UTF-8
            raise click.ClickException(f"{file}: {error}") from error
    click.echo(f"kept: {name}")
