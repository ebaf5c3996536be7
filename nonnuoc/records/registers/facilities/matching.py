"""Pairs of facilities that may be one: found when facilities are written, decided by people, never joined by itself.

A change marks its facility as not yet compared (`compared` older than `changed`); once the transaction that wrote it is
through, however many it wrote, they are compared with the others, all in one go (domain/resemblance.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import resemblance
from nonnuoc.domain.resemblance import Facts, Judged
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import names, province
from nonnuoc.records.registers.facilities.models import Facility, Match
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model

COLUMNS = ("id", "name", "business_code", "owner_name", "address", "commune_id", "lon", "lat")
FEW = 50  # facilities that are compared with their neighbourhood alone; for more, all are read
AROUND = 0.005  # degrees of a box that holds everything within NEAR_M
UNDECIDED = (Match.State.OPEN, Match.State.LATER)
CARRIED = ["carried", 0]  # a reason: found between one of them and an entry that was merged into the other since
WAITING = Q(compared=None) | Q(compared__lt=F("changed"))
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('facilities are compared', 0))"


Pair = tuple[int, int]


class Found(NamedTuple):
    """What speaks for a pair: as the columns of Match."""

    score: int
    sure: bool
    reasons: list[list[Any]]


def later(_facility: Facility, _by: Person | None) -> None:
    """Compare what this transaction wrote once it is through (`Register.kept`); asked a thousand times, done once."""
    queued: list[Any] = [one[1] for one in connection.run_on_commit]
    if compare_waiting not in queued:
        transaction.on_commit(compare_waiting, robust=True)


def waiting() -> QuerySet[Facility]:
    """Facilities in the register that were not compared since they last changed."""
    return Facility.objects.filter(WAITING, withdrawn=None)


@transaction.atomic
def compare_waiting(at: datetime | None = None) -> int:
    """Compare every facility that waits for it with the others; give how many new pairs people should look at."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    asked = list(waiting().values_list(*COLUMNS))
    if not asked:
        return 0
    found = _found(asked)
    made = _keep(found, {row[0] for row in asked}, at or timezone.now())
    moment = timezone.now()
    Facility.objects.filter(id__in=[row[0] for row in asked]).update(compared=moment)
    return made


def _found(asked: Sequence[tuple[Any, ...]]) -> Mapping[Pair, Found]:
    """Of each pair of ids, one of them asked for, what speaks for it."""
    rows = list(Facility.objects.filter(_neighbourhood(asked), withdrawn=None).order_by("id").values_list(*COLUMNS))
    ids = [row[0] for row in rows]
    facts = encoded(rows)
    judged = resemblance.judge(facts, *resemblance.pairs(facts, np.isin(ids, [row[0] for row in asked])))
    return {
        (ids[i], ids[j]): Found(score, sure, told)
        for i, j, score, sure, told in zip(
            judged.first.tolist(),
            judged.second.tolist(),
            judged.score.tolist(),
            judged.sure.tolist(),
            _told(judged),
            strict=True,
        )
    }


def _told(judged: Judged) -> Iterable[list[list[Any]]]:
    for line in judged.points.tolist():
        yield [[name, points] for name, points in zip(resemblance.REASONS, line, strict=True) if points]


def _neighbourhood(asked: Sequence[tuple[Any, ...]]) -> Q:
    """The facilities that one of these could be; all where these are many."""
    if len(asked) > FEW:
        return Q()
    near = Q(id__in=[row[0] for row in asked]) | Q(commune_id__in={row[5] for row in asked if row[5]})
    near |= Q(commune_id=None)
    for _id, name, code, _owner, _address, commune, lon, lat in asked:
        if code:
            near |= Q(business_code__startswith=code[:10])
        if lon is not None:
            near |= Q(lon__range=(lon - AROUND, lon + AROUND), lat__range=(lat - AROUND, lat + AROUND))
        if commune is None:
            near |= _named(name)
    return near


