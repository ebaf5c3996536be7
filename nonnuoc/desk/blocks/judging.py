"""Values that nobody has judged, and judgements that wait for another pair of eyes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import judgements
from nonnuoc.records.monitoring.models import Judgement

SPAN = timedelta(days=7)
LISTED = 10


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """The most doubted datastreams of the last week; judgements this person may decide."""
    doubted = [one for one in judgements.unjudged(rights.reach("observations.correct"), at - SPAN, at) if _doubted(one)]
    waiting = judgements.listed(rights.reach("observations.approve"), [Judgement.State.WAITING])
    mine = [one for one in waiting if rights.person is not None and one.proposed_by_id != rights.person.id]
    return {
        "waits": len(doubted) + len(mine),
        "doubted": doubted[:LISTED],
        "more_doubted": max(0, len(doubted) - LISTED),
        "waiting": mine[:LISTED],
        "simulated": any(stream.thing.simulated for stream in {one.datastream for one in doubted}),
    }


def _doubted(one: judgements.Unjudged) -> bool:
    return one.suspect + one.failed > 0
