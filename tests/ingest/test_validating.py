"""Values are validated when one person has judged them and another has agreed; means and indices follow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from nonnuoc.domain import quality as q
from nonnuoc.ingest import validating
from nonnuoc.records.accounts import access, services
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.monitoring import judgements
from nonnuoc.records.monitoring.models import Judgement, ObservationHistory, Thing
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
SINCE, UNTIL = NOON - timedelta(hours=2), NOON + timedelta(minutes=1)


def somebody(role: Role) -> Person:
    person = services.register_person(f"{role}@example.vn", name=role, password=None, by=None)
    services.appoint(person, services.root_office(), role, by=None)
    return person


@pytest.fixture
def reviewer() -> Person:
    return somebody(Role.REVIEWER)


@pytest.fixture
def approver() -> Person:
    return somebody(Role.APPROVER)


@pytest.fixture
def station() -> Thing:
    """Two hours of PM2.5 up to noon, one spike among them, and one value after, so that the hours are over."""
    thing = factories.station()
    values = [20.0 + n % 3 for n in range(25)]
    values[10] = 600.0
    lines = [*factories.every("PM2.5", values), factories.line("PM2.5", 21.0, NOON + timedelta(minutes=5))]
    factories.send(*lines, at=NOON + timedelta(minutes=6))
    return thing


def judged(station: Thing, reviewer: Person, verdict: str = "as_checked", **span: object) -> Judgement:
    stream = factories.stream(station, "PM2.5")
    facts = {"since": SINCE, "until": UNTIL, "verdict": verdict, "reason": "đối chiếu nhật ký trạm", **span}
    return judgements.propose(stream, by=reviewer, **facts)  # type: ignore[arg-type]


def test_nothing_is_validated_until_another_person_agrees(station, reviewer, approver) -> None:
    before = factories.held(station, "PM2.5")
    judgement = judged(station, reviewer)
    assert (factories.held(station, "PM2.5").quality == before.quality).all()
    with pytest.raises(PermissionDenied):
        validating.approve(judgement, by=reviewer)
    changed = validating.approve(judgement, by=approver)
    after = factories.held(station, "PM2.5")
    assert changed == q.is_validated(after.quality).sum() == 25
    assert (q.flag(after.quality) == q.flag(before.quality)).all()
    assert (after.value == before.value).all()
    assert ObservationHistory.objects.filter(replaced_by=approver.name).exists()


def test_a_mean_of_validated_values_is_validated(station, reviewer, approver) -> None:
    assert not q.is_validated(factories.held(station, "PM2.5", "mean_1h").quality).any()
    validating.approve(judged(station, reviewer), by=approver)
    means = factories.held(station, "PM2.5", "mean_1h")
    assert q.is_validated(means.quality).any()


def test_refused_values_leave_the_mean(station, reviewer, approver) -> None:
    before = factories.held(station, "PM2.5", "mean_1h")
    validating.approve(judged(station, reviewer, "fail"), by=approver)
    after = factories.held(station, "PM2.5", "mean_1h")
    assert not (after.value == before.value).all()


def test_approved_again_nothing_happens(station, reviewer, approver) -> None:
    judgement = judged(station, reviewer)
    assert validating.approve(judgement, by=approver) == 25
    assert validating.approve(judgement, by=approver) == 0
    assert Judgement.objects.get().changed == 25


def test_who_proposed_it_cannot_approve_it_even_with_the_right(station, approver) -> None:
    judgement = judged(station, approver)
    with pytest.raises(ValidationError):
        validating.approve(judgement, by=approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.update(state="approved", decided_by=approver, decided_at=timezone.now())


def test_proposed_twice_it_waits_once(station, reviewer) -> None:
    assert judged(station, reviewer).id == judged(station, reviewer).id
    with pytest.raises(ValidationError):
        judged(station, reviewer, "fail", until=UNTIL - timedelta(hours=1))


def test_returned_with_a_reason(station, reviewer, approver) -> None:
    judgement = judged(station, reviewer)
    with pytest.raises(ValidationError):
        judgements.send_back(judgement, note=" ", by=approver)
    judgements.send_back(judgement, note="thiếu biên bản hiệu chuẩn", by=approver)
    assert validating.approve(judgement, by=approver) == 0
    assert judged(station, reviewer).id != judgement.id


def test_only_who_proposed_takes_it_back(station, reviewer, approver) -> None:
    judgement = judged(station, reviewer)
    with pytest.raises(ValidationError):
        judgements.withdraw(judgement, by=approver)
    judgements.withdraw(judgement, by=reviewer)
    assert judgement.state == Judgement.State.WITHDRAWN


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_reason_no_judgement(station, reviewer, reason) -> None:
    with pytest.raises(ValidationError):
        judged(station, reviewer, reason=reason)


def test_means_are_not_judged(station, reviewer) -> None:
    stream = factories.stream(station, "PM2.5", "mean_1h")
    with pytest.raises(ValidationError):
        judgements.propose(stream, since=SINCE, until=UNTIL, verdict="good", reason="x", by=reviewer)


def test_an_officer_judges_nothing(station) -> None:
    with pytest.raises(PermissionDenied):
        judged(station, somebody(Role.OFFICER))


def test_what_nobody_has_judged_is_counted(station, reviewer, approver) -> None:
    reach = access.of(reviewer).reach("observations.correct")
    (before,) = [one for one in judgements.unjudged(reach, SINCE, UNTIL) if one.values]
    assert (before.values, before.suspect + before.failed > 0) == (25, True)
    validating.approve(judged(station, reviewer), by=approver)
    assert judgements.unjudged(reach, SINCE, UNTIL) == []
    assert judgements.unjudged(access.ANYBODY.reach("observations.correct"), SINCE, UNTIL) == []


def test_an_index_is_validated_when_all_that_entered_it_is(reviewer, approver) -> None:
    codes = ("PM2.5", "NO2")
    thing = factories.station(symbols=codes)
    for code in codes:
        values = [20.0 + n % 3 for n in range(12 * 13 + 1)]
        lines = factories.every(code, values, until=NOON + timedelta(minutes=5))
        factories.send(*lines, at=NOON + timedelta(minutes=6), file_name=f"CB_CS01_KK01_2026030212060{len(code)}.txt")
    span = {"since": NOON - timedelta(hours=13), "until": NOON + timedelta(minutes=1)}
    for validated, code in zip((False, True), codes, strict=True):
        proposal = {**span, "verdict": "as_checked", "reason": "đối chiếu", "by": reviewer}
        judgement = judgements.propose(factories.stream(thing, code), **proposal)
        validating.approve(judgement, by=approver)
        index = factories.held(thing, "VN_AQI", "aqi_1h")
        noon = index.time == int(NOON.timestamp() * 1e6)
        assert (index.value[noon] > 0).all()
        assert q.is_validated(index.quality[noon]).tolist() == [validated]
        assert q.is_validated(factories.held(thing, "PM2.5", "nowcast").quality[-1])
