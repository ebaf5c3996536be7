"""Atom feeds: what happened at the stations of the province, of a commune, at one station, in the last seven days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext

from nonnuoc.look import figures, province, words
from nonnuoc.look.access import public
from nonnuoc.portal import events
from nonnuoc.portal.events import Change, Event, Silence
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.selectors import StationNow
from nonnuoc.records.places import selectors as places

MAX_AGE = 300
MOST = 200  # entries; the newest
BEGUN = "2026"  # the year in which these addresses became ours, as tag URIs (RFC 4151) have it


@public(max_age=MAX_AGE)
def of_province(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    title = gettext("Air and water in %(where)s") % {"where": province.name()}
    return _feed(request, title, reverse("home"), monitoring.stations_now(at), at)


@public(max_age=MAX_AGE)
def of_station(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    found = monitoring.station_now(code, at)
    if found is None:
        raise Http404
    return _feed(request, found.name, reverse("station", args=[code]), [found], at)


@public(max_age=MAX_AGE)
def of_commune(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    found = places.commune_by_code(code) if len(code) == 5 and code.isascii() and code.isdigit() else None
    if found is None:
        raise Http404
    title = gettext("Air and water in %(where)s") % {"where": found.full_name}
    own = [one for one in monitoring.stations_now(at) if one.commune == found.full_name]
    return _feed(request, title, reverse("commune", args=[code]), own, at)


def _feed(request: HttpRequest, title: str, page: str, stations: Sequence[StationNow], at: datetime) -> HttpResponse:
    feed = Atom1Feed(
        title=f"{title} – Non Nước",
        link=request.build_absolute_uri(page),
        description="",
        language=get_language(),
        subtitle=gettext(
            "Changes of the class of an index, and stations that fall silent or come back, in the last seven days."
            " Worse is told at once, better once it has held for two hours. Numbers are provisional."
        ),
        author_name="Non Nước",
        feed_url=request.build_absolute_uri(),
        feed_guid=_tag(request, request.path),
    )
    for event in events.of(stations, at)[:MOST]:
        _add(feed, request, event)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _add(feed: Atom1Feed, request: HttpRequest, event: Event) -> None:
    path = reverse("station", args=[event.station.code])
    title = _title(event)
    if event.station.simulated:
        title = gettext("[simulated] %(title)s") % {"title": title}
    feed.add_item(
        title=title,
        link=request.build_absolute_uri(path),
        description=escape(_description(event)),  # a summary is HTML
        unique_id=_tag(request, f"{path}/{_kind(event)}/{event.time:%Y%m%dT%H%M%SZ}"),
        pubdate=event.time,
        updateddate=event.time,
    )


def _tag(request: HttpRequest, path: str) -> str:
    """The same for as long as the host keeps its name."""
    return f"tag:{request.get_host().partition(':')[0]},{BEGUN}:{path}"


def _kind(event: Event) -> str:
    if isinstance(event, Change):
        return event.scheme
    return "back" if event.ended else "silent"


def _title(event: Event) -> str:
    name = event.station.name
    if isinstance(event, Silence):
        return (gettext("%(name)s is heard again") if event.ended else gettext("%(name)s fell silent")) % {"name": name}
    return gettext("%(subject)s: from %(before)s to %(after)s (%(value)s)") % {
        "subject": words.medium(event.station),
        "before": event.before.word,
        "after": event.after.word,
        "value": event.value,
    }


def _description(event: Event) -> str:
    since = figures.stamp(event.time)
    if isinstance(event, Silence):
        if event.ended:
            said = {"name": event.station.name, "since": figures.stamp(event.since), "until": since}
            return gettext("%(name)s was silent from %(since)s to %(until)s, local time.") % said
        return gettext("Nothing measured after %(since)s, local time, has arrived.") % {"since": since}
    standing = gettext("validated") if event.validated else gettext("provisional")
    said = {"name": event.station.name, "scheme": event.scheme, "value": str(event.value), "when": since}
    told = gettext("%(name)s: %(scheme)s %(value)s at %(when)s, local time, %(standing)s.") % {
        **said,
        "standing": standing,
    }
    return " ".join(filter(None, (told, event.after.advice or event.after.use)))
