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
from nonnuoc.look import figures, province
from nonnuoc.look.access import public
from nonnuoc.portal.sources import day
from nonnuoc.records.accounts import offices, preferences
from nonnuoc.records.accounts.models import DataClass, Office
from nonnuoc.records.monitoring import extent
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


@public(max_age=300)
def catalogue(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    covers = extent.public()
    stations = [one for one in monitoring.stations_now(at) if one.latest]
    example = next((one.code for one in stations if one.heard), "")
    entries = [entry(one, covers, example, request) for one in declared.DATASETS]
    context = {
        "at": at,
        "public": [one for one in entries if one.is_public],
        "others": [one for one in entries if not one.is_public],
        "licence": declared.LICENCE,
        "publisher": publisher(),
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


def entry(one: Dataset, covers: Extent, example: str, request: HttpRequest) -> Entry:
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
        "publisher": publisher(),
        "title": gettext(one.title),
        "stamp": figures.stamp(timezone.now()),
        "licence": declared.LICENCE.name,
        "address": f"{request.build_absolute_uri(reverse('catalogue'))}#{one.key}",
    }


def publisher() -> str:
    """The office of the province itself, where it is registered."""
    office = offices.every().filter(kind=Office.Kind.PROVINCE).first()
    return office.name if office else gettext("Environment of %(province)s") % {"province": province.name()}


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


def _file(given: Distribution, example: str) -> File | None:
    """None: it is given station by station, and no station has anything yet."""
    if given.of_station and not example:
        return None
    query = f"?{urlencode(given.arguments)}" if given.arguments else ""
    url = reverse(given.route, args=[example] if given.of_station else []) + query
    pattern = url.replace(f"/{example}/", "/{station}/") if given.of_station else ""
    short = {"text/csv": "CSV", "application/geo+json": "GeoJSON", "application/json": "JSON"}[given.media_type]
    return File(gettext(given.title), given.media_type, short, url, pattern)


def _unit(unit: str) -> str:
    return gettext(unit) if unit else ""
