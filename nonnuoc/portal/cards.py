"""Social cards: what a link to the front page, a station or a commune shows where it is shared."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.look import figures, province
from nonnuoc.look.access import public
from nonnuoc.portal import answer, card, commune_media, lettering, rows, station, surroundings
from nonnuoc.portal.card import Card
from nonnuoc.portal.rows import Now
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.places import selectors as places

MAX_AGE = 900


@public(max_age=MAX_AGE)
def of_home(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    stations = monitoring.stations_now(at)
    known = rows.known(stations)
    air, water = answer.air(known), answer.water(known)
    then = " ".join(filter(None, (air.second, water.sentence if water and water.worst else "")))
    above = gettext("Environment of %(province)s") % {"province": province.name()}
    return _answer(above, air.sentence, then or air.then, air.worst, any(one.simulated for one in stations), at)


@public(max_age=MAX_AGE)
def of_station(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    found = monitoring.station_now(code, at)
    if found is None:
        raise Http404
    row = rows.row(found, at)
    return _answer(found.name, station.sentence(row, at), station.then(row), row.now, found.simulated, at)


@public(max_age=MAX_AGE)
def of_commune(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    found = places.commune_by_code(code) if len(code) == 5 and code.isascii() and code.isdigit() else None
    if found is None:
        raise Http404
    stations = monitoring.stations_now(at)
    said = commune_media.air(surroundings.of(found, stations, at)).answer
    if said is None:
        raise Http404
    name = found.full_name
    simulated = any(one.simulated for one in stations)
    return _answer(name[:1].upper() + name[1:], said.sentence, said.then, said.now, simulated, at)


def _answer(above: str, sentence: str, then: str, now: Now | None, simulated: bool, at: datetime) -> HttpResponse:
    if now:
        standing = gettext("validated") if now.validated else gettext("provisional")
        below = f"{now.scheme} · {figures.stamp(now.hour)} · {standing}"
    else:
        below = figures.stamp(at.replace(minute=at.minute // 15 * 15))
    words = gettext("SIMULATED DATA") if simulated else ""
    try:
        picture = card.png(Card(above, sentence, then, below, now.mark if now else None, words))
    except lettering.NotBuiltError:
        raise Http404 from None
    return HttpResponse(picture, content_type="image/png")
