"""Obligations follow from conditions, from the law and from the end of a paper; what is settled stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from nonnuoc.records.registers.facilities.declared import ZONES
from nonnuoc.records.registers.licences import following, reporting, writing
from nonnuoc.records.registers.licences.declared import DOSSIERS
from nonnuoc.records.registers.licences.models import Obligation
from nonnuoc.records.registers.licences.writing import Asked
from nonnuoc.records.registers.pattern import keeping
from tests.records.registers.licences import papers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 20)
NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


def due(kind, **narrowed):
    return [one.due for one in Obligation.objects.filter(kind=kind, **narrowed).order_by("due")]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def on_that_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.mark.usefixtures("on_that_day")
def test_the_yearly_report_of_a_facility_and_of_who_owns_a_zone():
    one, owner = papers.facility(), papers.facility()
    keeping.create(ZONES, {"code": "CCN", "name": "Cụm", "kind": "cluster", "owner": owner, "source": "t"}, by=None)
    papers.paper(one, followed_from=date(2026, 1, 1))
    papers.paper(owner, followed_from=date(2026, 1, 1))
    papers.paper(papers.facility(), kind="exemption", exempt_because="Dưới 5 m³ nước thải một ngày")
    following.refresh(today=TODAY)
    assert due("yearly", dossier__facility=one) == [date(2026, 1, 14), date(2027, 1, 14)]
    assert due("yearly", dossier__facility=owner) == [date(2026, 1, 19), date(2027, 1, 19)]
    assert Obligation.objects.filter(kind="yearly").count() == 4


@pytest.mark.usefixtures("on_that_day")
def test_the_report_of_a_year_is_of_the_paper_in_force_at_its_end():
    one = papers.facility()
    old = papers.paper(one)
    assert [row.dossier for row in Obligation.objects.filter(kind="yearly")] == [old]
    new = papers.paper(one, replaces=old, valid_from=date(2026, 11, 1))
    assert [(row.dossier, row.period_from.year) for row in Obligation.objects.filter(kind="yearly")] == [(new, 2026)]


@pytest.mark.usefixtures("on_that_day")
def test_a_paper_that_ends_is_told_unless_another_takes_its_place():
    one = papers.facility()
    old = papers.paper(one, valid_until=date(2026, 12, 31))
    assert due("renewal") == [date(2026, 12, 31)]
    papers.paper(one, replaces=old, valid_from=date(2026, 12, 1))
    assert due("renewal") == []


@pytest.mark.usefixtures("on_that_day")
def test_what_is_due_again_and_again_is_made_once_and_a_year_ahead():
    dossier = papers.paper(papers.facility(), followed_from=date(2026, 1, 1))
    papers.condition(dossier, at=NOW, every_months=3, lag_days=15)
    first = due("monitoring")
    assert first[:3] == [date(2026, 1, 15), date(2026, 4, 15), date(2026, 7, 15)]
    assert first[-1] == date(2027, 4, 15)
    assert following.refresh(today=TODAY) == 0
    papers.condition(dossier, at=NOW, every_months=3, lag_days=15)
    assert due("monitoring") == first


@pytest.mark.usefixtures("on_that_day")
def test_a_change_moves_what_comes_and_nothing_that_was():
    dossier = papers.paper(papers.facility(), followed_from=date(2026, 1, 1))
    row = papers.condition(dossier, at=NOW, every_months=3)
    met = Obligation.objects.get(due=date(2026, 6, 30), kind="monitoring")
    reporting.report(met.pk, done_on=date(2026, 5, 19), note="Phiếu 12", by=None)
    writing.change_condition(row.pk, Asked(kind="monitoring", text=row.text, every_months=1), by=None, at=NOW)
    assert due("monitoring")[:4] == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)]
    met.refresh_from_db()
    assert met.settled == "reported"
    writing.withdraw_condition(row.pk, "Đã bỏ khỏi giấy phép", by=None, at=NOW)
    assert due("monitoring") == [date(2026, 3, 31), date(2026, 6, 30)]


@pytest.mark.usefixtures("on_that_day")
def test_works_are_due_once_and_a_standing_condition_never():
    dossier = papers.paper(papers.facility())
    papers.condition(dossier, at=NOW, kind="works", text="Lắp quan trắc tự động", due=date(2026, 9, 1))
    papers.condition(dossier, at=NOW, kind="other", text="Giữ hồ sơ tại cơ sở")
    assert due("works") == [date(2026, 9, 1)]
    assert due("other") == []
    keeping.change(DOSSIERS, dossier.code, {"stage": "revoked", "revoked_on": "2026-06-01"}, by=None, reason="t")
    assert due("works") == []


def test_what_cannot_be_is_refused_with_the_cure():
    one, other = papers.facility(), papers.facility()
    old = papers.paper(one)
    with pytest.raises(ValidationError, match="another facility"):
        papers.paper(other, replaces=old, valid_from=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="begin after"):
        papers.paper(one, replaces=old, valid_from=date(2024, 1, 1))
    with pytest.raises(ValidationError, match="why it is exempt"):
        papers.paper(one, kind="exemption")
    with pytest.raises(ValidationError, match="before its first"):
        papers.paper(one, valid_until=date(2020, 1, 1))
    with pytest.raises(ValidationError, match="has the day of it"):
        papers.paper(one, stage="revoked")
    with pytest.raises(ValidationError, match="again and again, or once"):
        papers.condition(old, every_months=3, due=date(2026, 1, 1))


def test_a_limit_says_what_can_be_judged():
    one = papers.facility()
    papers.station(one)
    dossier, source = papers.paper(one), papers.outfall(one)
    assert papers.limit(dossier, source) == papers.limit(dossier, source)
    for facts, words in (
        ({"unit": "m3/h"}, "No way is known"),
        ({"upper": None}, "Give an upper bound"),
        ({"lower": 60.0}, "larger number"),
    ):
        with pytest.raises(ValidationError, match=words):
            papers.limit(dossier, source, **facts)
    with pytest.raises(ValidationError, match="of this facility"):
        papers.limit(papers.paper(papers.facility()), source)


def test_it_takes_as_many_queries_for_three_facilities_as_for_one(django_assert_max_num_queries):
    for _ in range(3):
        papers.condition(papers.paper(papers.facility()), every_months=12)
    with django_assert_max_num_queries(14):
        following.refresh(today=date(2026, 5, 20))
