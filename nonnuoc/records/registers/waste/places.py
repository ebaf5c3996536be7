"""Where amounts are kept of: a site or a facility; whose it is, and who may read and write its amounts."""

from __future__ import annotations

from django.utils import timezone

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste.models import Site

Place = Site | Facility


def subject(place: Place) -> Subject:
    """What access decides on. A site's office may be the authority's; its facility is that of whoever runs it."""
    if isinstance(place, Facility):
        return Subject(place.office_id, place.commune_id, place.code)
    return Subject(place.office_id, place.commune_id, place.facility.code if place.facility else "")


def site(code: str, rights: Rights) -> Site | None:
    """The site of this code; None where there is none, or none they may know of."""
    readable = rights.readable(office="office_id", commune="commune_id", facility="facility__code")
    return Site.objects.filter(readable, code=code).select_related("facility").first()


def facility(code: str, rights: Rights) -> Facility | None:
    """The facility of this code; None where there is none, or none they may know of."""
    readable = rights.readable(office="office_id", commune="commune_id", facility="code")
    return Facility.objects.filter(readable, code=code).first()


def may_read(place: Place, rights: Rights) -> bool:
    """Amounts are internal data of the place."""
    return rights.may_read(DataClass.INTERNAL, subject(place))


def where(place: Place) -> dict[str, Place]:
    """The place as the columns of an amount have it."""
    return {"facility": place} if isinstance(place, Facility) else {"site": place}


def this_month() -> tuple[int, int]:
    """Year and month as people here count them."""
    today = timezone.localdate()
    return today.year, today.month
