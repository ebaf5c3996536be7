"""What was found, with the address of each: the same for the page and for the box on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.look.mapping import layers
from nonnuoc.look.mapping.faces import PORTAL, Face
from nonnuoc.look.searching import coordinates
from nonnuoc.look.searching.coordinates import Spot
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.board import finding as plans
from nonnuoc.records.registers import search
from nonnuoc.records.registers.search import Group, Hit

ON_THE_PAGE, IN_THE_BOX = 8, 4  # of each kind
CLOSE = 13  # zoom at which what was found is shown


@dataclass(frozen=True, slots=True)
class Found:
    """A hit, in which commune or of which plan it is, and where it leads; `page` or `map` is "" where there is none."""

    hit: Hit | plans.Hit
    where: str
    page: str
    map: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """Hits of one kind; `all`: the address of the list that shows them all."""

    title: Promise | str
    hits: Sequence[Found]
    count: int
    all: str


@dataclass(frozen=True, slots=True)
class Answer:
    """All that was found."""

    text: str
    spot: Spot | None
    spot_map: str
    groups: Sequence[Grouped]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def answer(text: str, rights: Rights, face: Face, *, limit: int = ON_THE_PAGE) -> Answer:
    """What there is for this text, as far as they may read it."""
    wanted = " ".join(text.replace("\0", "").split())[: search.LONGEST]
    spot = coordinates.read(wanted)
    groups = [] if spot else search.found(wanted, rights, limit=limit)
    spot_map = _map(face, f"{spot.lon:.5f},{spot.lat:.5f},{CLOSE}") if spot else ""
    ranked = [(group.hits[0].rank, _grouped(group, wanted, face)) for group in groups]
    if not spot:
        routes = face.plans if rights.may("plans.read") else PORTAL.plans
        of_plans = plans.found(wanted, rights, kinds=routes, limit=limit)
        ranked += [(group.hits[0].rank, _of_plans(group, routes)) for group in of_plans]
    return Answer(wanted, spot, spot_map, [group for _rank, group in sorted(ranked, key=lambda one: one[0])])


def _grouped(group: Group, text: str, face: Face) -> Grouped:
    hits = [Found(hit, hit.commune, _page(hit, face), _on_map(hit, face)) for hit in group.hits]
    rest = group.count > len(group.hits)
    whole = {search.COMMUNE: "communes"}.get(group.kind, "")
    if group.register is not None:
        every = reverse(face.registers, args=[group.register.key])
        return Grouped(group.title, hits, group.count, f"{every}?{urlencode({'q': text})}")
    return Grouped(
        group.title, hits, group.count, f"{reverse(whole)}?{urlencode({'q': text})}" if whole and rest else ""
    )


#: What a search finds of plans, by kind.
TITLES: Mapping[str, Promise] = {
    plans.PLAN: _("Plans"),
    plans.TASK: _("Tasks of plans"),
    plans.TARGET: _("Targets of plans"),
    plans.PASSAGE: _("Text of plans"),
}


def _of_plans(group: plans.Group, routes: Mapping[str, str]) -> Grouped:
    hits = [
        Found(hit, hit.plan_title if hit.plan != hit.code else "", _in_plan(hit, routes[group.kind]), "")
        for hit in group.hits
    ]
    return Grouped(TITLES[group.kind], hits, group.count, "")


def _in_plan(hit: plans.Hit, route: str) -> str:
    if hit.kind == plans.PLAN:
        return reverse(route, args=[hit.code])
    if hit.kind == plans.PASSAGE:
        return f"{reverse(route, args=[hit.plan])}#{hit.code}"
    return reverse(route, args=[hit.plan, hit.code])


def _page(hit: Hit, face: Face) -> str:
    if hit.kind == search.RIVER:
        return f"{reverse(face.registers, args=['reaches'])}?{urlencode({'river': hit.code})}"
    layer = layers.every().get(hit.kind)
    return face.page_of(layer, hit.code) if layer else reverse(face.entry, args=[hit.kind, hit.code])


def _on_map(hit: Hit, face: Face) -> str:
    if hit.lon is None or hit.kind not in layers.every():
        return ""
    return _map(face, f"{hit.lon:.5f},{hit.lat:.5f},{CLOSE}", f"{hit.kind}/{hit.code}")


def _map(face: Face, at: str, chosen: str = "") -> str:
    query = {"at": at, **({"chosen": chosen} if chosen else {})}
    return f"{reverse(face.map)}?{urlencode(query, safe=',/')}"


def as_json(found: Answer) -> dict[str, Any]:
    """For the box on the map."""
    spot = found.spot
    return {
        "text": found.text,
        "count": found.count,
        "spot": {"lon": spot.lon, "lat": spot.lat, "system": spot.system} if spot else None,
        "groups": [
            {
                "title": str(group.title),
                "count": group.count,
                "all": group.all,
                "hits": [
                    {
                        "layer": one.hit.kind,
                        "code": one.hit.code,
                        "name": one.hit.name,
                        "commune": one.where,
                        "lon": getattr(one.hit, "lon", None),
                        "lat": getattr(one.hit, "lat", None),
                        "page": one.page,
                    }
                    for one in group.hits
                ],
            }
            for group in found.groups
        ],
    }
