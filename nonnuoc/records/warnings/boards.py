"""Warnings as the desk lists them: what waits for whom, what is in force, what is over. Nothing here writes.

What is not published is seen by those who write or approve warnings there, and by those who watch over the area
(`incidents.read`); not by an enterprise, whose own station a draft may be about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.places import selectors as places
from nonnuoc.records.warnings.models import PublicWarning

State, MessageType = PublicWarning.State, PublicWarning.MessageType
OVER = timedelta(days=30)  # how long what is over stays in the list
MOST = 100  # of what is over


@dataclass(frozen=True, slots=True)
class Board:
    """All that one person may see, by what it needs of them. Each list the newest first, but what waits the oldest."""

    mine_to_decide: list[PublicWarning]
    others_to_decide: list[PublicWarning]  # also one's own words, which somebody else approves
    drafts: list[PublicWarning]
    in_force: list[PublicWarning]
    over: list[PublicWarning]


def board(rights: Rights, at: datetime) -> Board:
    """Six queries, whatever their number."""
    unpublished = list(
        warnings().filter(_seen_by(rights), state__in=(State.DRAFT, State.RETURNED, State.PROPOSED)).distinct()
    )
    proposed = [one for one in unpublished if one.state == State.PROPOSED]
    mine = [one for one in proposed if may_decide(rights, one)]
    known = warnings().filter(state=State.PUBLISHED, expires__gt=at - OVER).order_by("-sent", "-id")
    published = list(known)
    changed = {one.changes_id for one in published}
    standing = [one for one in published if one.id not in changed]
    return Board(
        mine_to_decide=sorted(mine, key=lambda one: one.id),
        others_to_decide=sorted((one for one in proposed if one not in mine), key=lambda one: one.id),
        drafts=[one for one in unpublished if one.state != State.PROPOSED],
        in_force=[one for one in standing if is_in_force(one, at)],
        over=[one for one in standing if not is_in_force(one, at)][:MOST],
    )


def by_uuid(uuid: UUID) -> PublicWarning | None:
    """One of them; whether somebody may see it, `may_see` tells."""
    return warnings().filter(uuid=uuid).first()


def may_see(rights: Rights, warning: PublicWarning) -> bool:
    """Published ones everybody; the others as in the lists."""
    area = {one.id for one in warning.communes.all()}
    bounds = list(_bounds(rights))
    return warning.state == State.PUBLISHED or any(bound is None or area & bound for bound in bounds)


def warnings() -> QuerySet[PublicWarning]:
    """With all that is told of them, the newest first."""
    chain = ("incident__thing", "river", "changes", "written_by", "decided_by")
    area = Prefetch("communes", queryset=places.communes())
    return PublicWarning.objects.select_related(*chain).prefetch_related(area).order_by("-id")


def changed_by(warning: PublicWarning) -> list[PublicWarning]:
    """What is being written to change it, or has changed it: the newest first."""
    return list(warnings().filter(changes=warning).exclude(state=State.WITHDRAWN))


def is_in_force(warning: PublicWarning, at: datetime) -> bool:
    """Of a published one that nothing has changed."""
    return warning.message_type != MessageType.CANCEL and warning.expires > at


def may_decide(rights: Rights, warning: PublicWarning) -> bool:
    """Whether this person may approve these words, which are not their own, in the whole area."""
    own = rights.person is not None and warning.written_by_id == rights.person.id
    return not own and may(rights, "warnings.approve", warning)


def may(rights: Rights, action: str, warning: PublicWarning) -> bool:
    """As `reaching.may`, of one whose communes have been read."""
    return all(rights.may(action, one) for one in subjects(warning))


def subjects(warning: PublicWarning) -> list[Subject]:
    """As `reaching.subjects`, of one whose communes have been read."""
    if warning.polygon is None:
        if communes := [one.id for one in warning.communes.all()]:
            return [Subject(commune_id=one) for one in communes]
        if warning.incident is not None and warning.incident.thing is not None:
            return [monitoring.subject(warning.incident.thing)]
    return [Subject()]


def _seen_by(rights: Rights) -> Q:
    found = Q(pk__in=[])
    for bound in _bounds(rights):
        found |= Q(pk__isnull=False) if bound is None else Q(communes__in=bound)
    return found


def _bounds(rights: Rights) -> Iterator[frozenset[int] | None]:
    """The communes within which this person sees what is not published; None: everywhere."""
    for action in ("warnings.write", "warnings.approve", "incidents.read"):
        for part in rights.reach(action).parts:
            if part.offices is None and not part.facility:
                yield part.communes
