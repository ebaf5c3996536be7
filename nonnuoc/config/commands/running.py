"""`nonnuoc up`, `prepare` and `serve`: making it run; `manage`: Django's own commands."""

from __future__ import annotations

import os
import signal

import click

from nonnuoc.config import child, home
from nonnuoc.config.commands import at_hand, people

PARTS = ("web", "ftp", "worker", "news", "demo")
_stream_port = click.option(
    "--stream-port",
    type=int,
    envvar="NONNUOC_STREAM_PORT",
    help="Of the held stream of news, on 127.0.0.1.  [default: the web pages' and one]",
)


@click.command()
@click.option("--demo", is_flag=True, help="Feed it with invented stations, marked so on every page.")
@click.option("--port", default=8000, show_default=True, help="Of the web pages, on 127.0.0.1.")
@click.option("--ftp-port", default=2121, show_default=True, help="Of the FTP door.")
@_stream_port
@click.option("--speed", default=1.0, show_default=True, help="With --demo: how many times faster than the clock.")
@click.option("--with-parent", is_flag=True, help="Stop when the process that started this one ends.")
def up(demo: bool, port: int, ftp_port: int, stream_port: int | None, speed: float, with_parent: bool) -> None:
    """Run everything: database, web pages, FTP door, worker, stream of news. Ctrl-C stops it."""
    from nonnuoc.config import up as supervision

    if not speed > 0:
        raise click.BadParameter("must be more than 0", param_hint="--speed")
    if with_parent:
        child.follow_parent(signal.SIGTERM, os.getppid())
    try:
        plan = supervision.Plan(home.path(), demo, port, ftp_port, stream_port or port + 1, speed)
        supervision.run(plan)
    except supervision.CannotStartError as error:
        raise click.ClickException(str(error)) from error
    except (KeyboardInterrupt, child.ToldToEnd):
        pass  # the way it is meant to end


@click.command()
@click.option("--administrator", is_flag=True, help="Make an administrator where there is none yet.")
@click.option("--demo", is_flag=True, help="Make the demonstration's accounts where there are none yet.")
def prepare(administrator: bool, demo: bool) -> None:
    """Bring the database and the static files in line with this version. `up` does it by itself."""
    with at_hand.django():
        from django.core.management import call_command

        from nonnuoc.demo.plans import every as demonstrated_plans
        from nonnuoc.demo.registers import every as demonstrated
        from nonnuoc.records.accounts import audit
        from nonnuoc.records.accounts import loading as offices
        from nonnuoc.records.accounts import selectors as accounts
        from nonnuoc.records.alerts.rulebook import rules as alarm_rules
        from nonnuoc.records.monitoring import network
        from nonnuoc.records.monitoring import services as monitoring
        from nonnuoc.records.places import services as places
        from nonnuoc.records.plans import loading as plans
        from nonnuoc.records.registers import every as registers

        call_command("migrate", verbosity=0, interactive=False)
        loaded = places.load_province()
        if loaded.created or loaded.changed:
            audit.record(None, "places.loaded", loaded.province.key, created=loaded.created, changed=loaded.changed)
        offices.load(loaded.province.key)
        monitoring.load_properties()
        network.load(loaded.province.key)
        registers.load(loaded.province.key)
        plans.load(loaded.province.key)
        alarm_rules.load_shipped()
        call_command("collectstatic", verbosity=0, interactive=False)
        if demo:
            people.register_demonstration_accounts()
            demonstrated.load()
            demonstrated_plans.load()
        elif administrator and not accounts.has_administrator():
            people.register_first_administrator()


@click.command()
@click.argument("part", type=click.Choice(PARTS))
@click.option("--port", default=8000, show_default=True, help="Of the web pages.")
@click.option("--ftp-port", default=2121, show_default=True, help="Of the FTP door; `demo` sends its files there.")
@_stream_port
@click.option("--speed", default=1.0, show_default=True, help="Of `demo`: how many times faster than the clock.")
def serve(part: str, port: int, ftp_port: int, stream_port: int | None, speed: float) -> None:
    """Run one PART alone, for an init system that watches each by itself. `up` runs them all."""
    os.environ["NONNUOC_FTP_PORT"] = str(ftp_port)
    with at_hand.django():
        if part == "web":
            from nonnuoc.config import web

            web.serve(port)
        elif part == "ftp":
            from nonnuoc.ingest import ftp

            ftp.run()
        elif part == "worker":
            from nonnuoc.exchange import sending
            from nonnuoc.ingest import worker

            worker.run(beside=[sending.start])
        elif part == "news":
            from nonnuoc.config import news

            news.serve(stream_port or port + 1)
        else:
            from nonnuoc import demo

            demo.run(ftp_port, speed)


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands: `nonnuoc manage help` lists them."""
    with at_hand.django():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["nonnuoc manage", *arguments])
