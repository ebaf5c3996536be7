"""The ways in, for people who choose one: what each is for, and examples that can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext

from nonnuoc.api.guide.fetching import Wish

STA = "/api/sensorthings/v1.1"


@dataclass(frozen=True, slots=True)
class Interface:
    """`links`: words and addresses."""

    name: str
    words: str
    links: tuple[tuple[str, str], ...]


def every(wish: Wish | None) -> list[Interface]:
    """Those that need no explanation first. `wish`: what is chosen on the page, for the examples."""
    return [
        Interface(
            gettext("Newest values"),
            gettext("Of all stations in one request; or pushed to you as they arrive."),
            (
                (gettext("newest values"), "/api/stations/latest"),
                (gettext("stream of news (server-sent events)"), "/api/docs#latest"),
            ),
        ),
        Interface(
            "OGC SensorThings API 1.1",
            gettext("For programs that speak it, and for any question: filtered, linked, expanded, as of any moment."),
            _sensorthings(wish),
        ),
        Interface(
            "OGC API – Features, EDR",
            gettext("For maps and GIS (QGIS, ArcGIS): stations, communes, rivers; and values over time at a place."),
            (
                (gettext("landing page"), "/api/ogc/"),
                (gettext("collections"), "/api/ogc/collections"),
            ),
        ),
        Interface(
            "DCAT-AP 3",
            gettext("The catalogue, for portals that harvest others."),
            (("JSON-LD", "/api/dcat"), ("Turtle", "/api/dcat?f=ttl")),
        ),
        Interface(
            gettext("Writing"),
            gettext("For stations and people with a key: files, SensorThings entities, data arrays, Arrow."),
            ((gettext("addresses"), "/api/docs#writing"),),
        ),
    ]


def _sensorthings(wish: Wish | None) -> tuple[tuple[str, str], ...]:
    root = (gettext("root"), STA)
    things = (gettext("things with their datastreams"), f"{STA}/Things?$expand=Datastreams($select=name)&$top=5")
    if wish is None:
        return root, things
    newest = "$orderby=phenomenonTime desc&$top=1"
    address = f"{STA}/Datastreams({wish.offer.datastream_id})/Observations?{quote(newest, safe='$=&')}"
    return root, things, (gettext("newest value of the choice above"), address)
