"""The stations as a layer (records/places/layers.py)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import FilteredRelation, Min, Q
from django.utils.translation import gettext_noop as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.newest import MEASURED
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.selectors import OF_THING
from nonnuoc.records.places.layers import FIRST, LAST, Features, Field, Layer, points

COLUMNS = (
    *("id", "code", "name", "description", "kind", "state", "simulated", "data_class", "source"),
    *("commune__code", "commune__name", "commune__lon", "commune__lat", "river__code", "here__lon", "here__lat"),
    "stood_since",
)


def _stations(reader: Rights) -> Features:
    """Those the reader may read. Two queries."""
    here = FilteredRelation("locations", condition=Q(locations__until=None))
    known = list(
        Thing.objects.filter(reader.readable())
        .annotate(here=here)
        .annotate(stood_since=Min("locations__since"))
        .order_by("code")
        .values_list(*COLUMNS, named=True)
    )
    known.sort(key=lambda one: one.code)  # by code point, as ids are compared here; a database may sort otherwise
    observed, newest = _observed(reader)
    return Features(
        tuple(one.code for one in known),
        points([_here(one)[0] for one in known], [_here(one)[1] for one in known]),
        {
            **{name: tuple(getattr(one, name) for one in known) for name in ("code", "name", "kind", "state")},
            "description": tuple(one.description or None for one in known),
            "observes": tuple(", ".join(observed[one.id]) or None for one in known),
            "commune": tuple(one.commune__name for one in known),
            "commune_code": tuple(one.commune__code for one in known),
            "river": tuple(one.river__code for one in known),
            "position": tuple(_placed(one) for one in known),
            "newest": tuple(newest.get(one.id) for one in known),
            "simulated": tuple(one.simulated for one in known),
            "data_class": tuple(one.data_class for one in known),
            "source": tuple(one.source or None for one in known),
        },
        since=np.array([_since(one) for one in known], np.int64),
        until=np.array([_until(one, newest.get(one.id)) for one in known], np.int64),
    )


def _observed(reader: Rights) -> tuple[dict[int, list[str]], dict[int, datetime]]:
    """Of each station the codes of what it measures, in the order they are shown in; and the time of its newest."""
    rows = (
        Datastream.objects.filter(reader.readable(**OF_THING), active=True, procedure__in=MEASURED)
        .order_by("observed_property__order", "observed_property__code")
        .values_list("thing_id", "observed_property__code", "latest_time")
    )
    found: dict[int, list[str]] = defaultdict(list)
    newest: dict[int, datetime] = {}
    for thing_id, code, latest in rows:
        if code not in found[thing_id]:
            found[thing_id].append(code)
        if latest is not None:
            newest[thing_id] = max(latest, newest.get(thing_id, latest))
    return found, newest


def _placed(one: Any) -> str | None:
    if one.here__lon is not None:
        return "own"
    return None if one.commune__lon is None else "commune"


def _here(one: Any) -> tuple[float | None, float | None]:
    """Longitude and latitude of where it stands; of its commune's point where that is not known."""
    if _placed(one) == "own":
        return one.here__lon, one.here__lat
    return one.commune__lon, one.commune__lat


def _since(one: Any) -> int:
    """From when on it is there. One that is only planned, or whose beginning nobody knows, is of the future: never."""
    stood: datetime | None = one.stood_since
    if stood is not None:
        return micros(stood)
    return LAST if one.state == Thing.State.PLANNED else FIRST


def _until(one: Any, newest: datetime | None) -> int:
    """Until when: a retired station to its newest value, every other one for good."""
    return micros(newest) if one.state == Thing.State.RETIRED and newest else LAST


STATIONS = Layer(
    key="stations",
    title=_("Stations"),
    description=_(
        "Where each station stands and what it watches; planned and silent ones too. Where its own position is not"
        " known, it is shown at the point of its commune."
    ),
    read=_stations,
    fields=(
        Field("code", _("Code")),
        Field("name", _("Name")),
        Field("description", _("Description")),
        Field("kind", _("What it watches"), choices=tuple(Thing.Kind.values)),
        Field("state", _("State"), choices=tuple(Thing.State.values)),
        Field("observes", _("Measures")),
        Field("commune", _("Commune it stands in")),
        Field("commune_code", _("Official code of that commune")),
        Field("river", _("Code of the river it stands at")),
        Field(
            "position", _("Whose point this is: own, or commune where its own is not known"), choices=("own", "commune")
        ),
        Field("newest", _("Time of its newest value"), "date-time"),
        Field("simulated", _("Whether its values are invented for demonstration"), "boolean"),
        Field("data_class", _("Who may read its data"), choices=tuple(DataClass.values)),
        Field("source", _("Document that names it")),
    ),
    shape="point",
    keywords=(_("monitoring"), _("stations")),
    address="station",
)
