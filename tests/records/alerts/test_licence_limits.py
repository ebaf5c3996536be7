"""A value is judged by the licence that was in force when it was measured, and the incident names it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from nonnuoc.ingest import alerting
from nonnuoc.records.accounts import access
from nonnuoc.records.alerts import events
from nonnuoc.records.alerts.attending import facts
from nonnuoc.records.alerts.levels import applying
from nonnuoc.records.alerts.models import Alarm, Incident
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.alerts.selectors import Asked
from nonnuoc.records.monitoring import streams
from nonnuoc.records.registers.facilities import sources
from nonnuoc.records.registers.facilities.models import SourceStream
from nonnuoc.records.registers.licences import in_force, judged, selectors, writing
from nonnuoc.records.registers.licences.declared import DOSSIERS
from nonnuoc.records.registers.licences.judged import Why
from nonnuoc.records.registers.pattern import keeping
from tests import factories as f
from tests.records.registers.licences import papers

pytestmark = pytest.mark.django_db
NOON = f.NOON  # 2 March 2026


@pytest.fixture
def scene():
    """A licence of 50 mg/L COD from 10 January 2025 on; its outfall is watched by NT01."""
    rules.load_shipped()
    owner = papers.facility()
    source, thing = papers.outfall(owner), papers.station(owner)
    dossier = papers.paper(owner, number="12/GPMT-UBND", issued=date(2025, 1, 2))
    papers.limit(dossier, source, upper=50.0, article="Phụ lục 1")
    papers.link(source, thing)
    alerting.judge_by_licences()
    return owner, source, thing, dossier


def send(value, at=NOON, count=4):
    f.send(*f.every("COD", [value] * count, until=at), code="NT01", at=at)


def raised(code="licence-limit"):
    return list(Alarm.objects.filter(code=code).order_by("onset"))


def test_a_delivery_over_the_licence_becomes_an_incident_that_names_it(scene):
    send(60)
    (alarm,) = raised()
    assert (alarm.level, alarm.peak, alarm.severity) == (50.0, 60.0, 2)
    said = facts.facts(Incident.objects.get())
    named = "Giấy phép môi trường số 12/GPMT-UBND ngày 02/01/2025, Phụ lục 1"
    assert said["document"] == said["document_vi"] == named
    assert said["limit_vi"] == "ngưỡng 50,0 mg/L"
    (event,) = events.newest(access.SYSTEM, Asked(), most=5)
    assert list(event.documents) == [named] * len(event.alarms)


def test_twice_the_limit_is_graver_and_just_under_it_is_nothing(scene):
    send(49.9, NOON - timedelta(hours=2))
    assert not raised()
    send(101)
    assert [one.severity for one in raised()] == [3]


def test_before_its_first_day_a_licence_judges_nothing(scene):
    _, _, _, dossier = scene
    keeping.change(DOSSIERS, dossier.code, {"valid_from": "2026-03-02"}, by=None, reason="t")
    send(60, datetime(2026, 3, 1, 16, 0, tzinfo=UTC))  # 23:00 local, the evening before
    assert not raised()
    send(60, datetime(2026, 3, 1, 18, 0, tzinfo=UTC))
    assert len(raised()) == 1


def test_late_data_are_judged_by_the_licence_of_their_own_time(scene):
    owner, source, _, old = scene
    new = papers.paper(
        owner, number="99/GPMT-UBND", replaces=old, issued=date(2026, 2, 20), valid_from=date(2026, 3, 1)
    )
    papers.limit(new, source, upper=30.0)
    send(40, NOON)
    (alarm,) = raised()
    assert alarm.level == 30.0
    assert "99/GPMT-UBND" in facts.facts(alarm.incident)["document"]
    send(40, NOON - timedelta(days=5))
    assert len(raised()) == 1
    send(60, NOON - timedelta(days=4))
    send(10, NOON - timedelta(days=4) + timedelta(hours=2), count=20)
    late, _ = raised()
    assert "12/GPMT-UBND" in facts.facts(late.incident)["document"]


def test_what_is_changed_for_the_past_is_judged_again_once(scene):
    _, source, _, dossier = scene
    send(40)
    assert not raised()
    (row,) = selectors.limits([dossier.pk])
    writing.withdraw_limit(row.pk, "Nhập sai", by=None)
    papers.limit(dossier, source, upper=35.0)
    assert alerting.judge_by_licences() > 0
    assert [one.level for one in raised()] == [35.0]
    assert alerting.judge_by_licences() == 0
    assert judged.changed() == {}
    keeping.withdraw(DOSSIERS, dossier.code, reason="Trùng", by=None)
    alerting.judge_by_licences()
    assert not raised()


@pytest.mark.usefixtures("scene")
def test_a_link_that_ends_ends_the_judging():
    link = SourceStream.objects.get()
    sources.end(link, until=NOON - timedelta(hours=1), by=None)
    send(60)
    assert not raised()
    send(60, NOON - timedelta(hours=2))
    assert len(raised()) == 1


def test_a_limit_judges_the_means_it_is_meant_for_in_their_own_unit(scene):
    _, source, _, dossier = scene
    writing.withdraw_limit(selectors.limits([dossier.pk])[0].pk, "t", by=None)
    papers.limit(dossier, source, upper=45.0, unit="mg/l", averaging="1h")
    send(60, NOON, count=13)
    assert not raised()
    (alarm,) = raised("licence-limit-1h")
    assert alarm.datastream.procedure == "mean_1h"
    assert alarm.level == 45.0


def test_why_a_limit_judges_nothing_is_said(scene):
    owner, source, _, dossier = scene
    papers.limit(dossier, source, averaging="24h")
    papers.limit(dossier, source, code="TSS", upper=50)
    papers.limit(dossier, papers.outfall(owner), upper=50)
    undated = papers.paper(owner, valid_from=None)
    papers.limit(undated, source, upper=20)
    rows = selectors.limits([dossier.pk, undated.pk])
    found = {(one.observed_property.code, one.averaging, one.outfall_id == source.pk, one.dossier_id): said.why
             for one, said in zip(rows, judged.judging(rows), strict=True)}  # fmt: skip
    assert found == {
        ("COD", "single", True, dossier.pk): None,
        ("COD", "24h", True, dossier.pk): Why.NO_MEAN,
        ("TSS", "single", True, dossier.pk): Why.NO_STREAM,
        ("COD", "single", False, dossier.pk): Why.NO_STREAM,
        ("COD", "single", True, undated.pk): Why.NO_DAY,
    }


def test_two_sides_of_a_limit_and_another_unit(scene):
    _, source, thing, dossier = scene
    papers.limit(dossier, source, code="pH", lower=6.0, upper=9.0, unit="-")
    papers.link(source, thing, "pH")
    stream = f.stream(thing, "pH")
    (level,) = in_force.of_catalogue(streams.of_things([thing.pk]))[stream.pk]
    assert (level.lower, level.upper) == (6.0, 9.0)
    f.send(*f.every("pH", [5.5] * 4, unit="-"), code="NT01")
    (alarm,) = raised()
    assert (alarm.level, alarm.peak) == (6.0, 5.5)


def test_what_is_known_costs_one_statement_and_changes_are_seen(scene, django_assert_num_queries):
    _, source, thing, dossier = scene
    stream = f.stream(thing, "COD")
    codes = [one.code for one in applying.of_streams([stream.pk])[stream.pk]]
    assert "licence-limit" in codes
    catalogue = streams.of_things([thing.pk])
    with django_assert_num_queries(2):
        assert len(in_force.of_catalogue(catalogue)) == 1
    elsewhere = streams.of_things([f.station("KK09").pk])
    with django_assert_num_queries(0):
        assert in_force.of_catalogue(elsewhere) == {}
    papers.limit(dossier, source, upper=10.0, valid_from=date(2026, 1, 1))
    held = [one for one in applying.of_streams([stream.pk])[stream.pk] if one.code == "licence-limit"]
    assert [one.above[0] for one in held] == [50.0, 10.0]
    assert applying.levels_at(held, NOON)[0].document == in_force.document("licence", "12/GPMT-UBND", date(2025, 1, 2))
