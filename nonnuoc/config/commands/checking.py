"""`nonnuoc check`: is this installation healthy and safe?"""

from __future__ import annotations

import sys

import click

from nonnuoc.config import home
from nonnuoc.config.commands import at_hand


@click.command()
def check() -> None:
    """Look whether this installation is healthy and safe. Exit code 0: yes; 1: something is wrong, and told."""
    from nonnuoc.config import examination

    findings = examination.of_files(home.path())
    try:
        with at_hand.django():
            findings += examination.of_settings()
            findings += examination.of_database()
    except click.ClickException as error:
        findings.append(examination.Finding(examination.WRONG, f"The database does not start: {error.message}"))
    for finding in findings:
        click.echo(f"{finding.grade:<6} {finding.words}")
    sys.exit(1 if any(finding.grade == examination.WRONG for finding in findings) else 0)
