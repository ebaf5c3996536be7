"""What a message about an incident says: plain JSON, with every word in both languages.

Keys that end in `_vi` or `_en` are the same thing in the one language and the other; times are ISO 8601, their `_local`
as people here write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import override

from nonnuoc.records.alerts.attending import describing, wording
from nonnuoc.records.alerts.attending.wording import About
from nonnuoc.records.alerts.levels import passed
from nonnuoc.records.alerts.models import Incident

LANGUAGES = ("vi", "en")
DESK = "/desk/duty/"


def facts(incident: Incident) -> dict[str, Any]:
    """Everything the templates of incidents may say of it."""
    return facts_of([incident])[incident.id]


def facts_of(incidents: Sequence[Incident]) -> dict[int, dict[str, Any]]:
    """The same of each of these, by id: as many queries for thousands of incidents and alarms as for one."""
    found = describing.about(incidents)
    said = {one.incident.id: _said(one) for one in found}
    for language in LANGUAGES:
        with override(language):
            for one in found:
                words = wording.words(one, language)
                said[one.incident.id] |= {f"{name}_{language}": text for name, text in words.items()}
    return said


def _said(found: About) -> dict[str, Any]:
    incident, lead = found.incident, found.lead
    thing = incident.thing
    limit = passed.of(lead) if lead else None
    return {
        "incident": incident.id,
        "uuid": str(incident.uuid),
        "number": f"#{incident.id}",
        "path": f"{DESK}{incident.id}/",
        "family": incident.family,
        "state": str(incident.state),
        "outcome": str(incident.outcome),
        "merged_into": incident.merged_into_id,
        "severity": int(incident.severity),
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
        "limit": limit.limit if limit else None,
        "unit": wording.unit(lead) if lead else "",
        "document": found.document or (lead.rule.article if lead else ""),
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
