"""`nonnuoc admin` and `nonnuoc key`: who may write."""

from __future__ import annotations

import os
import sys

import click

from nonnuoc.config import first_start, home
from nonnuoc.config.commands import at_hand


@click.command()
@click.option("--email", help="Address the administrator signs in with; asked for if left out.")
@click.option("--name", help="Name of the administrator.")
@click.option("--reset", metavar="EMAIL", help="This account begins anew: new password, no second proof.")
def admin(email: str | None, name: str | None, reset: str | None) -> None:
    """Make an administrator's account; or let one begin anew that lost password or second proof.

    On a terminal it asks for what is missing. Without one, or when no password is typed, a random password is made and
    shown once.
    """
    with at_hand.django():
        if reset:
            _reset(reset)
        else:
            _ask_and_register(email, name)


def register_first_administrator() -> None:
    """At the very first start: asked for on a terminal, else made with a password that is shown once. Needs Django."""
    if sys.stdin.isatty():
        click.echo("Nobody can sign in here yet. Who is to be the administrator?")
        _ask_and_register(None, None)
    else:
        _ask_and_register(os.environ.get("NONNUOC_ADMIN_EMAIL", "admin@localhost"), None)


def register_demonstration_accounts() -> None:
    """An administrator and the people of the demonstration, where they are not known yet. Needs Django.

    Their random password stands in secrets, readable by the owner.
    """
    from nonnuoc.demo import people
    from nonnuoc.records.accounts import selectors

    password = home.secret(first_start.DEMO_SECRET, make=at_hand.password)
    if not selectors.has_administrator():
        register_administrator(first_start.DEMO_EMAIL, name="Quản trị viên trình diễn", password=password)
    people.register(password)


def _ask_and_register(email: str | None, name: str | None) -> None:
    asks = sys.stdin.isatty()
    if email is None:
        if not asks:
            raise click.UsageError("--email is needed where there is no terminal to ask on")
        email = click.prompt("E-mail address of the administrator", type=str)
    name = name or (click.prompt("Name", default=email.split("@")[0]) if asks else email.split("@")[0])
    password, typed = _password(asks)
    register_administrator(email, name=name, password=password)
    click.echo(f"administrator: {email}")
    if not typed:
        click.echo(f"password:      {password}    (shown this once; kept nowhere in clear)")


def _reset(email: str) -> None:
    """The account's new password; whoever signed in with it is signed out, and enrols a second proof anew."""
    from django.core.exceptions import ValidationError

    from nonnuoc.records.accounts import selectors
    from nonnuoc.records.accounts.entrance import recovery

    person = selectors.person_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody signs in as {email}.")
    password, typed = _password(sys.stdin.isatty())
    try:
        recovery.set_password(person, password)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"{person.email} begins anew: second proof removed, signed out everywhere.")
    if not person.is_active:
        click.echo("The account is closed, though: an administrator opens it on the desk.")
    if not typed:
        click.echo(f"password:      {password}    (shown this once; kept nowhere in clear)")


def _password(asks: bool) -> tuple[str, bool]:
    """A password, and whether somebody typed it; without a terminal, or nothing typed, a random one."""
    if not asks:
        return at_hand.password(), False
    typed = click.prompt(
        "Password, 12 signs or more (empty: one is made)",
        hide_input=True,
        default="",
        show_default=False,
        confirmation_prompt=True,
    )
    return (typed, True) if typed else (at_hand.password(), False)


def register_administrator(email: str, *, name: str, password: str) -> None:
    """The service, its refusals in words for the command line. Needs Django."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import IntegrityError

    from nonnuoc.records.accounts import services

    try:
        validate_email(email)
        services.register_administrator(email, name=name, password=password, by=None)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise click.ClickException(f"{email} has an account already.") from error


@click.command()
@click.argument("station")
@click.option("--label", default="", help="What the key is for, as you will recognise it later.")
def key(station: str, label: str) -> None:
    """Make a new key for STATION (its code), for its logger to prove itself with at the FTP and the HTTP door."""
    with at_hand.django():
        from nonnuoc.records.monitoring import selectors, services

        thing = selectors.station(station)
        if thing is None:
            raise click.ClickException(f"There is no station with the code {station!r}.")
        secret = services.new_key(thing, label=label, by=None)
    click.echo(f"station: {station}")
    click.echo(f"key:     {secret}    (shown this once; only its SHA-256 is kept)")
