"""Many incidents in one message: how many, how grave, where, and the gravest of them one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nonnuoc.records.alerts.attending.facts import DESK, LANGUAGES

#: Incidents that are told one by one, and communes that are named.
LISTED, PLACES = 20, 10


def facts(several: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """From what each incident says what all of them say together; they are of one family and one kind of change."""
    order = sorted(several, key=lambda one: (-one["severity"], one["onset"], one["incident"]))
    gravest = order[0]
    places = Counter(one["commune"] for one in several if one["commune"]).most_common()
    named = places[:PLACES]
    said: dict[str, Any] = {
        "what": gravest["what"],
        "path": DESK,
        "family": gravest["family"],
        "severity": gravest["severity"],
        "count": len(several),
        "gravest": sum(one["severity"] == gravest["severity"] for one in several),
        "stations": len({one["station_code"] for one in several}),
        "places": named,
        "elsewhere": len(several) - sum(number for _, number in named),
        "more": max(0, len(several) - LISTED),
        "minutes": min((one["minutes"] for one in several if "minutes" in one), default=0),
    }
    for language in LANGUAGES:
        said[f"kind_{language}"] = gravest[f"kind_{language}"]
        said[f"grave_{language}"] = gravest[f"grave_{language}"]
        said[f"lines_{language}"] = [
            f"{one['number']} · {one[f'grave_{language}']} · {one[f'headline_{language}']}" for one in order[:LISTED]
        ]
    return said
