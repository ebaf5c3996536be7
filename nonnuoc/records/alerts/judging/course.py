"""The course of one incident: what its alarms, as they are now, make of what it was.

Nothing here reads or writes; what is to be logged and told is gathered, and kept by who called (regrouping.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.judging.grouping import Group, Member
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Entry, Incident

Kind, State, Outcome = Entry.Kind, Incident.State, Incident.Outcome
#: What a part that was split off has from the whole: what people did about it stands for both.
INHERITED = (
    *("state", "opened", "told", "told_severity", "acknowledged", "acknowledged_by_id", "assigned_to_id"),
    *("silenced_until", "escalation", "closed", "closed_by_id", "outcome", "cause"),
)


@dataclass
class Course:
    """An incident on its way from what it was to what its alarms say."""

    incident: Incident
    at: datetime
    acted: bool  # somebody has done something about it
    log: list[Entry] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def begin(self, group: Group) -> None:
        """A new incident. One that is over and was found late is only recorded, and waits for nobody."""
        self._take(group)
        self._happened(Kind.OPENED, group.onset, alarms=told(group.members))
        if group.cleared is not None:
            self._over(group)
        self._sound(group)

    def split(self, group: Group, whole: Incident) -> None:
        """A part of another incident, which stands by itself now. It does not sound again."""
        for name in INHERITED:
            setattr(self.incident, name, getattr(whole, name))
        self._take(group)
        self._happened(Kind.SPLIT, group.onset, whole=whole.id, alarms=told(group.members))
        self._settle(group, was_over=whole.cleared is not None)

    def gave(self, part: Incident) -> None:
        """A part of this one stands by itself now."""
        self._happened(Kind.SPLIT, part.onset, part=part.id)

    def go_on(self, group: Group, joined: Sequence[Member], absorbed: Sequence[Incident]) -> None:
        """The incident with its alarms as they are now: `joined` came in, and with them the `absorbed` incidents."""
        before = {name: getattr(self.incident, name) for name in ("onset", "cleared", "severity")}
        for other in absorbed:
            self._inherit(other)
        self._take(group)
        after = {name: getattr(self.incident, name) for name in before}
        new = [member for member in joined if member.id is None]
        if new:
            self._happened(Kind.JOINED, new[0].found.onset, alarms=told(new))
        if after["severity"] > before["severity"]:
            worst = max(group.members, key=lambda member: member.found.severity).found
            self._happened(Kind.WORSE, worst.peak_time or worst.raised, severity=group.severity, alarms=[_told(worst)])
        elif after["onset"] != before["onset"] or after["severity"] != before["severity"]:
            self._happened(Kind.COMPLETED, group.onset, before=_plain(before), after=_plain(after))
        self._reopen(group, new, worse=after["severity"] > before["severity"])
        self._settle(group, was_over=before["cleared"] is not None)
        self._sound(group)

    def merge_into(self, other: Incident) -> None:
        """Its alarms are another incident's now."""
        was = {"state": str(self.incident.state), "outcome": self.incident.outcome, "cause": self.incident.cause}
        self._close(Outcome.MERGED)
        self.incident.merged_into_id = other.id
        self._happened(Kind.MERGED, into=other.id, was=was)

    def withdraw(self, gone: Sequence[Found]) -> None:
        """No alarm is left of it: the data were corrected. What people did about it stays as they left it."""
        alarms, incident = [_told(one) for one in gone], self.incident
        end = incident.cleared or max([incident.onset, *(one.last_beyond for one in gone)])
        incident.cleared = end
        by_people = (self.acted and incident.state != State.CLOSED) or incident.closed_by_id is not None
        if not by_people:
            self._close(Outcome.WITHDRAWN)
            self._happened(Kind.CLOSED, end, outcome=str(Outcome.WITHDRAWN), withdrawn=alarms)
            return
        self._happened(Kind.COMPLETED, end, withdrawn=alarms)
        if incident.state != State.CLOSED:
            incident.state = State.CLEARED
            self._happened(Kind.CLEARED, end)

    def _take(self, group: Group) -> None:
        incident = self.incident
        incident.family, incident.thing_id = group.family, group.home
        incident.onset, incident.cleared, incident.severity = group.onset, group.cleared, group.severity
        incident.changed = self.at

    def _inherit(self, other: Incident) -> None:
        """What people heard of a part, and did about it, holds for the whole."""
        mine = self.incident
        mine.told = min(filter(None, (mine.told, other.told)), default=None)
        mine.told_severity = max(mine.told_severity, other.told_severity)
        if mine.acknowledged is None:
            mine.acknowledged, mine.acknowledged_by_id = other.acknowledged, other.acknowledged_by_id
        if mine.assigned_to_id is None:
            mine.assigned_to_id = other.assigned_to_id
        self._happened(Kind.MERGED, other.onset, absorbed=other.id)

    def _reopen(self, group: Group, new: Sequence[Member], *, worse: bool) -> None:
        """What somebody closed stays closed, unless something new or graver goes on now."""
        incident = self.incident
        if incident.state != State.CLOSED:
            return
        by_us = incident.closed_by_id is None and group.cleared is None
        live = any(member.is_live for member in new) or (worse and any(one.is_live for one in group.members))
        if not (by_us or live):
            return
        was = {"outcome": incident.outcome, "cause": incident.cause}
        incident.state, incident.closed, incident.closed_by_id = State.OPEN, None, None
        incident.outcome, incident.cause = "", ""
        if live:  # it is told again, and waits for somebody again
            incident.acknowledged, incident.acknowledged_by_id, incident.escalation = None, None, 0
            incident.told_severity = 0
        self._happened(Kind.REOPENED, group.onset, was=was)

    def _settle(self, group: Group, *, was_over: bool) -> None:
        """From open to cleared and back, as the alarms say."""
        incident = self.incident
        if group.cleared is None:
            if incident.state == State.CLEARED:
                incident.state = State.OPEN
                self._happened(Kind.REOPENED, group.onset)
            elif incident.state == State.HELD and any(member.heard for member in group.members):
                incident.state = State.OPEN
                self._happened(Kind.RESUMED)
        elif incident.state in (State.OPEN, State.HELD):
            self._over(group)
        elif incident.state == State.CLOSED and not was_over:
            self._happened(Kind.CLEARED, group.cleared)

    def _over(self, group: Group) -> None:
        late = not any(member.fresh for member in group.members)
        self.incident.state = State.CLEARED
        self._happened(Kind.CLEARED, group.cleared)
        if late and self.incident.told is None and not self.acted:
            self._close(Outcome.RECORDED)
            self._happened(Kind.CLOSED, group.cleared, outcome=str(Outcome.RECORDED))

    def _close(self, outcome: Incident.Outcome) -> None:
        incident = self.incident
        incident.state, incident.outcome = State.CLOSED, outcome
        incident.closed, incident.changed = incident.closed or self.at, self.at

    def _sound(self, group: Group) -> None:
        """People are told of what goes on now, once, and again when it is graver than they know."""
        incident = self.incident
        live = any(member.is_live for member in group.members)
        if incident.state != State.OPEN or not live or incident.severity <= incident.told_severity:
            return
        again = Kind.REOPENED if any(change.kind == Kind.REOPENED for change in self.changes) else Kind.WORSE
        kind = Kind.OPENED if incident.told is None else again
        incident.told = incident.told or self.at
        incident.told_severity = incident.severity
        self.changes = [change for change in self.changes if change.kind != kind]
        self.changes.append(Change(incident, kind, sounds=True))

    def _happened(self, kind: Entry.Kind, time: datetime | None = None, **facts: Any) -> None:
        self.log.append(Entry(at=self.at, time=time, kind=kind, facts=facts))
        self.changes.append(Change(self.incident, kind))


def told(members: Collection[Member]) -> list[dict[str, Any]]:
    """Alarms as the log keeps them, the first twenty of them."""
    return [_told(member.found) for member in list(members)[:20]]


def _told(found: Found) -> dict[str, Any]:
    names = ("code", "rule_id", "thing_id", "datastream_id", "onset", "raised", "cleared")
    return _plain({name: getattr(found, name) for name in (*names, "step", "severity", "level", "peak", "peak_time")})


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in facts.items()}
