"""The page of a commune: how air and water are there, or how far the nearest station is and why that differs."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from nonnuoc.look.access import public
from nonnuoc.portal import commune_facts, commune_history, commune_map, commune_media, sections, surroundings
from nonnuoc.portal.sections import Part, Section
from nonnuoc.portal.surroundings import Surroundings
from nonnuoc.portal.warned import here
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.places import selectors as places
from nonnuoc.records.plans import published

CODE = re.compile(r"[0-9]{5}")


def drawn(place: Surroundings) -> Part | None:
    """The commune among its neighbours, with its stations and the nearest of each kind."""
    drawing = commune_map.around(place, [near for kind in commune_media.SHOWN for near in place.first(kind)])
    if drawing is None:
        return None
    return Part({"drawing": commune_map.svg(drawing), "eastern": drawing.eastern, "place": place})


def asked_here(place: Surroundings) -> Part | None:
    """What the public plans ask of the People's Committee of the commune."""
    found = published.of_commune(place.commune, timezone.localdate(place.at))
    return Part({"plans": found}) if found else None


#: What the page is made of. A new subject is one line here, a function and a template (portal/sections.py).
SECTIONS: tuple[Section[Surroundings], ...] = (
    Section("warned", _("Warnings here"), 5, here.of_commune, "portal/warned/here.html"),
    Section("air", _("Air"), 10, commune_media.air, "portal/commune/medium.html"),
    Section("water", _("Rivers and lakes"), 20, commune_media.water, "portal/commune/medium.html"),
    Section("rain", _("Rain and river level"), 30, commune_media.rain, "portal/commune/medium.html"),
    Section("others", _("Other stations in the commune"), 40, commune_media.others, "portal/commune/medium.html"),
    Section("map", _("Where the stations are"), 50, drawn, "portal/commune/map.html"),
    Section("history", _("The last 30 days"), 60, commune_history.history, "portal/commune/history.html"),
    Section("plans", _("What the province's plans ask of this commune"), 65, asked_here, "portal/plans/here.html"),
    Section("lacking", _("What is not measured here"), 70, commune_facts.lacking, "portal/commune/lacking.html"),
    Section("about", _("About the commune"), 80, commune_facts.facts, "portal/commune/about.html"),
)


@public(max_age=60)
def commune(request: HttpRequest, code: str) -> HttpResponse:
    found = places.commune_by_code(code) if CODE.fullmatch(code) else None
    if found is None:
        raise Http404(gettext("No commune or ward has this code. They are all in the list of communes."))
    at = timezone.now()
    stations = monitoring.stations_now(at)
    place = surroundings.of(found, stations, at)
    shown = sections.shown(SECTIONS, place)
    answers = [(one.key, one.part.answer) for one in shown if one.part.answer]
    context = {
        "at": at,
        "place": place,
        "commune": found,
        "first": answers[0][1] if answers else None,
        "answers": answers[1:],
        "decision": commune_media.decision(place),
        "sections": shown,
        "trail": [(gettext("Communes and wards"), reverse("communes")), (capfirst(found.full_name), "")],
        "simulated": any(station.simulated for station in stations),
    }
    return render(request, "portal/commune.html", context)
