"""Manifests as they are read: which somebody may see, on which side of one they stand, what a list was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.places import names
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste.models import Correction, Handler, Item, Manifest, Photo, Step

SIDES = ("generator", "treater", "transporter")
AUTHORITY = "authority"  # acts for every side, and says so
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of manifests was asked for; "" for anything."""

    text: str = ""
    state: str = ""
    facility: str = ""
    corrected: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    manifests: list[Manifest]
    count: int
    number: int
    pages: int


def subject(facility: Facility) -> Subject:
    """What access decides on."""
    return Subject(facility.office_id, facility.commune_id, facility.code)


def readable(rights: Rights) -> QuerySet[Manifest]:
    """Those of facilities whose internal data they may read, on whatever side these stand."""
    reach = rights.reach("data.internal")
    found = Q() if reach.everywhere else Q(pk__in=[])  # Q() | Q(…) is the latter alone
    for side in () if reach.everywhere else SIDES:
        found |= reach.within(f"{side}__office_id", f"{side}__commune_id", f"{side}__code")
    return Manifest.objects.filter(found).select_related(*SIDES)


def one(number: str, rights: Rights) -> Manifest | None:
    """With items, steps and corrections; None where there is none, or none they may know of."""
    people = Correction.objects.select_related("by", "decided_by")
    steps, photos = Step.objects.select_related("by"), Photo.objects.defer("body").select_related("by")
    whole = (
        readable(rights)
        .select_related("by")
        .prefetch_related(
            "items", Prefetch("steps", steps), Prefetch("corrections", people), Prefetch("photos", photos)
        )
    )
    return whole.filter(number=number).first()


def sides(manifest: Manifest, rights: Rights) -> tuple[str, ...]:
    """The sides of it that somebody may act for; the authority acts for all of them."""
    return tuple(side for side in SIDES if rights.may("manifests.write", subject(getattr(manifest, side))))


def as_whom(manifest: Manifest, rights: Rights) -> str:
    """The side somebody speaks for: their own, the authority, or nobody's ("")."""
    if rights.reach("manifests.write").everywhere:
        return AUTHORITY
    return next(iter(sides(manifest, rights)), "")


def writers(rights: Rights) -> QuerySet[Facility]:
    """Facilities one may write manifests for: registered generators, and one's own where one's reach has a bound."""
    reach = rights.reach("manifests.write")
    found = Facility.objects.filter(reach.within("office_id", "commune_id", "code"), withdrawn=None)
    if reach.everywhere:
        found = found.filter(hazardous_parts__role=Handler.Role.GENERATOR, hazardous_parts__withdrawn=None)
    return found.order_by("name")


def parties(role: str) -> QuerySet[Facility]:
    """Every facility registered in this part. Their names are no secret: whoever hands over must name one of them."""
    parts = {"hazardous_parts__role": role, "hazardous_parts__withdrawn": None}
    return Facility.objects.filter(**parts, withdrawn=None).order_by("name")


def correction(identity: int, rights: Rights) -> Correction | None:
    """With its manifest; None where there is none, or of a manifest they may not know of."""
    known = Correction.objects.filter(id=identity, manifest__in=readable(rights))
    return known.select_related("manifest").first()


def waiting(rights: Rights) -> list[Correction]:
    """Corrections that wait for this person's word, oldest first; no more than fit on a page."""
    if rights.reach("manifests.write").nowhere:
        return []
    asked = Correction.objects.filter(state=Correction.State.ASKED, manifest__in=readable(rights))
    whole = asked.select_related(*(f"manifest__{side}" for side in SIDES), "by").order_by("at")[:ON_A_PAGE]
    return [one for one in whole if _is_for(one, rights)]


def count_waiting(rights: Rights) -> int:
    """How many wait; asked on every page of the desk."""
    return len(waiting(rights))


def _is_for(one: Correction, rights: Rights) -> bool:
    mine = rights.person is not None and one.by_id == rights.person.id
    return not mine and rights.may("manifests.write", subject(getattr(one.manifest, one.needs or SIDES[0])))


def listed(rights: Rights, asked: Asked) -> Page:
    """One page of those that match: by number, facility, code and name of waste, and what corrections say."""
    found = readable(rights)
    if asked.text:
        found = found.filter(_matching(asked.text))
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.facility:
        of = asked.facility
        found = found.filter(Q(generator__code=of) | Q(transporter__code=of) | Q(treater__code=of))
    if asked.corrected:
        found = found.filter(corrections__isnull=False).distinct()
    count = found.count()
    pages = max(1, -(-count // ON_A_PAGE))
    number = min(max(asked.page, 1), pages)
    first = (number - 1) * ON_A_PAGE
    whole = found.prefetch_related("items", "corrections")
    return Page(list(whole[first : first + ON_A_PAGE]), count, number, pages)


def _matching(text: str) -> Q:
    words = Q()
    for word in names.marked(text).split():
        one = Q(number__icontains=word) | Q(corrections__words__contains=word) | Q(items__code__icontains=word)
        one |= Q(items__kind__icontains=word)
        for side in SIDES:
            one |= Q(**{f"{side}__words__contains": f" {word}"})
        words &= Q(pk__in=Manifest.objects.filter(one).values("pk"))
    return words


def photo(number: str, identity: int, rights: Rights) -> Photo | None:
    """A picture with its bytes; None where there is none for them."""
    if (manifest := readable(rights).filter(number=number).first()) is None:
        return None
    return Photo.objects.filter(manifest=manifest, id=identity).first()


def content(manifest: Manifest, items: list[Item] | None = None) -> Mapping[str, Any]:
    """The manifest as plain data: what a step signs."""
    return {
        "number": manifest.number,
        **{side: getattr(manifest, side).code for side in SIDES},
        "vehicle": manifest.vehicle,
        "items": [
            {
                name: getattr(item, name)
                for name in ("line", "code", "kind", "method", "handed_kg", "received_kg", "treated_kg")
            }
            for item in (manifest.items.all() if items is None else items)
        ],
    }
