"""What the level rested on that an alarm passed: a rule's article, or of a rule by papers the paper in force then."""

from __future__ import annotations

from collections.abc import Sequence

from nonnuoc.records.alerts.levels import applying
from nonnuoc.records.alerts.levels.bounding import LICENCE
from nonnuoc.records.alerts.models import Alarm
from nonnuoc.records.monitoring.rows import micros


def of_alarms(alarms: Sequence[Alarm]) -> list[str]:
    """Of each of these, with their rules, in their order. Four statements more where some rule goes by papers."""
    by_papers = {one.datastream_id for one in alarms if one.rule.basis == LICENCE and one.datastream_id is not None}
    applied = applying.of_streams(by_papers)
    found = []
    for one in alarms:
        # an alarm that grew graver passed the level of that time; which paper it was is told of when it was raised
        held = (a for a in applied.get(one.datastream_id or 0, ()) if a.code == one.code)
        paper = next((a.document for a in held if a.since <= micros(one.raised or one.onset) < a.until), "")
        found.append(paper or one.rule.article)
    return found
