"""Judgements of values: proposed by one person, decided by another. Approving one is ingest/validating.py's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring.models import Datastream, Judgement
from nonnuoc.records.monitoring.selectors import subject

State = Judgement.State
Procedure = Datastream.Procedure

UNJUDGED = """
SELECT datastream_id, count(*), count(*) FILTER (WHERE quality & 15 = 3), count(*) FILTER (WHERE quality & 15 = 4),
    min(time), max(time)
FROM observation
WHERE datastream_id = ANY(%s) AND time >= %s AND time < %s AND quality >= 0
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The values of a datastream that no person has judged yet."""

    datastream: Datastream
    values: int
    suspect: int
    failed: int
    first: datetime
    last: datetime


def unjudged(reach: Reach, since: datetime, until: datetime) -> list[Unjudged]:
    """Of every raw or sampled datastream within reach that has such values in [since, until), most doubted first."""
    within = reach.within("thing__office_id", "thing__commune_id", "thing__facility")
    measured = Datastream.objects.filter(within, procedure__in=(Procedure.RAW, Procedure.SAMPLE))
    known = {one.id: one for one in measured.select_related("thing", "observed_property")}
    with connection.cursor() as cursor:
        cursor.execute(UNJUDGED, [list(known), since, until])
        found = [Unjudged(known[row[0]], *row[1:]) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.failed - one.suspect, str(one.datastream)))


def listed(reach: Reach, states: Sequence[str]) -> QuerySet[Judgement]:
    """Judgements in these states of stations within reach, the newest first."""
    within = reach.within(
        "datastream__thing__office_id", "datastream__thing__commune_id", "datastream__thing__facility"
    )
    chain = ("datastream__thing", "datastream__observed_property", "proposed_by", "decided_by")
    return Judgement.objects.filter(within, state__in=states).select_related(*chain).order_by("-id")


def by_id(identity: int) -> Judgement | None:
    """One of them."""
    chain = ("datastream__thing", "datastream__observed_property", "proposed_by", "decided_by")
    return Judgement.objects.select_related(*chain).filter(id=identity).first()


@transaction.atomic
def propose(
    stream: Datastream, *, since: datetime, until: datetime, verdict: str, reason: str, by: Person
) -> Judgement:
    """Say what the values of since <= time < until are worth. Proposed again just so: the one that waits.

    Raises ValidationError for a span that another waiting judgement touches, for a mean or an index, for no reason.
    """
    lent = access.require(by, "observations.correct", subject(stream.thing)).lent
    if stream.procedure not in (Procedure.RAW, Procedure.SAMPLE):
        raise ValidationError(gettext("Judge what was measured; means and indices follow from it."))
    if not reason.strip():
        raise ValidationError({"reason": gettext("Say why: whoever approves it must be able to tell.")})
    waiting = Judgement.objects.select_for_update().filter(datastream=stream, state=State.WAITING)
    same = waiting.filter(since=since, until=until, verdict=verdict, reason=reason.strip(), proposed_by=by).first()
    if same is not None:
        return same
    if waiting.filter(since__lt=until, until__gt=since).exists():
        raise ValidationError(gettext("Another judgement of these values waits already. Decide that one first."))
    judgement = Judgement(
        datastream=stream, since=since, until=until, verdict=verdict, reason=reason.strip(), proposed_by=by
    )
    judgement.full_clean()
    judgement.save()
    audit.record(by, "judgement.proposed", str(stream), after=facts(judgement), through=lent)
    return judgement


@transaction.atomic
def send_back(judgement: Judgement, *, note: str, by: Person) -> None:
    """Not approved; the note tells the reviewer why. Decided already: nothing happens."""
    lent = access.require(by, "observations.approve", subject(judgement.datastream.thing)).lent
    if not note.strip():
        raise ValidationError({"note": gettext("Say why: the reviewer must be able to mend it.")})
    if decide(judgement, State.RETURNED, by=by, note=note.strip()):
        audit.record(by, "judgement.returned", str(judgement.datastream), after=facts(judgement), through=lent)


@transaction.atomic
def withdraw(judgement: Judgement, *, by: Person) -> None:
    """Taken back by who proposed it. Decided already: nothing happens."""
    if by.id != judgement.proposed_by_id:
        raise ValidationError(gettext("Only who proposed it can take it back."))
    if decide(judgement, State.WITHDRAWN, by=by):
        audit.record(by, "judgement.withdrawn", str(judgement.datastream), after=facts(judgement))


def decide(judgement: Judgement, state: str, *, by: Person, note: str = "") -> bool:
    """Write the decision down, once; in the caller's transaction. False: somebody had decided before."""
    decision = {"decided_by": by, "decided_at": timezone.now(), "note": note}
    waiting = Judgement.objects.filter(id=judgement.id, state=State.WAITING)
    if not waiting.update(state=state, **decision):
        return False
    judgement.refresh_from_db()
    return True


def count(judgement: Judgement, changed: int) -> None:
    """How many values it changed."""
    judgement.changed = changed
    judgement.save(update_fields=["changed"])


def facts(judgement: Judgement) -> dict[str, object]:
    """What the audit trail keeps of it."""
    return {
        "id": judgement.id,
        "since": judgement.since.isoformat(),
        "until": judgement.until.isoformat(),
        "verdict": str(judgement.verdict),
        "reason": judgement.reason,
        "state": str(judgement.state),
        "note": judgement.note,
        "changed": judgement.changed,
    }
