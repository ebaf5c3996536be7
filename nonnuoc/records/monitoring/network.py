"""The network: what a province plans, loaded from data, and how files call what a station measures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db.models import Count, Q, QuerySet

from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.places import names as spelling
from nonnuoc.records.places import selectors as places

DATA = Path(__file__).parent / "data"


def load(province: str) -> int:
    """Register the planned stations of a province that are not registered yet; give how many there were to add.

    A station somebody has registered or changed since is left alone.
    """
    file = DATA / province / "stations.toml"
    if not file.exists():
        return 0
    table = tomllib.loads(file.read_text())
    known = set(Thing.objects.values_list("code", flat=True))
    planned = [entry for entry in table["station"] if entry["code"] not in known]
    for entry in planned:
        services.register_station(
            code=entry["code"],
            name=entry["name"],
            kind=entry["kind"],
            state=Thing.State.PLANNED,
            commune=places.commune_by_name(entry["commune"]),
            river=places.river_by_name(entry["river"]) if "river" in entry else None,
            source=table["source"],
            by=None,
        )
    return len(planned)


def symbols_of(code: str) -> list[str]:
    """What the files of the station with this code call what it measures, or its samples."""
    streams = Datastream.objects.filter(thing__code=code).exclude(symbol="")
    return list(streams.order_by("observed_property__order", "symbol").values_list("symbol", flat=True))


def stream(code: str, symbol: str) -> Datastream | None:
    """The raw or sampled datastream of a station that its files call so."""
    found = Datastream.objects.filter(thing__code=code, symbol=symbol).exclude(symbol="")
    return found.select_related("thing", "observed_property").first()


def properties_by_symbol(codes: Iterable[str] | None = None) -> Mapping[str, str]:
    """Symbol -> code of the property, of every datastream in use (or of these stations); where it varies, the first."""
    streams = Datastream.objects.filter(active=True).exclude(symbol="")
    if codes is not None:
        streams = streams.filter(thing__code__in=list(codes))
    found: dict[str, str] = {}
    for symbol, code in streams.order_by("observed_property__order", "id").values_list(
        "symbol", "observed_property__code"
    ):
        found.setdefault(symbol, code)
    return found


def names(reach: Reach | None = None) -> Mapping[str, str]:
    """Code -> name of every station (within reach) that is not retired."""
    found = Thing.objects.filter(reach.within() if reach else Q()).exclude(state=Thing.State.RETIRED)
    return dict(found.order_by("code").values_list("code", "name"))


def like(reach: Reach, text: str = "") -> list[Thing]:
    """The stations within reach whose code or name has these words, with or without marks, by code."""
    found = Thing.objects.filter(reach.within()).select_related("office", "commune").order_by("code")
    words = text.split()[:10]
    return [one for one in found if all(_has(one, word) for word in words)]


def run_by(office: Office) -> QuerySet[Thing]:
    """The stations the office runs, by code."""
    return Thing.objects.filter(office=office).order_by("code")


def count_by_office() -> Mapping[int, int]:
    """Office id -> how many stations it runs."""
    counted = Thing.objects.exclude(office=None).order_by().values("office_id").annotate(n=Count("id"))
    return dict(counted.values_list("office_id", "n"))


def _has(thing: Thing, word: str) -> bool:
    return word.casefold() in thing.code.casefold() or spelling.holds(thing.name, word)


def without_office() -> int:
    """How many stations that are not retired no office runs yet."""
    return Thing.objects.exclude(state=Thing.State.RETIRED).filter(office=None).count()


def datastream(identity: int) -> Datastream | None:
    """One datastream with its station and what it observes."""
    return Datastream.objects.select_related("thing", "observed_property").filter(id=identity).first()
