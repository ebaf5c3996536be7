"""What a message about an incident says: plain JSON, with every word in both languages.

Keys that end in `_vi` or `_en` are the same thing in the one language and the other; times are ISO 8601, their `_local`
as people here write them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.utils.translation import override

from nonnuoc.records.alerts.attending import wording
from nonnuoc.records.alerts.attending.wording import About
from nonnuoc.records.alerts.models import Family, Incident
from nonnuoc.records.monitoring.models import Datastream

LANGUAGES = ("vi", "en")
DESK = "/desk/duty/"


def facts(incident: Incident) -> dict[str, Any]:
    """Everything the templates of incidents may say of it. As many queries for thousands of alarms as for one."""
    found = about(incident)
    thing, lead = incident.thing, found.lead
    said: dict[str, Any] = {
        "incident": incident.id,
        "uuid": str(incident.uuid),
        "number": f"#{incident.id}",
        "path": f"{DESK}{incident.id}/",
        "family": incident.family,
        "severity": incident.severity,
        "code": lead.code if lead else "",
        "station": thing.name if thing else "",
        "station_code": thing.code if thing else "",
        "commune": thing.commune.full_name if thing and thing.commune else "",
        "stations": found.stations,
        "simulated": thing.simulated if thing else found.simulated,
        "onset": _iso(incident.onset),
        "onset_local": wording.stamp(incident.onset),
        "cleared": _iso(incident.cleared),
        "cleared_local": wording.stamp(incident.cleared) if incident.cleared else "",
        "peak": lead.peak if lead else None,
        "level": lead.level if lead else None,
        "unit": wording.unit(lead) if lead else "",
        "document": lead.rule.article if lead else "",
    }
    for language in LANGUAGES:
        with override(language):
            words = wording.words(found, language)
        said |= {f"{name}_{language}": text for name, text in words.items()}
    return said


def about(incident: Incident) -> About:
    """What its alarms say of it; to speak of is the gravest, one that goes on before one that is over, the first."""
    order = ("-severity", F("cleared").desc(nulls_first=True), "onset", "id")
    lead = incident.alarms.select_related("rule", "datastream__observed_property").order_by(*order).first()
    sums = incident.alarms.aggregate(
        stations=Count("thing", distinct=True),
        invented=Count("id", filter=Q(thing__simulated=True)),
        beyond=Sum("beyond", default=0),
        suspect=Sum("suspect", default=0),
    )
    codes = incident.alarms.filter(datastream__isnull=False).order_by("datastream__observed_property__order")
    names = incident.alarms.filter(thing__isnull=False).order_by("thing__name") if incident.thing is None else None
    return About(
        incident,
        lead,
        stations=sums["stations"],
        simulated=sums["invented"] > 0,
        beyond=sums["beyond"],
        suspect=sums["suspect"],
        codes=tuple(dict.fromkeys(_few(codes, "datastream__observed_property__code"))),
        names=tuple(_few(names, "thing__name")) if names is not None else (),
        whole=incident.family == Family.SILENCE and incident.thing is not None and _is_whole(incident),
    )


def _few(rows: Any, column: str) -> list[str]:
    """Of a column the first different values."""
    return list(rows.values_list(column, flat=True).distinct()[: wording.MOST])


def _is_whole(incident: Incident) -> bool:
    """Whether nothing else of the station has been heard since these streams fell silent."""
    last = incident.alarms.aggregate(at=Max("onset"))["at"] or incident.onset
    raw = Datastream.objects.filter(thing=incident.thing, active=True, procedure=Datastream.Procedure.RAW)
    others = raw.exclude(id__in=incident.alarms.values("datastream_id"))
    return not others.filter(latest_time__gt=last).exists()


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
