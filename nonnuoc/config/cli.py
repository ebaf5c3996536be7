"""The command `nonnuoc`: what an installation's operator types."""

from __future__ import annotations

import click

from nonnuoc.config import child
from nonnuoc.config.commands import (
    checking,
    closing,
    people,
    places,
    profiles,
    readings,
    running,
    safekeeping,
    stations,
    warnings,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nonnuoc")
def nonnuoc() -> None:
    """Non Nước: the environmental information system of a province.

    NONNUOC_HOME says which installation is meant (./var if unset).
    """


for command in (
    running.up,
    checking.check,
    readings.ingest,
    readings.correct,
    profiles.profile,
    stations.stations,
    places.places,
    warnings.cap,
    people.admin,
    people.key,
    safekeeping.backup,
    safekeeping.restore,
    closing.maintenance,
    running.prepare,
    running.serve,
    running.manage,
):
    nonnuoc.add_command(command)


def main() -> None:
    """The entry point. However it is told to end, what it started is stopped."""
    with child.terminable():
        nonnuoc()