def _named(name: str) -> Q:
    """Those whose name holds the two longest words of this one."""
    found = Q()
    for word in sorted(resemblance.core(names.folded(name)), key=len)[-2:]:
        found &= Q(words__contains=f" {word}")
    return found


def encoded(rows: Sequence[tuple[Any, ...]]) -> Facts:
    """Rows of COLUMNS as the arrays that `domain.resemblance` compares."""
    keys: dict[str, int] = {"": 0}
    places: dict[str, int] = {}
    told = [resemblance.core(names.folded(row[1])) for row in rows]
    words = np.full((len(rows), max((len(one) for one in told), default=0)), -1, np.int64)
    for line, one in zip(words, told, strict=True):
        line[: len(one)] = [places.setdefault(word, len(places)) for word in one]
    lon, lat = (np.array([np.nan if row[at] is None else row[at] for row in rows], float) for at in (6, 7))
    x, y = resemblance.plane(lon, lat)

    def numbered(texts: Iterable[str]) -> resemblance.Ints:
        return np.array([keys.setdefault(text, len(keys)) for text in texts], np.int64)

    return Facts(
        code=numbered(row[2] for row in rows),
        enterprise=numbered(row[2][:10] for row in rows),
        name=numbered(" ".join(one) for one in told),
        words=words,
        weights=resemblance.weights(list(places), _province()),
        digits=np.array([word.isdigit() for word in places], bool),
        commune=np.array([row[5] or 0 for row in rows], np.int64),
        address=numbered(names.folded(row[4]) for row in rows),
        owner=numbered(" ".join(resemblance.core(names.folded(row[3]))) for row in rows),
        x=x,
        y=y,
    )


def _province() -> frozenset[str]:
    """Words of the province's own name, which many names have."""
    return frozenset(names.folded(province.read().name).split())


def _keep(found: Mapping[Pair, Found], asked: Collection[int], at: datetime) -> int:
    """Write what was found of these facilities; what people decided stands. Give how many pairs are new."""
    apart, roots = _told_apart(), _roots()
    held = {
        (one.first_id, one.second_id): one for one in Match.objects.filter(Q(first__in=asked) | Q(second__in=asked))
    }
    fresh, again = [], []
    for pair, facts in found.items():
        known = held.pop(pair, None)
        if known is None:
            if frozenset(roots.get(one, one) for one in pair) not in apart:
                fresh.append(Match(first_id=pair[0], second_id=pair[1], found=at, **facts._asdict()))
        elif known.state in UNDECIDED:
            known.score, known.sure, known.reasons = facts
            again.append(known)
    gone = [one.pk for one in held.values() if one.state in UNDECIDED and CARRIED not in one.reasons]
    Match.objects.bulk_create(fresh)
    Match.objects.bulk_update(again, Found._fields)
    Match.objects.filter(pk__in=gone).delete()
    return len(fresh)


def _roots() -> dict[int, int]:
    """Of each merged facility the one that carries it on."""
    into = dict(Facility.objects.exclude(merged_into=None).values_list("id", "merged_into_id"))
    found = {}
    for one in into:
        root = into[one]
        while root in into:
            root = into[root]
        found[one] = root
    return found


def _told_apart() -> set[frozenset[int]]:
    """Pairs of facilities, as they stand now, that people found to be different."""
    roots = _roots()
    told = Match.objects.filter(state=Match.State.DIFFERENT).values_list("first_id", "second_id")
    return {frozenset((roots.get(first, first), roots.get(second, second))) for first, second in told}


def carry(merged: Facility, survivor: Facility, at: datetime) -> None:
    """What still waited between a facility and others waits, once it is merged, between its survivor and them."""
    apart, roots = _told_apart(), _roots()
    waits = Match.objects.filter(Q(first=merged) | Q(second=merged), state__in=UNDECIDED)
    for one in waits:
        other = one.second_id if one.first_id == merged.pk else one.first_id
        pair = sorted((survivor.pk, other))
        if other == survivor.pk or frozenset((survivor.pk, roots.get(other, other))) in apart:
            continue
        facts = {"score": one.score, "reasons": [*one.reasons, CARRIED], "found": at}
        Match.objects.get_or_create(first_id=pair[0], second_id=pair[1], defaults=facts)


