"""Officers, incidents of the air and warnings for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.alerts.models import AlarmRule, Incident
from nonnuoc.records.monitoring import services as monitoring
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import services
from nonnuoc.records.warnings.models import PublicWarning
from tests import factories
from tests.records.accounts import staff
from tests.records.alerts import incidents

#: A square around the middle of the province.
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106.2, 22.6], [106.3, 22.6], [106.3, 22.7], [106.2, 22.7], [106.2, 22.6]]],
}


def officer(name: str, role: str = Role.OFFICER) -> Person:
    """Somebody of the department."""
    known = staff.Office.objects.filter(code="so").first()
    someone = staff.person(name)
    staff.task(someone, known or staff.office("so"), role)
    return someone


def place(code: str = "01273", **facts: Any) -> Commune:
    """A commune near the middle of the province."""
    known = staff.commune(code)
    Commune.objects.filter(id=known.id).update(
        **{"name": "Thục Phán", "kind": "phuong", "lon": 106.26, "lat": 22.66} | facts
    )
    known.refresh_from_db()
    return known


def air(code: str = "KK01", **facts: Any) -> Thing:
    """A station of the air in a commune, with an index by the hour."""
    return factories.station(code, ["PM2.5"], commune=facts.pop("commune", None) or place(), **facts)


def index_stream(thing: Thing) -> Datastream:
    """Its VN_AQI of the hour."""
    return Datastream.objects.get(thing=thing, observed_property__code="VN_AQI", procedure="aqi_1h")


def smog(thing: Thing, *, value: float = 250.0, severity: int = 3, **facts: Any) -> Incident:
    """An incident that goes on: VN_AQI of this value, an hour ago."""
    at = timezone.now()
    made = incidents.incident(thing, at=at, severity=severity, onset=timedelta(hours=1), **facts)
    incidents.rule("aqi-hour", AlarmRule.Kind.INDEX, name_vi="VN_AQI giờ xấu", name_en="VN_AQI of the hour is bad")
    incidents.alarm(
        made,
        index_stream(thing),
        code="aqi-hour",
        kind=AlarmRule.Kind.INDEX,
        peak=value,
        level=200.0,
        peak_time=at - timedelta(minutes=30),
        severity=severity,
        beyond=1,
    )
    return made


def good(**facts: Any) -> dict[str, Any]:
    """The words of a warning that nothing is wrong with."""
    now = timezone.now()
    return {
        "severity": "Severe",
        "event_vi": "Ô nhiễm không khí",
        "event_en": "Air pollution",
        "headline_vi": "Ô nhiễm không khí tại phường Thục Phán",
        "headline_en": "Air pollution at phường Thục Phán",
        "description_vi": "Chỉ số VN_AQI là 250.",
        "description_en": "VN_AQI is 250.",
        "instructions": [{"audience": "everyone", "response": "Shelter", "vi": "Ở trong nhà.", "en": "Stay indoors."}],
        "effective": now,
        "expires": now + timedelta(hours=6),
        "area_vi": "phường Thục Phán",
        "area_en": "Thuc Phan ward",
    } | facts


def proposed(by: Person, **facts: Any) -> PublicWarning:
    """One that waits for a second person."""
    communes = facts.pop("communes", None)
    made = services.write(None, by=by, communes=[place()] if communes is None else communes, **good(**facts))
    return services.propose(made, by=by)


def published(by: Person, approver: Person, **facts: Any) -> PublicWarning:
    """One that two people published."""
    return services.approve(proposed(by, **facts), by=approver)


def loaded() -> None:
    """The properties and their units."""
    monitoring.load_properties()
