from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.plans.models import Form, Report, Round
from nonnuoc.records.plans.reports import content, issuing, making, selectors, wording
from tests.records.plans.reports import world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def of(rolled_back):
    return world.build()


@pytest.fixture(scope="module")
def made_once(of) -> Report:
    return drafted(of)


@pytest.fixture
def report(made_once) -> Report:
    """The draft as it is, an object of each test's own."""
    return Report.objects.get(pk=made_once.pk)


def drafted(of) -> Report:
    asked = making.ask(of.round, by=of.steerer, at=timezone.now())
    making.make(asked.uuid)
    asked.refresh_from_db()
    return asked


def issued(of, report, **given) -> Report:
    return issuing.issue(report, "12/BC-ST", by=of.steerer, at=timezone.now(), **given)


def deeds() -> list[str]:
    return list(
        AuditEntry.objects.filter(action__startswith="plan.report").order_by("id").values_list("action", flat=True)
    )


def test_asked_again_while_it_waits_is_the_same_and_it_is_made_once(of):
    before = deeds()
    first = making.ask(of.round, by=of.steerer, at=timezone.now())
    assert making.ask(of.round, by=of.steerer, at=timezone.now()) == first
    assert ProcrastinateJob.objects.filter(args__uuid=str(first.uuid)).count() == 1
    making.make(first.uuid)
    first.refresh_from_db()
    assert (first.state, first.progress, first.why) == ("draft", 100, "")
    assert bytes(first.docx)[:2] == bytes(first.xlsx)[:2] == b"PK"
    made = first.made
    making.make(first.uuid)  # the job once more
    first.refresh_from_db()
    assert first.made == made and deeds() == [*before, "plan.report_asked"]


def test_words_are_the_same_before_and_after_the_database_has_kept_it(of, report):
    built = content.build(of.round, timezone.localdate())["general"]
    assert [wording.said(one) for one in report.content["general"]] == [wording.said(one) for one in built]


def test_what_fails_says_so_and_can_be_asked_for_again(of, monkeypatch):
    monkeypatch.setattr(making.docx, "write", lambda told: 1 / 0)
    failed = drafted(of)
    assert failed.state == "failed" and failed.why
    monkeypatch.undo()
    assert drafted(of).state == "draft"


def test_only_who_runs_rounds_has_it_made_and_only_who_may_issues_it(of, report):
    unit = world.reporter(of.forms["ubnd-01001"].office)
    with pytest.raises(PermissionDenied):
        making.ask(of.round, by=unit, at=timezone.now())
    with pytest.raises(PermissionDenied):
        issuing.issue(report, "1", by=unit, at=timezone.now())
    assert selectors.shown(of.round, access.of(unit)) is None  # a draft tells what every unit answers
    issued(of, report)
    assert selectors.shown(of.round, access.of(unit)) == report


def test_issuing_seals_the_content_and_closes_the_round(of, report):
    frozen = issued(of, report, day=timezone.localdate())
    assert issued(of, report).issued == frozen.issued  # the very same again
    frozen.refresh_from_db()
    assert (frozen.state, frozen.number, frozen.content["head"]["number"]) == ("issued", "12/BC-ST", "12/BC-ST")
    assert frozen.sha256 == content.seal(frozen.content) and selectors.is_intact(frozen)
    assert Round.objects.get(pk=of.round.pk).state == Round.State.CLOSED
    assert deeds() == ["plan.report_asked", "plan.report_issued"]
    with pytest.raises(ValidationError):
        making.ask(of.round, by=of.steerer, at=timezone.now())


def test_the_database_refuses_to_change_or_delete_an_issued_report(of, report):
    issued(of, report)
    for change in (
        "UPDATE plans_report SET number = '13'",
        "UPDATE plans_report SET content = '{}'",
        "UPDATE plans_report SET state = 'draft'",
        "DELETE FROM plans_report",
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Report.objects.get().number == "12/BC-ST"


def test_a_draft_that_lacks_what_came_since_is_not_issued_and_a_new_one_takes_its_place(of, report):
    Form.objects.filter(pk=of.forms["ubnd-01003"].pk).update(state="submitted", submitted=timezone.now())
    with pytest.raises(ValidationError, match="ubnd-01003"):
        issued(of, report)
    assert Report.objects.get(pk=report.pk).state == "draft"
    new = drafted(of)
    assert list(Report.objects.filter(round=of.round)) == [new] and new.pk != report.pk
    with pytest.raises(ValidationError):
        issued(of, report)
    assert issued(of, new).state == "issued"


def test_number_and_day_are_needed(of, report):
    for number, day in (("", None), ("1", timezone.localdate() + timedelta(days=1)), ("1", date(2020, 1, 1))):
        with pytest.raises(ValidationError):
            issuing.issue(report, number, by=of.steerer, at=timezone.now(), day=day)
