"""The front page: is it safe now, and what should I do? Then the map and the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.look import province
from nonnuoc.look.access import public
from nonnuoc.portal import law, rows, ruler, sketch
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Thing


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentence the reader came for, and what follows from it."""

    sentence: str
    second: str
    then: str
    worst: rows.Now | None  # its advice is everybody's; None: nothing can be said


@public(max_age=30)
def home(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    stations = monitoring.stations_now(at)
    air = [rows.row(station, at) for station in stations if station.kind == Thing.Kind.AMBIENT_AIR]
    today = timezone.localdate(at)
    schemes = ["VN_AQI"] + ["VN_WQI"] * any(station.kind == Thing.Kind.SURFACE_WATER for station in stations)
    context = {
        "at": at,
        "answer": answer(air),
        "ruler": ruler.province([row.now for row in air if row.now], today),
        "decision": law.decision("VN_AQI", today),
        "groups": rows.grouped(stations, at),
        "count": len(stations),
        "simulated": any(station.simulated for station in stations),
        "sketch": sketch.sketch(stations, at),
        "legend": [(scheme, law.categories(scheme, today)) for scheme in schemes],
    }
    return render(request, "portal/home.html", context)


def answer(air: Sequence[rows.Row]) -> Answer:
    """What to say of the province's air, from the stations that may speak of now."""
    known = sorted((row.now for row in air if row.now), key=lambda now: now.value, reverse=True)
    if not known:
        return _no_answer(air)
    worst, best, second = known[0], known[-1], ""
    if len(known) == 1:
        said = gettext("The air at %(place)s is %(word)s (%(value)s).") % _parts(worst)
    elif worst.category == best.category:
        said = gettext("The air is %(word)s at all %(count)d stations (%(low)s to %(high)s).") % {
            "word": worst.category.word,
            "count": len(known),
            "low": best.value,
            "high": worst.value,
        }
    else:
        said = gettext("Most polluted: %(place)s – %(word)s (%(value)s).") % _parts(worst)
        second = gettext("Least polluted: %(place)s – %(word)s (%(value)s).") % _parts(best)
    return Answer(said, second, worst.category.advice, worst)


def _no_answer(air: Sequence[rows.Row]) -> Answer:
    active = [row for row in air if row.station.state == Thing.State.ACTIVE]
    if not air:
        said = gettext("Nobody measures the air of %(province)s here yet.") % {"province": province.name()}
        then = gettext("When the first station sends its readings, this page says how the air is and what to do.")
    elif not active:
        said = gettext("No air station of %(province)s is working yet.") % {"province": province.name()}
        then = gettext("They stand in the list below. Nothing can be said of the air until one of them sends readings.")
    else:
        said = gettext("We cannot say how the air is now.")
        then = gettext("In the last two hours no air station has sent enough. The list says what each one lacks.")
    return Answer(said, "", then, None)


def _parts(now: rows.Now) -> dict[str, str]:
    return {"place": now.place, "word": now.category.word, "value": str(now.value)}
