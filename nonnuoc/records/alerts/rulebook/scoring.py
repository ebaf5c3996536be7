"""How good the rules of alarm are: what people said of the incidents they opened, and what they missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection

# An incident counts once for every rule that has an alarm in it. `delay` is from the onset of the rule's first alarm to
# when people were told, `answer` from then to the acknowledgement; of incidents that never sounded there is neither.
SCORES = """
WITH own AS (
    SELECT a.code, a.incident_id, min(a.onset) AS onset FROM alerts_alarm a
    WHERE a.onset >= %(since)s AND a.onset < %(until)s GROUP BY 1, 2
), scored AS (
    SELECT own.code, i.state, i.outcome, extract(epoch FROM i.told - own.onset) AS delay,
        extract(epoch FROM i.acknowledged - i.told) AS answer
    FROM own JOIN alerts_incident i ON i.id = own.incident_id
    WHERE i.outcome <> 'merged'
), missed AS (
    SELECT code, count(*) AS n FROM alerts_missed WHERE since >= %(since)s AND since < %(until)s GROUP BY 1
)
SELECT coalesce(s.code, missed.code),
    coalesce(s.confirmed, 0), coalesce(s.false_alarm, 0), coalesce(s.recorded, 0), coalesce(s.withdrawn, 0),
    coalesce(s.exercise, 0), coalesce(s.open, 0), coalesce(missed.n, 0), s.delay, s.answer
FROM (
    SELECT code,
        count(*) FILTER (WHERE outcome = 'confirmed') AS confirmed,
        count(*) FILTER (WHERE outcome = 'false_alarm') AS false_alarm,
        count(*) FILTER (WHERE outcome = 'recorded') AS recorded,
        count(*) FILTER (WHERE outcome = 'withdrawn') AS withdrawn,
        count(*) FILTER (WHERE outcome = 'exercise') AS exercise,
        count(*) FILTER (WHERE state <> 'closed') AS open,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY delay) FILTER (WHERE delay >= 0) AS delay,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY answer) FILTER (WHERE answer >= 0) AS answer
    FROM scored GROUP BY 1
) AS s FULL JOIN missed ON missed.code = s.code
"""
MISSED = """
SELECT m.since, m.until, m.note, t.name, p.name FROM alerts_missed m
LEFT JOIN monitoring_thing t ON t.id = m.thing_id JOIN accounts_person p ON p.id = m.by_id
WHERE m.code = %s AND m.since >= %s AND m.since < %s ORDER BY m.since DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of a rule's incidents over a span, by the onset of its alarms."""

    code: str
    confirmed: int = 0
    false_alarm: int = 0
    recorded: int = 0  # found in late data; they never sounded
    withdrawn: int = 0  # the data were corrected
    exercise: int = 0
    open: int = 0  # nobody has said yet
    missed: int = 0  # what it should have found, as people told
    delay: timedelta | None = None  # median, from onset to when people were told
    answer: timedelta | None = None  # median, from there to the acknowledgement

    @property
    def judged(self) -> int:
        """Of how many somebody has said whether they were true."""
        return self.confirmed + self.false_alarm

    @property
    def total(self) -> int:
        """All its incidents."""
        return self.judged + self.recorded + self.withdrawn + self.exercise + self.open

    @property
    def precision(self) -> float | None:
        """The share of true ones among those somebody judged; None of none."""
        return self.confirmed / self.judged if self.judged else None

    @property
    def found(self) -> float | None:
        """The share it found of the events that are known to have been; None of none."""
        events = self.confirmed + self.missed
        return self.confirmed / events if events else None


@dataclass(frozen=True, slots=True)
class MissedEvent:
    """An event a rule should have found."""

    since: datetime
    until: datetime | None
    note: str
    station: str  # "": of none
    by: str


def scores(since: datetime, until: datetime) -> dict[str, Score]:
    """By code, of every rule that has incidents or missed events in [since, until). One query."""
    with connection.cursor() as cursor:
        cursor.execute(SCORES, {"since": since, "until": until})
        rows = cursor.fetchall()
    return {
        code: replace(Score(code, *counts), delay=_span(delay), answer=_span(answer))
        for code, *counts, delay, answer in rows
    }


def missed(code: str, since: datetime, until: datetime) -> list[MissedEvent]:
    """What this rule missed, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(MISSED, [code, since, until])
        return [MissedEvent(begins, ends, note, station or "", by) for begins, ends, note, station, by in cursor]


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))
