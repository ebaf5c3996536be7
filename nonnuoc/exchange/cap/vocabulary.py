"""The elements of CAP 1.2 in their order, how often each may be there, and the words that some are limited to.

From the schema and section 3.2 of the standard (OASIS, 1 July 2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Element(NamedTuple):
    """One that may stand in its parent."""

    name: str
    least: int = 0
    most: int | None = 1  # None: any number


NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
ANY = None
ALERT = (
    *(Element(name, 1) for name in ("identifier", "sender", "sent", "status", "msgType")),
    Element("source"),
    Element("scope", 1),
    *(Element("restriction"), Element("addresses"), Element("code", 0, ANY)),
    *(Element("note"), Element("references"), Element("incidents"), Element("info", 0, ANY)),
)
INFO = (
    *(Element("language"), Element("category", 1, ANY), Element("event", 1), Element("responseType", 0, ANY)),
    *(Element("urgency", 1), Element("severity", 1), Element("certainty", 1)),
    *(Element("audience"), Element("eventCode", 0, ANY)),
    *(Element(name) for name in ("effective", "onset", "expires", "senderName", "headline", "description")),
    *(Element(name) for name in ("instruction", "web", "contact")),
    *(Element(name, 0, ANY) for name in ("parameter", "resource", "area")),
)
AREA = (
    *(Element("areaDesc", 1), Element("polygon", 0, ANY), Element("circle", 0, ANY), Element("geocode", 0, ANY)),
    *(Element("altitude"), Element("ceiling")),
)
RESOURCE = (
    *(Element("resourceDesc", 1), Element("mimeType", 1)),
    *(Element(name) for name in ("size", "uri", "derefUri", "digest")),
)
PAIR = (Element("valueName", 1), Element("value", 1))
#: What stands in an element that has children; every other holds text.
CHILDREN: Mapping[str, tuple[Element, ...]] = {
    "alert": ALERT,
    "info": INFO,
    "area": AREA,
    "resource": RESOURCE,
    **dict.fromkeys(("eventCode", "parameter", "geocode"), PAIR),
}
WORDS: Mapping[str, frozenset[str]] = {
    "status": frozenset({"Actual", "Exercise", "System", "Test", "Draft"}),
    "msgType": frozenset({"Alert", "Update", "Cancel", "Ack", "Error"}),
    "scope": frozenset({"Public", "Restricted", "Private"}),
    "category": frozenset(
        {
            *("Geo", "Met", "Safety", "Security", "Rescue", "Fire"),
            *("Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
        }
    ),
    "responseType": frozenset(
        {"Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"}
    ),
    "urgency": frozenset({"Immediate", "Expected", "Future", "Past", "Unknown"}),
    "severity": frozenset({"Extreme", "Severe", "Moderate", "Minor", "Unknown"}),
    "certainty": frozenset({"Observed", "Likely", "Possible", "Unlikely", "Unknown"}),
}
TIMES = frozenset({"sent", "effective", "onset", "expires"})
