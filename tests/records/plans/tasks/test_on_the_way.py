"""What happens to a task on its way: difficulties, evidence, money, and where somebody sees it otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.domain.plan.light import Light
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import DataClass, Role
from nonnuoc.records.plans.models import Blocker, Evidence
from nonnuoc.records.plans.tasks import allowed, blocking, budgeting, evidencing, history, overriding, standing
from nonnuoc.records.plans.tasks.allowed import Deed
from tests import factories
from tests.records.plans import made

TODAY, NOW = made.TODAY, made.NOW
State, Kind = Blocker.State, Evidence.Kind
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def raised(world, **facts):
    given = {"office": world.commune, "text": "chưa có quỹ đất", "by": world.in_commune, "at": NOW, **facts}
    return blocking.raise_(world.task, **given)


def test_a_difficulty_climbs_and_comes_back_decided(world, monkeypatch):
    heard = []
    monkeypatch.setattr(blocking, "_LISTENERS", [])
    for _twice in range(2):
        blocking.listen(lambda blocker, event, at: heard.append((event, blocker.with_office.code)))
    blocking._LISTENERS.pop()
    token = uuid4()
    one = raised(world, token=token)
    assert raised(world, token=token).pk == one.pk
    assert (one.state, one.with_office) == (State.RAISED, world.so)
    assert standing.of_one(world.task, TODAY).light is Light.AT_RISK
    with pytest.raises(PermissionDenied):
        raised(world, by=world.in_help)
    with pytest.raises(PermissionDenied):
        blocking.submit(one, by=world.in_commune, at=NOW)
    for _twice in range(2):
        assert blocking.submit(one, by=world.keeper, at=NOW).with_office == world.plan.issuer
    with pytest.raises(ValidationError, match="document"):
        blocking.decide(one, decision="giao đất", by=world.keeper, at=NOW)
    for _twice in range(2):
        decided = blocking.decide(one, decision="giao đất", by=world.leader, at=NOW)
    assert (decided.state, decided.with_office, decided.decided_by) == (State.DECIDED, world.commune, world.leader)
    assert standing.of_one(world.task, TODAY).open_blockers == 0
    with pytest.raises(ValidationError, match="nothing is left"):
        blocking.decide(one, decision="khác", basis="QĐ 1", by=world.keeper, at=NOW)
    with pytest.raises(PermissionDenied):
        blocking.close(one, by=world.in_help, at=NOW)
    for _twice in range(2):
        blocking.close(one, by=world.in_commune, at=NOW)
    assert heard == [
        ("raised", "so-thu"),
        ("submitted", "ubnd-tinh"),
        ("decided", "ubnd-01273"),
        ("closed", "ubnd-01273"),
    ]


def test_the_office_that_follows_decides_by_a_document(world):
    one = raised(world)
    with pytest.raises(PermissionDenied):
        blocking.decide(one, decision="giao đất", basis="QĐ 5", by=world.in_commune, at=NOW)
    with pytest.raises(ValidationError, match="how the difficulty went away"):
        blocking.close(one, by=world.in_commune, at=NOW)
    assert blocking.decide(one, decision="giao đất", basis="QĐ 5", by=world.keeper, at=NOW).state == State.DECIDED


def test_a_file_is_kept_once_and_read_by_whom_it_is_for(world):
    given = {"name": "../QĐ.pdf", "media_type": "text/html", "title": "Quyết định", "office": world.lead}
    given |= {"by": world.in_lead, "at": NOW, "data_class": DataClass.RESTRICTED}
    one = evidencing.add_file(world.task, body=PDF, **given)
    assert (one.name, one.media_type) == ("QĐ.pdf", "application/pdf")
    assert evidencing.add_file(world.task, body=PDF, **given).pk == one.pk
    with pytest.raises(ValidationError, match="Only PDF"):
        evidencing.add_file(world.task, body=b"<script>", **given)
    with pytest.raises(PermissionDenied):
        evidencing.add_file(world.task, body=PDF, **{**given, "by": world.in_help})
    keeper, helper = access.of(world.keeper), access.of(world.in_help)
    assert bytes(evidencing.read(world.task, one.pk, keeper).body) == PDF
    assert evidencing.read(world.task, one.pk, helper) is None
    assert [shown.evidence.pk for shown in evidencing.readable(world.task, keeper).shown] == [one.pk]
    assert evidencing.readable(world.task, helper) == evidencing.Readable([], 1)
    assert "title" in history.of(world.task, keeper)[0].after
    assert history.of(world.task, helper)[0].after == {
        "proof": "file",
        "data_class": "restricted",
        "office": "so-xd",
    }
    for _twice in range(2):
        evidencing.withdraw(one, reason="bản nháp", by=world.in_lead, at=NOW)
    assert evidencing.readable(world.task, keeper) == evidencing.Readable([], 0)


def test_a_reference_names_what_is_there_and_may_be_known(world, queries):
    for code, data_class in (("KK01", "public"), ("KK02", "restricted"), ("KK03", "public")):
        station = factories.station(code)
        station.data_class = data_class
        station.save()

    def named(reference, by, kind=Kind.STATION):
        given = {"title": "", "office": world.lead, "by": by, "at": NOW, "data_class": DataClass.PUBLIC}
        return evidencing.add_reference(world.task, kind=kind, reference=reference, **given)

    named("KK01", world.in_lead)
    reader = access.of(world.in_help)
    one = queries(lambda: evidencing.readable(world.task, reader))
    named("KK02", world.keeper)
    named("KK03", world.in_lead)
    assert queries(lambda: evidencing.readable(world.task, reader)) == one
    assert [shown.name for shown in evidencing.readable(world.task, reader).shown] == ["Trạm KK01", "Trạm KK03"]
    assert evidencing.readable(world.task, reader).hidden == 1
    for reference, kind in [
        ("KK02", Kind.STATION),  # not for who names it
        ("KK99", Kind.STATION),
        ("facilities/F-1", Kind.ENTRY),
        ("nothing/F-1", Kind.ENTRY),
        ("12", Kind.INCIDENT),
        ("KT-2026-00001", Kind.INSPECTION),
        ("javascript:alert(1)", Kind.LINK),
    ]:
        with pytest.raises(ValidationError):
            named(reference, world.in_lead, kind)
    named("https://caobang.gov.vn/qd", world.in_lead, Kind.LINK)
    named("12/QĐ-UBND", world.in_lead, Kind.DOCUMENT)


def test_money_is_summed_by_year_and_source_and_says_what_is_missing(world):
    other = made.task(world.plan, "I.2", lead=world.lead)
    given = {"by": world.in_lead, "at": NOW}
    for _twice in range(2):
        budgeting.put(world.task, year=2027, source="environment", estimated=Decimal(500), **given)
    budgeting.put(
        other, year=2027, source="environment", estimated=Decimal(0), approved=Decimal(200), document="NQ 1", **given
    )
    budgeting.put(other, year=2028, source="oda", **given)
    sums = budgeting.sums([world.task, other, made.task(world.plan, "I.3")])
    first = sums.lines[0]
    assert (first.year, first.source, first.lines) == (2027, "environment", 2)
    assert first.estimated == budgeting.Amount(Decimal(500), 0)
    assert first.approved == budgeting.Amount(Decimal(200), 1)
    assert first.spent == budgeting.Amount(None, 2)  # not known is not 0
    assert sum(line.lines for line in sums.years) == sum(line.lines for line in sums.sources) == sums.total.lines == 3
    assert sums.untold == 1
    with pytest.raises(ValidationError, match="from 2026 to 2030"):
        budgeting.put(world.task, year=2031, source="oda", **given)
    with pytest.raises(ValidationError, match="document"):
        budgeting.put(world.task, year=2026, source="oda", approved=Decimal(1), **given)
    with pytest.raises(ValidationError, match="less than 0"):
        budgeting.put(world.task, year=2026, source="oda", spent=Decimal(-1), **given)
    with pytest.raises(PermissionDenied):
        budgeting.put(world.task, year=2026, source="oda", by=world.in_help, at=NOW)


def test_seen_otherwise_needs_a_reason_and_ends_by_itself(world):
    made.milestone(world.task, date(2027, 6, 1))
    given = {"light": "late", "reason": "nhà thầu bỏ", "until": TODAY + timedelta(days=30), "at": NOW}
    for changed, why in [
        ({"reason": " "}, "Say why"),
        ({"light": "done"}, "finishing"),
        ({"until": TODAY - timedelta(days=1)}, "Choose a day"),
        ({"until": TODAY + timedelta(days=400)}, "Choose a day"),
    ]:
        with pytest.raises(ValidationError, match=why):
            overriding.see(world.task, by=world.keeper, **{**given, **changed})
    with pytest.raises(PermissionDenied):
        overriding.see(world.task, by=world.in_lead, **given)
    seen = overriding.see(world.task, by=world.keeper, **given)
    assert overriding.see(world.task, by=world.keeper, **given).pk == seen.pk
    now = standing.of_one(world.task, TODAY)
    assert (now.light, now.computed, now.override) == (Light.LATE, Light.ON_COURSE, seen)
    assert standing.of_one(world.task, TODAY + timedelta(days=31)).light is Light.ON_COURSE
    overriding.see(world.task, by=world.keeper, **{**given, "light": "at_risk"})
    assert world.task.overrides.filter(ended=None).count() == 1
    held = world.task.overrides.get(ended=None)
    for _twice in range(2):
        overriding.end(held, by=world.keeper, at=NOW)
    assert standing.of_one(world.task, TODAY).override is None


def test_deeds_offered_are_the_deeds_allowed(world):
    parts = list(world.task.assignments.filter(ended=None).select_related("office"))
    stranger = made.worker("La", world.other, Role.REPORTER)
    wanted = {
        world.keeper: set(Deed),
        world.in_lead: {Deed.LEAD, Deed.HELP},
        world.in_help: {Deed.HELP},
        world.in_commune: {Deed.HELP},
        world.leader: set(),
        stranger: set(),
    }
    for person, deeds in wanted.items():
        assert allowed.can(access.of(person), world.task, parts) == deeds
        for deed in Deed:
            if deed in deeds:
                allowed.require(person, world.task, deed)
            else:
                with pytest.raises(PermissionDenied):
                    allowed.require(person, world.task, deed)
