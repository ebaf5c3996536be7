"""What commands stand on: a database that answers, and Django set up."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator

import click

from nonnuoc.config import home
from nonnuoc.config.neighbours import SettingError


def say(words: str) -> None:
    """Progress, for people; kept apart from what a command gives."""
    click.echo(words, err=True)


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The DSN of the database: the server of DATABASE_URL, or the embedded one, running for the time of the block."""
    from nonnuoc.config import postgres

    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    try:
        with postgres.running(home.path(), say=say) as url:
            yield url
    except (postgres.DatabaseUnavailableError, PermissionError) as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def django() -> Iterator[None]:
    """Django, with its database at hand."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nonnuoc.config.settings")
    with database():
        import django as framework
        from django.db import OperationalError

        try:
            framework.setup()
        except SettingError as error:
            raise click.ClickException(str(error)) from error
        try:
            yield
        except OperationalError as error:
            raise click.ClickException(f"The database cannot be reached: {str(error).strip()}") from error


def password() -> str:
    """A random password that can be read out over the telephone: 100 bits in groups, no signs that look alike."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(5)) for _ in range(4))
