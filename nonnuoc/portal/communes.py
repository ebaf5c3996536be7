"""The list of communes and wards: which have a station of their own, and how far the others are from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.look import distances, law, words
from nonnuoc.look.access import public
from nonnuoc.portal import commune_map, rows, surroundings
from nonnuoc.portal.drawn import drawn
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow
from nonnuoc.records.places import nearness
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune

#: The order of the groups: where most people live first.
KINDS = (Commune.Kind.WARD, Commune.Kind.COMMUNE, Commune.Kind.SPECIAL_ZONE)
SAID = 2  # of its own stations in a row


@dataclass(frozen=True, slots=True)
class Line:
    """A commune in the list. Equal lines look the same: one is drawn once."""

    code: str
    name: str
    mark: rows.Mark | None  # of the station that says most; None: no station
    own: tuple[str, ...]  # what its own stations say
    nearest: StationNow | None = field(compare=False)  # the nearest working air station, where none of its own is one
    km: str
    far: str  # the same in a sentence
    planned: bool  # a station stands in the plan, and none works

    @property
    def html(self) -> SafeString:
        return drawn("portal/commune/line.html", line=self)


@dataclass(frozen=True, slots=True)
class Network:
    """Which communes have which stations."""

    own: Mapping[str, list[rows.Known]]  # full name -> its stations, the one that says most first
    near: Mapping[str, tuple[StationNow, float]]  # code -> the nearest working air station and how many km to it

    def working(self, commune: Commune) -> list[rows.Known]:
        """Its own stations that are built and not retired."""
        return [one for one in self.own.get(commune.full_name, []) if one[0].state == Thing.State.ACTIVE]

    def mark(self, commune: Commune, *, working: bool = False) -> rows.Mark | None:
        """Of the station that says most; only of one that works, if asked so."""
        found = self.working(commune) if working else self.own.get(commune.full_name)
        return rows.mark(*found[0]) if found else None


class Find(forms.Form):
    """What the list is searched for. Anything else than these is ignored."""

    q = forms.CharField(
        label=_("Name, with or without marks"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, asked: Mapping[str, str]) -> None:
        super().__init__(asked)
        held = [(str(kind), surroundings.kind_word(kind)) for kind in KINDS]
        self.fields["kind"].choices = [("", gettext("all")), *held]  # type: ignore[attr-defined]

    def asked(self) -> tuple[str, str]:
        """(words, kind), each empty where nothing was asked, or nothing that can be."""
        self.is_valid()
        return self.cleaned_data.get("q", ""), self.cleaned_data.get("kind", "")


@public(max_age=60)
def communes(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = Find(request.GET.dict())
    q, kind = form.asked()
    stations = monitoring.stations_now(at)
    everything = places.communes_like("")
    found = [one for one in places.communes_like(q) if kind in ("", one.kind)] if q or kind else everything
    known = network(stations)
    drawing = None if q or kind else commune_map.province(marks(everything, known))
    context = {
        "at": at,
        "form": form,
        "searched": bool(q or kind),
        "groups": grouped(found, known, at),
        "found": len(found),
        "count": len(everything),
        "measured": sum(bool(known.working(one)) for one in everything),
        "drawing": commune_map.svg(drawing),
        "legend": law.categories("VN_AQI", timezone.localdate(at)),
        "simulated": any(station.simulated for station in stations),
    }
    return render(request, "portal/communes.html", context)


def network(stations: Sequence[StationNow]) -> Network:
    """Who has which station, and who is how far from one that measures the air."""
    own: dict[str, list[rows.Known]] = {}
    for known in rows.known(one for one in stations if one.commune):
        own.setdefault(known[0].commune, []).append(known)
    for held in own.values():
        held.sort(key=_telling)
    working = [
        (one, one.position)
        for one in stations
        if one.kind == Thing.Kind.AMBIENT_AIR and one.state == Thing.State.ACTIVE and one.position
    ]
    nearest = nearness.nearest_of(tuple((where.lon, where.lat) for _, where in working))
    return Network(own, {code: (working[i][0], km) for code, (i, km) in nearest.items()})


def marks(communes: Sequence[Commune], known: Network, *, working: bool = False) -> dict[str, rows.Mark]:
    """Code -> mark, of those that have one."""
    found = ((one.code, known.mark(one, working=working)) for one in communes)
    return {code: mark for code, mark in found if mark}


def grouped(found: Sequence[Commune], known: Network, at: datetime) -> list[tuple[str, list[Line]]]:
    """(heading, lines) by kind, each in Vietnamese order."""
    groups = [(_heading(kind), [line(one, known, at) for one in found if one.kind == kind]) for kind in KINDS]
    return [(heading, lines) for heading, lines in groups if lines]


def line(commune: Commune, known: Network, at: datetime) -> Line:
    own, working = known.own.get(commune.full_name, []), known.working(commune)
    air = any(station.kind == Thing.Kind.AMBIENT_AIR for station, _ in working)
    near, distance = known.near.get(commune.code, (None, 0.0))
    km = distances.kilometres(distance)
    return Line(
        code=commune.code,
        name=commune.name,
        mark=known.mark(commune),
        own=tuple(_said(station, now, at) for station, now in own[:SAID]),
        nearest=None if air else near,
        km=km,
        far="" if air else _far(near, km, alone=not own),
        planned=bool(own) and not working,
    )


def _far(near: StationNow | None, km: str, *, alone: bool) -> str:
    if near is None:
        return gettext("no station in the province measures the air")
    said = {"km": km, "place": near.place}
    if alone:
        return gettext("nearest air station: %(km)s (%(place)s)") % said
    return gettext("air: nearest %(km)s (%(place)s)") % said


def _said(station: StationNow, now: rows.Now | None, at: datetime) -> str:
    """ "Air: Good (42)"."""
    if now:
        told = f"{now.category.word} ({now.value})"
    else:
        state = words.condition(station, at) or gettext("measuring")
        told = f"{state[:1].lower()}{state[1:]}"
    return f"{words.kind_group(station.kind)}: {told}"


def _telling(known: rows.Known) -> tuple[int, int]:
    """What says something before what does not, what people breathe before what they drink."""
    station = known[0]
    return rows.CONDITIONS.index(station.condition), rows.ORDER.index(Thing.Kind(station.kind))


def _heading(kind: str) -> str:
    return {
        Commune.Kind.WARD: gettext("Wards (phường)"),
        Commune.Kind.COMMUNE: gettext("Communes (xã)"),
        Commune.Kind.SPECIAL_ZONE: gettext("Special zones (đặc khu)"),
    }[Commune.Kind(kind)]
