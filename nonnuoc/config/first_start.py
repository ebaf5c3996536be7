"""What `nonnuoc up` does before the parts start, and what it says when they run."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import click

from nonnuoc.config import child

DEMO_EMAIL = "quantri@nonnuoc.example"
#: One of each kind who uses the system (demo/people.toml); named here because the supervisor stays without Django.
DEMO_PEOPLE = ("vanhanh", "thamdinh", "canbo", "xa", "doanhnghiep", "lanhdao", "bo", "hdnd", "xaydung")
DEMO_SECRET = "demo-password"  # noqa: S105 - the name of the file


class NotPreparedError(Exception):
    """The database could not be brought in line with this version."""


def prepare(home: Path, *, demo: bool) -> bool:
    """`nonnuoc prepare` in a process of its own, on this terminal: it may ask. True: a demonstration account is new.

    A process of its own, because the supervisor stays small: without Django, without connections.
    """
    secret = home / "secrets" / DEMO_SECRET
    known = secret.exists()
    flag = "--demo" if demo else "--administrator"
    with subprocess.Popen(
        [sys.executable, "-m", "nonnuoc.config", "prepare", flag], preexec_fn=child.following(signal.SIGTERM)
    ) as process:
        try:
            process.wait()
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise NotPreparedError("The database could not be brought in line with this version, see above.")
    return secret.exists() and not known


def welcome(home: Path, site: str, ftp_port: int, *, demo: bool, new_demo: bool) -> None:
    """Where everything is, and how it is stopped."""
    click.echo("")
    click.secho(f"  Non Nước   {site}", bold=True)
    click.echo(f"  FTP        ftp://127.0.0.1:{ftp_port}/   one account a station: `nonnuoc key STATION`")
    click.echo(f"  home       {home}   (logs in log/)")
    secret = home / "secrets" / DEMO_SECRET
    if demo and secret.exists():
        click.echo(f"  sign in    {site}desk/   as {', '.join(DEMO_PEOPLE)}@nonnuoc.example,")
        click.echo(f"             or as administrator, with a second proof: {DEMO_EMAIL}")
    if demo and new_demo:
        click.echo(
            f"  password   {secret.read_text().strip()}   shown this once, made for this machine; it stands in {secret}"
        )
    elif demo and secret.exists():
        click.echo(f"  password   in {secret}")
    if demo:
        click.echo("  DEMONSTRATION: stations and values marked as simulated are invented.")
    click.echo("  Ctrl-C stops it.\n")
