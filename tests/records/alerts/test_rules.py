from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from nonnuoc import rules as law
from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.alerts.levels import applying, bounding
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import checking, drafting, rules
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.alerts.rulebook.faults import RefusedError
from nonnuoc.records.monitoring.models import Thing
from tests import factories
from tests.factories import VIETNAM
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
SINCE = datetime(2026, 1, 1, tzinfo=VIETNAM)


def permit(**changes: object) -> Draft:
    """A wastewater permit: COD of one outlet under 60 mg/L."""
    drawn = Draft(
        code="permit-nt01-cod", kind="limit", name_vi="COD vượt giấy phép", meaning_vi="Nước thải vượt mức.",
        action_vi="Gọi cơ sở.", article="Giấy phép môi trường 12/GPMT-UBND, Điều 3", source="12/GPMT-UBND, 05/02/2026",
        observed_property="COD", procedure="raw", thing="NT01", unit="mg/L",
        steps=({"severity": 2, "above": 60.0, "clear": 55.0},), need=3, among=4, hold_s=1800,
    )  # fmt: skip
    return replace(drawn, **changes)  # type: ignore[arg-type]


@pytest.fixture
def outlet() -> Thing:
    return factories.station("NT01", ("COD", "pH"), kind=Thing.Kind.WASTEWATER)


def levels(thing: Thing) -> list[tuple[float, ...]]:
    stream = factories.stream(thing, "COD").id
    return [one.above for one in applying.of_streams([stream])[stream]]


def test_rule_is_made_switched_off_and_judges_nothing_until_it_is_switched_on(outlet):
    made = rules.make(permit(), by=None)
    assert (made.version, made.enabled, made.name_en) == (1, False, "COD vượt giấy phép")
    assert levels(outlet) == []
    rules.enable("permit-nt01-cod", by=None)
    assert levels(outlet) == [(60.0,)]
    rules.enable("permit-nt01-cod", by=None)
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == [
        "alarm_rule.made", "alarm_rule.enabled",
    ]  # fmt: skip


def test_making_it_twice_is_making_it_once_and_another_of_that_code_is_refused(outlet):
    first = rules.make(permit(), by=None)
    assert rules.make(permit(), by=None) == first
    with pytest.raises(RefusedError) as refused:
        rules.make(permit(need=2), by=None)
    assert [fault.field for fault in refused.value.faults] == ["code"]


def test_change_begins_at_its_moment_and_what_was_before_stays(outlet):
    rules.make(permit(), by=None, since=SINCE)
    rules.enable("permit-nt01-cod", by=None, since=SINCE)
    stricter = permit(steps=({"severity": 2, "above": 50.0},))
    moment = SINCE + timedelta(days=30)
    rules.change("permit-nt01-cod", stricter, by=None, since=moment)
    old, new = AlarmRule.objects.order_by("version")
    assert (old.valid_from, old.valid_to, new.valid_from, new.valid_to) == (SINCE, moment, moment, None)
    assert (new.version, new.enabled, old.steps[0]["above"]) == (2, True, 60.0)
    assert levels(outlet) == [(60.0,), (50.0,)]
    assert rules.change("permit-nt01-cod", stricter, by=None) == new  # says what it says already
    before, after = (AuditEntry.objects.get(action="alarm_rule.changed").__dict__[name] for name in ("before", "after"))
    assert (before["steps"][0]["above"], after["steps"][0]["above"]) == (60.0, 50.0)


def test_change_before_the_version_in_force_begins_is_refused(outlet):
    rules.make(permit(), by=None, since=SINCE)
    with pytest.raises(RefusedError) as refused:
        rules.change("permit-nt01-cod", permit(need=2), by=None, since=SINCE - timedelta(days=1))
    assert [fault.field for fault in refused.value.faults] == ["valid_from"]


def test_switching_off_and_on_leaves_a_gap_in_event_time(outlet):
    rules.make(permit(), by=None, since=SINCE)
    rules.enable("permit-nt01-cod", by=None, since=SINCE)
    off, on = SINCE + timedelta(days=10), SINCE + timedelta(days=20)
    rules.disable("permit-nt01-cod", by=None, since=off)
    rules.enable("permit-nt01-cod", by=None, since=on)
    stream = factories.stream(outlet, "COD").id
    spans = [(one.since, one.until) for one in applying.of_streams([stream])[stream]]
    micros = applying.micros
    assert spans == [(micros(SINCE), micros(off)), (micros(on), applying.FOREVER)]


def test_ended_rule_judges_no_longer_and_a_change_begins_it_anew(outlet):
    rules.make(permit(), by=None, since=SINCE)
    rules.enable("permit-nt01-cod", by=None, since=SINCE)
    ended = rules.end("permit-nt01-cod", by=None, since=SINCE + timedelta(days=5))
    assert rules.end("permit-nt01-cod", by=None).valid_to == ended.valid_to
    with pytest.raises(RefusedError):
        rules.enable("permit-nt01-cod", by=None)
    again = rules.change("permit-nt01-cod", permit(), by=None)
    assert (again.version, again.enabled, again.valid_to) == (2, False, None)


def test_only_who_may_manage_rules_changes_them(outlet):
    officer, operator = staff.person("Officer"), staff.person("Operator")
    staff.task(officer, staff.office("snnmt"), Role.OFFICER)
    staff.task(operator, staff.office("ttqt"), Role.OPERATOR)
    with pytest.raises(PermissionDenied):
        rules.make(permit(), by=officer)
    assert rules.make(permit(), by=operator).by == operator


def test_shipped_rules_load_once_and_pass_their_own_checks():
    factories.station()
    count = rules.load_shipped()
    assert count == len(rules.shipped()) >= 18
    assert rules.load_shipped() == 0
    for draft, since, _enabled in rules.shipped():
        faults = [one for one in checking.faults(draft, since=since) if one.field != "observed_property"]
        assert faults == [], draft.code  # a property that no station of this test has is all that may be wrong


def test_shipped_rules_that_are_switched_on_rest_on_law_or_watch_over_the_network():
    today = timezone.localdate()
    numbers = {table.number for name in law.names() if (table := law.find(name, today)) and table.is_law}
    for draft, _since, enabled in rules.shipped():
        # a facility's licence is law for that facility; it is named where it judges
        lawful = any(number in draft.article for number in numbers) or draft.basis == bounding.LICENCE
        operational = drafting.FAMILIES[draft.kind] != "environment"
        assert draft.name_en != draft.name_vi, draft.code
        assert all((draft.meaning_en, draft.action_en)), draft.code
        assert not enabled or lawful or operational, draft.code
        assert lawful or draft.article.startswith("convention:"), draft.code


def test_what_somebody_changed_is_never_overwritten_by_what_is_shipped(monkeypatch):
    rules.load_shipped()
    rules.disable("silence", by=None)
    touched = drafting.of_rule(AlarmRule.objects.get(code="stuck", valid_to=None))
    rules.change("stuck", replace(touched, hold_s=600), by=None)
    newer = tuple((replace(draft, name_vi=f"{draft.name_vi} *"), since, on) for draft, since, on in rules.shipped())
    monkeypatch.setattr(rules, "shipped", lambda: newer)
    assert rules.load_shipped() == len(newer) - 2
    assert AlarmRule.objects.get(code="silence", valid_to=None).name_vi == "Không nhận được số liệu"
    assert AlarmRule.objects.get(code="stuck", valid_to=None).hold_s == 600
    updated = AlarmRule.objects.filter(code="air-limit-1h").order_by("version")
    assert [(one.version, one.shipped, one.valid_to is None) for one in updated] == [(1, True, False), (2, True, True)]
