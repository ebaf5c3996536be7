"""The data catalogue: what there is, what is public, how to get it and how to cite it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from nonnuoc import rules
from nonnuoc.look import catalogue as declared
from nonnuoc.look import figures
from nonnuoc.look.access import public
from nonnuoc.portal.sources import day
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import datasets, extent
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.datasets import Dataset, Distribution, Frequency
from nonnuoc.records.monitoring.extent import Extent


@dataclass(frozen=True, slots=True)
class File:
    """A distribution, with its address. `pattern`: the same of any station; empty: there is only this one."""

    title: str
    media_type: str
    short: str  # CSV, JSON
    url: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A data set in the reader's language."""

    key: str
    title: str
    description: str
    data_class: str
    class_words: str
    frequency: str
    keywords: str
    fields: list[tuple[str, str, str]]  # name, meaning, unit
    files: list[File]
    since: str
    until: str
    span: str  # ISO 8601, of schema.org; empty: none
    changes: list[tuple[str, str]]
    citation: str

    @property
    def is_public(self) -> bool:
        return self.data_class == DataClass.PUBLIC


@dataclass(frozen=True, slots=True)
class Example:
    """A station and a datastream of it that have values."""

    station: str
    datastream: int


@public(max_age=300)
def catalogue(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    covers = extent.public()
    stations = [one for one in monitoring.stations_now(at) if one.latest]
    example = next((Example(one.code, one.latest[0].datastream_id) for one in stations if one.heard), None)
    entries = [entry(one, covers, example, request) for one in declared.DATASETS]
    context = {
        "at": at,
        "public": [one for one in entries if one.is_public],
        "others": [one for one in entries if not one.is_public],
        "licence": declared.LICENCE,
        "publisher": declared.publisher(),
        "contact": preferences.read("site.contact"),
        "covers": covers,
        "box": " ".join(f"{covers.box[i]:.2f}" for i in (1, 0, 3, 2)) if covers.box else "",
        "address": request.build_absolute_uri(reverse("catalogue")),
        "properties": dictionary(),
        "stations": [(one.code, one.name) for one in stations][:STATIONS],
        "more": max(0, len(stations) - STATIONS),
        "simulated": any(one.simulated for one in stations),
    }
    return render(request, "portal/catalogue.html", context)


STATIONS = 60  # named in the list of stations with a series


def entry(one: Dataset, covers: Extent, example: Example | None, request: HttpRequest) -> Entry:
    """The data set in words, with the addresses that work today."""
    newest = covers.newest if one.measured else None
    first = covers.first if one.measured else None
    return Entry(
        key=one.key,
        title=gettext(one.title),
        description=gettext(one.description),
        data_class=one.data_class,
        class_words=class_words(one.data_class),
        frequency=frequency(one.frequency),
        keywords=", ".join(gettext(word) for word in one.keywords),
        fields=[(field.name, gettext(field.meaning), _unit(field.unit)) for field in one.fields],
        files=[found for given in one.distributions if (found := _file(given, example))],
        since=day(first) if first else "",
        until=figures.stamp(newest) if newest else "",
        span=f"{first.isoformat()}/{timezone.localdate(newest).isoformat()}" if first and newest else "",
        changes=[(day(change.day), gettext(change.what)) for change in one.changes],
        citation=citation(one, request),
    )


def citation(one: Dataset, request: HttpRequest) -> str:
    """How to name it: who, what, as it was when, under which licence, where."""
    return gettext("%(publisher)s: %(title)s. As on %(stamp)s (UTC+7). %(licence)s. %(address)s") % {
        "publisher": declared.publisher(),
        "title": gettext(one.title),
        "stamp": figures.stamp(timezone.now()),
        "licence": declared.LICENCE.name,
        "address": f"{request.build_absolute_uri(reverse('catalogue'))}#{one.key}",
    }


def class_words(data_class: str) -> str:
    """Who may read it."""
    return {
        DataClass.PUBLIC: gettext("public"),
        DataClass.INTERNAL: gettext("internal"),
        DataClass.RESTRICTED: gettext("restricted"),
    }[DataClass(data_class)]


def frequency(code: str) -> str:
    """How often it changes."""
    return {
        Frequency.CONTINUOUS: gettext("as values arrive, every few minutes"),
        Frequency.HOURLY: gettext("every hour"),
        Frequency.IRREGULAR: gettext("when something changes"),
    }[Frequency(code)]


def dictionary() -> list[dict[str, str]]:
    """Every observed property: code, name in both languages, unit, decimals shown."""
    own, other = ("name_en", "name_vi") if get_language() == "en" else ("name_vi", "name_en")
    return [
        {
            "code": one["code"],
            "name": one[own],
            "other": one[other],
            "unit": figures.unit(one["unit"]) or "–",
            "decimals": str(one["decimals"]),
        }
        for one in rules.load("properties", on=timezone.localdate()).data["property"]
    ]


#: How people call what comes.
SHORT = {
    "text/csv": "CSV",
    "application/geo+json": "GeoJSON",
    "application/json": "JSON",
    "application/zip": "ZIP",
    datasets.XLSX: "XLSX",
    datasets.PARQUET: "Parquet",
}


def _file(given: Distribution, example: Example | None) -> File | None:
    """None: it is given station by station, and no station has anything yet."""
    url, pattern = _address(given, example)
    if not url:
        return None
    query = f"?{urlencode(given.arguments)}" if given.arguments else ""
    return File(
        gettext(given.title),
        given.media_type,
        SHORT[given.media_type],
        url + query,
        pattern + query if pattern else "",
    )


def _address(given: Distribution, example: Example | None) -> tuple[str, str]:
    """Of the example, and of any; both empty where there is no example."""
    if not given.of_station and not given.of_datastream:
        return reverse(given.route, kwargs=dict(given.path)), ""
    if example is None:
        return "", ""
    if given.of_station:
        url = reverse(given.route, kwargs={**given.path, "code": example.station})
        return url, url.replace(f"/{example.station}/", "/{station}/")
    url = reverse(given.route, kwargs={**given.path, "datastream_id": example.datastream})
    return url, url.replace(f"/{example.datastream}", "/{datastream}", 1)


def _unit(unit: str) -> str:
    return gettext(unit) if unit else ""
