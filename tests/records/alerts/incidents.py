"""Rules, incidents, alarms and their logs for tests: rows as the engine and people leave them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Entry, Family, Incident, Severity
from nonnuoc.records.monitoring.models import Datastream, Thing

Kind = AlarmRule.Kind
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
KINDS = {
    Family.ENVIRONMENT: Kind.LIMIT,
    Family.SILENCE: Kind.SILENCE,
    Family.OPERATION: Kind.STUCK,
    Family.SYSTEM: Kind.LAG,
}


def rule(code: str = "pm25-24h", kind: str = Kind.LIMIT, **facts: Any) -> AlarmRule:
    """The version in force of a rule, one for each code. Switched off: no engine makes alarms of its own by it."""
    known = AlarmRule.objects.filter(code=code, valid_to=None).first()
    words = {
        "name_vi": "PM2.5 trung bình 24 giờ vượt quy chuẩn",
        "name_en": "PM2.5, 24-hour mean, over the limit",
        "meaning_vi": "Không khí có hại cho người nhạy cảm.",
        "meaning_en": "The air harms sensitive people.",
        "action_vi": "Xem thiết bị và các trạm lân cận; xác nhận rồi cảnh báo.",
        "action_en": "Look at the instrument and the stations near by; confirm, then warn.",
        "article": "QCVN 05:2023/BTNMT, bảng 1",
    }
    fresh = {
        "version": 1,
        "kind": kind,
        "steps": [{"severity": 3, "above": 45.0}],
        "valid_from": LONG_AGO,
        **words,
        **facts,
    }
    return known or AlarmRule.objects.create(code=code, **fresh)


def incident(
    thing: Thing | None,
    *,
    at: datetime,
    family: str = Family.ENVIRONMENT,
    severity: int = Severity.SEVERE,
    onset: timedelta = timedelta(hours=2),
    **facts: Any,
) -> Incident:
    """One that was opened ten minutes after it began (or was raised), `onset` before `at`."""
    began = at - onset
    opened = min(began + timedelta(minutes=10), at)
    known = {"opened": opened, "changed": opened, "told": opened, "told_severity": severity}
    if facts.get("state") == Incident.State.CLOSED:
        known |= {"closed": at, "outcome": Incident.Outcome.CONFIRMED, "cleared": at, "acknowledged": opened}
    if facts.get("state") == Incident.State.CLEARED:
        known |= {"cleared": at}
    made = Incident.objects.create(
        thing=thing, family=family, severity=severity, onset=began, **{**known, **facts}
    )  # fmt: skip
    entry(made, Entry.Kind.OPENED, at=made.opened, time=made.onset)
    return made


def alarm(
    of: Incident,
    stream: Datastream | None = None,
    *,
    code: str = "pm25-24h",
    kind: str = "",
    peak: float | None = 68.0,
    level: float | None = 45.0,
    **facts: Any,
) -> Alarm:
    """One alarm of the incident, as long as it."""
    values = stream is not None and of.family == Family.ENVIRONMENT
    known = {
        "rule": rule(code, kind or KINDS[Family(of.family)]),
        "thing": stream.thing if stream else of.thing,
        "onset": of.onset,
        "raised": of.onset,
        "last_beyond": of.cleared or of.onset + timedelta(minutes=30),
        "cleared": of.cleared,
        "severity": of.severity,
        "level": level if values else None,
        "peak": peak if values else None,
        "peak_time": of.onset + timedelta(minutes=30) if values else None,
        "beyond": 3,
        "recorded": of.opened,
    }
    return Alarm.objects.create(incident=of, code=code, datastream=stream, **{**known, **facts})


def entry(of: Incident, kind: str, *, at: datetime, by: Person | None = None, **facts: Any) -> Entry:
    """One line of its log."""
    return Entry.objects.create(incident=of, at=at, kind=kind, by=by, **facts)
