"""`nonnuoc ingest`, the fifth door; and `nonnuoc correct`, a person's word over the checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nonnuoc.config.commands import at_hand

if TYPE_CHECKING:
    from nonnuoc.ingest.arrival import Arrival
    from nonnuoc.records.monitoring.deliveries import Receipt
    from nonnuoc.records.monitoring.models import ColumnProfile

AT_ONCE = 200  # files in one transaction, and
BYTES_AT_ONCE = 64 * 2**20  # bytes, unless one file alone is larger


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--station", default="", help="Code of the station; without it the file's name says it.")
@click.option("--profile", "profile_name", help="Kept column profile a wide table (CSV, XLSX) is to be read with.")
def ingest(files: tuple[Path, ...], station: str, profile_name: str | None) -> None:
    """Take in FILES from stations or laboratories; each gets a receipt."""
    with at_hand.django():
        from nonnuoc.ingest import arrival, pipeline

        profile = _profile(profile_name) if profile_name else None
        bad = 0
        for chunk in _chunks(files):
            arrivals = [_arrival(file, station, profile, arrival.MAX_BODY) for file in chunk]
            for file, receipt in zip(chunk, pipeline.accept(arrivals), strict=True):
                bad += _show(file, receipt)
    if bad:
        raise click.ClickException(f"{bad} of {len(files)} files have something to mend, see above.")


def _chunks(files: Sequence[Path]) -> Iterator[list[Path]]:
    chunk: list[Path] = []
    size = 0
    for file in files:
        size += file.stat().st_size
        if chunk and (len(chunk) == AT_ONCE or size > BYTES_AT_ONCE):
            yield chunk
            chunk, size = [], file.stat().st_size
        chunk.append(file)
    yield chunk


def _profile(name: str) -> ColumnProfile:
    from nonnuoc.records.monitoring import receipts

    profile = receipts.profile(name)
    if profile is None:
        known = ", ".join(known.name for known in receipts.profiles()) or "none"
        raise click.BadParameter(f"there is no profile {name!r}; kept profiles: {known}")
    return profile


def _arrival(file: Path, station: str, profile: ColumnProfile | None, max_body: int) -> Arrival:
    from nonnuoc.ingest.arrival import Arrival, station_in, station_of

    if file.stat().st_size > max_body:
        raise click.ClickException(f"{file} is larger than {max_body // 2**20} MB: cut it into smaller files.")
    return Arrival(
        door="command",
        station_code=station or station_of(profile) or station_in(file.name),
        name=file.name,
        body=file.read_bytes(),
        received=datetime.now(UTC),
        profile=profile,
    )


def _show(file: Path, receipt: Receipt) -> bool:
    """Print a receipt; True when a person has something to mend."""
    if receipt.state == "quarantined":
        click.echo(f"{file}: quarantined ({receipt.code}) {receipt.reason}")
        return True
    again = ", the same bytes as before" if receipt.repeats else ""
    click.echo(
        f"{file}: {receipt.stored} values stored, {receipt.unchanged} unchanged, {receipt.refused} refused{again}"
    )
    for problem in receipt.problems:
        click.echo(f"  line {problem['line']}: {problem['detail']} ({problem['code']})")
    return receipt.refused > 0


FLAGS = ("good", "suspect", "fail")


@click.command()
@click.argument("station")
@click.argument("symbol")
@click.option("--since", required=True, help="The first moment, local: 2026-03-01 or '2026-03-01 14:00'.")
@click.option("--until", required=True, help="Where it ends, local; this moment itself is left as it is.")
@click.option("--flag", required=True, type=click.Choice(FLAGS), help="What the values are, whatever the checks said.")
@click.option("--reason", required=True, help="Why; kept with what was before.")
def correct(station: str, symbol: str, since: str, until: str, flag: str, reason: str) -> None:
    """Judge the values of STATION (its code) that its files call SYMBOL. Means and indices follow."""
    with at_hand.django():
        from nonnuoc.domain.quality import Flag
        from nonnuoc.ingest import pipeline
        from nonnuoc.records.monitoring import network

        begin, end = _moment(since, "--since"), _moment(until, "--until")
        if end <= begin:
            raise click.BadParameter("must be later than --since", param_hint="--until")
        stream = network.stream(station, symbol)
        if stream is None:
            known = ", ".join(repr(s) for s in network.symbols_of(station)) or "none: no station has this code"
            raise click.ClickException(f"{station} sends no {symbol!r}; its symbols: {known}.")
        try:
            count = pipeline.correct(stream, since=begin, until=end, flag=Flag[flag.upper()], reason=reason, by=None)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{count} values changed")


def _moment(told: str, option: str) -> datetime:
    from django.utils import timezone

    try:
        moment = datetime.fromisoformat(told.strip())
    except ValueError:
        raise click.BadParameter(f"{told!r} is no time such as '2026-03-01 14:00'", param_hint=option) from None
    return moment if moment.tzinfo else timezone.make_aware(moment)