def queue(rights: Rights, *states: str) -> QuerySet[Match]:
    """The pairs of these states (those that wait) that this person may decide on, the surest first."""
    reach = rights.reach("facilities.merge")
    within = [
        reach.within(f"{side}__office_id", f"{side}__commune_id", f"{side}__code") for side in ("first", "second")
    ]
    found = Match.objects.filter(*within, state__in=states or (Match.State.OPEN,))
    return found.filter(first__withdrawn=None, second__withdrawn=None)


def listed(rights: Rights, state: str) -> QuerySet[Match]:
    """The same with everything that a page shows of them."""
    return queue(rights, state).select_related(
        *(f"{side}__{name}" for side in ("first", "second") for name in ("commune", "zone", "office"))
    )


def decided(rights: Rights) -> QuerySet[Match]:
    """What was decided of pairs that this person may decide on, the newest first."""
    found = queue(rights, Match.State.DIFFERENT).select_related("first", "second", "by")
    return found.order_by("-decided", "-id")


def about(facility: Facility, rights: Rights) -> list[Match]:
    """The pairs with this facility that wait for this person, the surest first."""
    found = queue(rights, *UNDECIDED).filter(Q(first=facility) | Q(second=facility))
    return list(found.select_related("first__commune", "second__commune"))


def number_waiting(rights: Rights) -> int:
    """How many pairs wait for this person; for the navigation."""
    return queue(rights).count() if rights.may("facilities.merge") else 0


def number_about(facility: Facility, rights: Rights) -> int:
    """How many pairs with this facility wait for this person."""
    if not rights.may("facilities.merge", reading.subject(of_model(Facility), facility)):
        return 0
    return queue(rights).filter(Q(first=facility) | Q(second=facility)).count()


def one(identity: int, rights: Rights) -> Match | None:
    """The pair, where this person may decide on it and both are in the register."""
    found = queue(rights, *Match.State.values).filter(pk=identity)
    return found.select_related("first__commune", "second__commune", "first__zone", "second__zone").first()


@transaction.atomic
def decide(match: Match, verdict: str, *, by: Person | None, note: str = "", at: datetime | None = None) -> Match:
    """Keep that the two are different, or that it is put off, or that it waits again.

    That they are the same, merging says. Raises ValidationError and PermissionDenied.
    """
    state = Match.State(verdict)
    if state is Match.State.SAME:
        raise ValidationError(_("Two entries are one facility once they are merged: choose what stays of each."))
    held = Match.objects.select_for_update().select_related("first", "second").get(pk=match.pk)
    lent = [_require(by, one).lent for one in (held.first, held.second)]
    if held.state == Match.State.SAME:
        raise ValidationError(_("These two were merged. Split them first."))
    if held.state == state:
        return held
    before = {"state": held.state}
    held.state, held.note, held.by = state, note[:500], by
    held.decided = None if state is Match.State.OPEN else at or timezone.now()
    held.save()
    audit.record(
        by,
        "match.decided",
        f"{held.first.code} {held.second.code}",
        before=before,
        after={"state": str(state)},
        through=next(filter(None, lent), None),
        reason=note,
    )
    return held


def settle(first: Facility, second: Facility, state: Match.State, *, by: Person | None, at: datetime) -> None:
    """What merging or splitting says of a pair."""
    low, high = sorted((first.pk, second.pk))
    facts = {"state": state, "decided": at, "by": by}
    fresh = {"score": 0, "reasons": [], "found": at}
    Match.objects.update_or_create(first_id=low, second_id=high, defaults=facts, create_defaults=facts | fresh)


def _require(by: Person | None, facility: Facility) -> access.Decision:
    return access.of(by).require("facilities.merge", reading.subject(of_model(Facility), facility))
