"""A judgement that two people agree on enters the river where the checks stand, and takes the same way down."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from nonnuoc.domain.quality import Flag
from nonnuoc.ingest import pipeline
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import judgements
from nonnuoc.records.monitoring.models import Judgement
from nonnuoc.records.monitoring.selectors import subject

#: The flag a verdict gives; None keeps what the checks said.
FLAGS = {
    Judgement.Verdict.AS_CHECKED: None,
    Judgement.Verdict.GOOD: Flag.GOOD,
    Judgement.Verdict.SUSPECT: Flag.SUSPECT,
    Judgement.Verdict.FAIL: Flag.FAIL,
}


@transaction.atomic
def approve(judgement: Judgement, *, by: Person, note: str = "") -> int:
    """The values are validated from now on; give how many changed. Decided already: 0, and nothing happens.

    Raises PermissionDenied, and ValidationError for who proposed it: four eyes see more than two.
    """
    stream = judgement.datastream
    lent = access.require(by, "observations.approve", subject(stream.thing)).lent
    if by.id == judgement.proposed_by_id:
        raise ValidationError(gettext("You proposed this. Somebody else has to approve it."))
    if not judgements.decide(judgement, Judgement.State.APPROVED, by=by, note=note.strip()):
        return 0
    changed = pipeline.correct(
        stream,
        since=judgement.since,
        until=judgement.until,
        flag=FLAGS[Judgement.Verdict(judgement.verdict)],
        reason=judgement.reason,
        by=by,
    )
    judgements.count(judgement, changed)
    audit.record(by, "judgement.approved", str(stream), after=judgements.facts(judgement), through=lent)
    return changed
