"""Producers under extended responsibility: what is late, and who is named in public as doing well."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.waste import declarations
from nonnuoc.records.registers.waste.declarations import Standing
from nonnuoc.records.registers.waste.declared import DECLARATIONS, PRODUCERS
from nonnuoc.records.registers.waste.models import Praise, Producer

State = Praise.State


def subject(producer: Producer) -> Subject:
    """What access decides on."""
    return reading.subject(PRODUCERS, producer)


def standings(rights: Rights, today: date | None = None) -> list[Standing]:
    """Of every declaration one may read: late ones first, then those whose day is not known, then the others."""
    today = today or timezone.localdate()
    of = reading.readable(DECLARATIONS, rights).select_related("producer__facility").order_by("due", "code")
    found = [declarations.standing(one, today) for one in of]
    return sorted(found, key=lambda one: (one.late is not True, one.late is not None))


def praises(rights: Rights) -> QuerySet[Praise]:
    """Proposed and published, of producers one may read, newest first."""
    producers = reading.readable(PRODUCERS, rights)
    shown = Praise.objects.filter(producer__in=producers, state__in=(State.PROPOSED, State.PUBLISHED))
    return shown.select_related("producer", "by", "decided_by")


def producer(code: str, rights: Rights) -> Producer | None:
    """The producer of this code; None where there is none, or none they may know of."""
    return reading.one(PRODUCERS, code, rights)


def one(identity: int, rights: Rights) -> Praise | None:
    """Of a producer they may read; None else."""
    return praises(rights).filter(id=identity).first()


def published(producer: Producer) -> QuerySet[Praise]:
    """What everybody reads of it."""
    return Praise.objects.filter(producer=producer, state=State.PUBLISHED)


@transaction.atomic
def propose(producer: Producer, *, year: int, words: str, by: Person | None) -> Praise:
    """Propose to name it in public; the same one twice is one. Raises ValidationError and PermissionDenied."""
    through = access.of(by).require("registers.keep", subject(producer)).lent
    if not words.strip():
        raise ValidationError({"words": _("Say what it does well: everybody will read it.")})
    if not 2000 <= year <= timezone.localdate().year:
        raise ValidationError({"year": _("Name a year that has begun.")})
    Producer.objects.select_for_update().get(id=producer.id)
    standing = Praise.objects.filter(producer=producer, year=year, state__in=(State.PROPOSED, State.PUBLISHED))
    if (known := standing.first()) is not None:
        return known
    made = Praise.objects.create(producer=producer, year=year, words=words.strip()[:300], by=by, at=timezone.now())
    audit.record(by, "producer.proposed", producer.code, after={"text": made.words}, through=through)
    return made


@transaction.atomic
def decide(identity: int, *, publish: bool, answer: str = "", by: Person | None) -> Praise:
    """A second person publishes it, or declines; published, the producer's entry is public.

    Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    praise = Praise.objects.select_for_update(of=("self",)).select_related("producer__facility").get(id=identity)
    through = access.of(by).require("producers.publish", subject(praise.producer)).lent
    if praise.state != State.PROPOSED:
        return praise
    if by is not None and praise.by_id == by.id:
        raise PermissionDenied(_("Whoever proposed it does not publish it: somebody else does."))
    if not publish and not answer.strip():
        raise ValidationError({"answer": _("Say why it is declined.")})
    _close(praise, State.PUBLISHED if publish else State.DECLINED, answer, by)
    if publish:
        _show(praise.producer, DataClass.PUBLIC, praise.words)
    audit.record(by, "producer.decided", praise.producer.code, after={"state": praise.state}, through=through)
    return praise


@transaction.atomic
def take_back(identity: int, *, why: str, by: Person | None) -> Praise:
    """No longer name it in public; its entry is internal again where no other year names it."""
    praise = Praise.objects.select_for_update(of=("self",)).select_related("producer__facility").get(id=identity)
    through = access.of(by).require("producers.publish", subject(praise.producer)).lent
    if praise.state not in (State.PROPOSED, State.PUBLISHED):
        return praise
    if not why.strip():
        raise ValidationError({"answer": _("Say why it is taken back.")})
    _close(praise, State.ENDED, why, by)
    if not published(praise.producer).exists():
        _show(praise.producer, DataClass.INTERNAL, why)
    audit.record(by, "producer.decided", praise.producer.code, after={"state": praise.state}, through=through)
    return praise


def _close(praise: Praise, state: State, answer: str, by: Person | None) -> None:
    praise.state, praise.answer = state, answer.strip()[:300]
    praise.decided_by, praise.decided_at = by, timezone.now()
    praise.save()


def _show(producer: Producer, data_class: DataClass, reason: str) -> None:
    """What follows from the decision; who decided stands in the trail, and may not be one who writes entries."""
    keeping.change(PRODUCERS, producer.code, {"data_class": data_class}, by=None, reason=reason)
