"""`nonnuoc check`: is this installation healthy and safe?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from nonnuoc.config import home
from nonnuoc.config.commands import at_hand

if TYPE_CHECKING:
    from nonnuoc.config.examination import Finding


@click.command()
def check() -> None:
    """Look whether this installation is healthy and safe. Exit code 0: yes; 1: something is wrong, and told."""
    from nonnuoc.config import examination

    findings = examination.of_files(home.path())
    if home.path().exists():  # asking further would make an installation where there is none
        findings += _inside()
    for finding in findings:
        click.echo(f"{finding.grade:<6} {finding.words}")
    sys.exit(1 if any(finding.grade == examination.WRONG for finding in findings) else 0)


def _inside() -> list[Finding]:
    """What only Django and the database can tell."""
    from nonnuoc.config import examination

    try:
        with at_hand.django():
            return [*examination.of_settings(), *examination.of_database()]
    except click.ClickException as error:
        return [examination.Finding(examination.WRONG, f"The database does not start: {error.message}")]
