"""Who has an obligation reports it met, who keeps the licences decides; nobody else sees either."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from nonnuoc.domain.obligations import State
from nonnuoc.records.accounts import access
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.registers.licences import reporting, selectors, telling
from nonnuoc.records.registers.licences.models import Obligation, Report
from nonnuoc.records.registers.licences.reporting import File
from tests.records.registers.licences import papers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 20)
PDF = File("báo cáo.pdf", "application/pdf", b"%PDF-1.7 ...")


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def duty():
    dossier = papers.paper(papers.facility(), followed_from=date(2026, 1, 1))
    papers.condition(dossier, at=NOW, every_months=3, valid_until=date(2026, 6, 30))
    return Obligation.objects.get(due=date(2026, 3, 31))


def line(row):
    row.refresh_from_db()
    return selectors.line(row, TODAY)


def test_reported_returned_reported_again_and_accepted_late(duty):
    enterprise, officer = papers.person("enterprise", papers.office()), papers.person("officer")
    assert line(duty).state is State.OVERDUE
    first = reporting.report(duty.pk, done_on=date(2026, 4, 2), file=PDF, by=enterprise)
    assert reporting.report(duty.pk, done_on=date(2026, 4, 2), file=PDF, by=enterprise) == first
    assert line(duty).state is State.REPORTED
    with pytest.raises(ValidationError, match="what is missing"):
        reporting.decide(first.pk, accept=False, by=officer)
    reporting.decide(first.pk, accept=False, reason="Thiếu phiếu kết quả", by=officer)
    assert line(duty).state is State.OVERDUE
    (told,) = Message.objects.filter(person=enterprise)
    assert (told.template, told.facts["reason"]) == ("obligation_returned", "Thiếu phiếu kết quả")
    second = reporting.report(duty.pk, done_on=date(2026, 4, 20), note="Công văn 5/CV", by=enterprise)
    reporting.decide(second.pk, accept=True, by=officer)
    reporting.decide(second.pk, accept=True, by=officer)
    found = line(duty)
    assert (found.state, found.late, found.row.met_on) == (State.MET, True, date(2026, 4, 20))
    with pytest.raises(ValidationError, match="settled already"):
        reporting.report(duty.pk, done_on=TODAY, note="x", by=enterprise)
    reporting.reopen(duty.pk, reason="Nhầm hồ sơ", by=officer)
    assert line(duty).state is State.OVERDUE
    assert [one.state for one in Report.objects.all()] == ["returned", "accepted"]


def test_a_report_needs_proof_and_a_day_that_was(duty):
    enterprise = papers.person("enterprise", papers.office())
    with pytest.raises(ValidationError, match="Add the file"):
        reporting.report(duty.pk, done_on=TODAY, by=enterprise)
    with pytest.raises(ValidationError, match="yet to come"):
        reporting.report(duty.pk, done_on=date(2026, 5, 21), note="x", by=enterprise)
    with pytest.raises(ValidationError, match="Only PDF"):
        reporting.report(duty.pk, done_on=TODAY, file=File("a.pdf", "application/pdf", b"MZ\x90"), by=enterprise)


def test_nobody_else_reports_reads_or_decides(duty):
    stranger = papers.person("enterprise", papers.office("dn-khac"))
    own, officer = papers.person("enterprise", papers.office()), papers.person("officer")
    assert not selectors.readable(access.of(stranger)).exists()
    assert selectors.waiting(access.of(stranger), TODAY) == selectors.Waiting(0, 0, 0)
    assert selectors.one(access.of(stranger), duty.pk) is None
    with pytest.raises(PermissionDenied):
        reporting.report(duty.pk, done_on=TODAY, note="x", by=stranger)
    said = reporting.report(duty.pk, done_on=TODAY, file=PDF, by=own)
    assert selectors.file(access.of(stranger), duty.pk, said.document_id) is None
    assert selectors.file(access.of(own), duty.pk, said.document_id) == said.document
    for deed in (
        lambda: reporting.decide(said.pk, accept=True, by=own),
        lambda: reporting.excuse(duty.pk, reason="x", by=own),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert selectors.waiting(access.of(own), TODAY).reported == 0
    assert selectors.waiting(access.of(officer), TODAY).reported == 1


def test_an_excuse_has_a_reason(duty):
    officer = papers.person("officer")
    with pytest.raises(ValidationError, match="Say why"):
        reporting.excuse(duty.pk, reason=" ", by=officer)
    reporting.excuse(duty.pk, reason="Cơ sở tạm dừng từ 01/01/2026", by=officer)
    assert line(duty).state is State.EXCUSED


def test_each_person_hears_once_a_day_of_all_that_is_theirs(duty):
    papers.condition(duty.dossier, at=NOW, kind="works", text="Lắp camera", due=date(2026, 5, 27))
    papers.condition(duty.dossier, at=NOW, kind="works", text="Nộp phí", due=date(2026, 5, 21))
    papers.condition(duty.dossier, at=NOW, kind="works", text="Chưa đến lúc nhắc", due=date(2026, 5, 26))
    Obligation.objects.filter(pk=duty.pk).update(due=date(2026, 5, 19))
    enterprise, officer = papers.person("enterprise", papers.office()), papers.person("officer")
    papers.person("enterprise", papers.office("dn-khac"))
    assert telling.remind(NOW) == 2
    assert telling.remind(NOW) == 0
    mine, theirs = Message.objects.get(person=enterprise), Message.objects.get(person=officer)
    assert (mine.facts["overdue"], mine.facts["due"]) == (1, 2)
    assert (theirs.facts["overdue"], theirs.facts["due"], theirs.topic) == (1, 0, "obligation.overdue")
    assert "Nộp phí" in mine.facts["soon_vi"][0]
    assert not any("Chưa đến lúc" in one for one in mine.facts["soon_vi"])
