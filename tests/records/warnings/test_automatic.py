"""Warnings of the machine: only what is allowed, once an incident, graver, renewed, ended; and never a person's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Alarm, Entry, Incident
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.warnings import automatic, publishing, services
from nonnuoc.records.warnings.models import PublicWarning
from tests.records.alerts import incidents
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db
Kind = Entry.Kind
SAVEPOINT = 2  # set and released


@pytest.fixture(autouse=True)
def allowed() -> None:
    allow("VN_AQI 5 Severe Actual; VN_AQI 6 Extreme Actual")


def allow(rules: str) -> None:
    accounts.choose_setting("warnings.automatic", rules, by=None)
    preferences.forget()


def consider(incident: Incident, kind: str = Kind.OPENED, at: Any = None) -> list[PublicWarning]:
    incident.refresh_from_db()
    return automatic.consider([Change(incident, Kind(kind), sounds=True)], at=at or timezone.now())


def over(incident: Incident, **facts: Any) -> None:
    now = timezone.now()
    Alarm.objects.filter(incident=incident).update(cleared=now)
    Incident.objects.filter(id=incident.id).update(**{"state": "cleared", "cleared": now} | facts)


def test_what_is_allowed_is_published_at_once_and_says_what_it_is():
    (warning,) = consider(warned.smog(warned.air()))
    assert (warning.state, warning.automatic, warning.decided_by, warning.written_by) == ("published", True, None, None)
    assert (warning.status, warning.severity, warning.message_type) == ("Actual", "Severe", "Alert")
    assert warning.headline_vi.startswith("Tự động: ") and warning.headline_en.startswith("Automatic: ")
    assert warning.expires - warning.effective == timedelta(hours=6)
    assert AuditEntry.objects.filter(action="warning.published", by=None).count() == 1


@pytest.mark.parametrize(
    ("rules", "value"), [("", 450.0), ("VN_AQI 5 Severe Actual", 200.4), ("VN_WQI 5 Severe Actual", 450.0)]
)
def test_what_is_not_allowed_is_left_to_people(rules, value):
    allow(rules)
    assert consider(warned.smog(warned.air(), value=value)) == []


def test_it_is_a_test_unless_the_administrator_says_otherwise_and_always_of_invented_data():
    allow("VN_AQI 5 Severe")
    (real,) = consider(warned.smog(warned.air()))
    allow("VN_AQI 5 Severe Actual")
    (invented,) = consider(warned.smog(warned.air("KK02", simulated=True)))
    assert (real.status, invented.status, invented.simulated) == ("Test", "Test", True)


def test_once_an_incident_whatever_is_told_of_it():
    incident = warned.smog(warned.air())
    assert [len(consider(incident, kind)) for kind in (Kind.OPENED, Kind.JOINED, Kind.TOLD)] == [1, 0, 0]
    assert automatic.look_after(timezone.now()) == []


def test_graver_is_an_update_and_milder_nothing():
    incident = warned.smog(warned.air())
    (first,) = consider(incident)
    Alarm.objects.filter(incident=incident).update(peak=350.0)
    (second,) = consider(incident, Kind.WORSE)
    assert (second.message_type, second.changes, second.severity) == ("Update", first, "Extreme")
    assert "350" in second.headline_vi and second.as_sent["references"][0]["identifier"] == first.identifier
    Alarm.objects.filter(incident=incident).update(peak=250.0)
    assert consider(incident, Kind.WORSE) == []


def test_the_end_of_the_incident_ends_it():
    incident = warned.smog(warned.air())
    (first,) = consider(incident)
    over(incident)
    (last,) = consider(incident, Kind.CLEARED)
    assert (last.message_type, last.changes, last.urgency, last.automatic) == ("Cancel", first, "Past", True)
    assert consider(incident, Kind.CLEARED) == []


def test_one_that_a_person_closed_is_ended_by_the_next_look():
    incident = warned.smog(warned.air())
    (first,) = consider(incident)
    over(incident, state="closed", closed=timezone.now(), outcome="false_alarm")
    (last,) = automatic.look_after(timezone.now())
    assert (last.message_type, last.changes) == ("Cancel", first)


def test_while_it_goes_on_it_is_renewed_and_while_nothing_is_heard_it_runs_out():
    incident = warned.smog(warned.air())
    (first,) = consider(incident)
    soon = first.expires - timedelta(minutes=20)
    Alarm.objects.filter(incident=incident).update(last_beyond=soon - timedelta(minutes=30))
    Incident.objects.filter(id=incident.id).update(state="held")
    assert automatic.look_after(soon) == []
    Incident.objects.filter(id=incident.id).update(state="open")
    (second,) = automatic.look_after(soon)
    assert (second.message_type, second.changes) == ("Update", first) and second.expires > first.expires


def test_late_data_warn_nobody():
    incident = warned.smog(warned.air())
    assert consider(incident, at=timezone.now() + timedelta(hours=5)) == []
    other = warned.smog(warned.air("KK02"), told=None)
    assert consider(other) == []


def test_as_soon_as_a_person_has_spoken_it_is_theirs():
    an, binh = warned.officer("An"), warned.officer("Binh", Role.LEADER)
    incident = warned.smog(warned.air())
    (first,) = consider(incident)
    draft = services.update(first, by=an)
    Alarm.objects.filter(incident=incident).update(peak=350.0)
    (second,) = consider(incident, Kind.WORSE)  # a draft has told nobody anything yet
    services.propose(draft, by=an)
    theirs = services.approve(draft, by=binh)
    assert theirs.changes == second and not theirs.automatic
    over(incident)
    assert consider(incident, Kind.CLEARED) == [] == automatic.look_after(timezone.now())


def test_nothing_is_asked_without_a_change(queries):
    preferences.read("warnings.automatic")
    assert queries(lambda: automatic.consider([], at=timezone.now())) == 0


def test_what_is_nothing_to_warn_of_costs_two_queries_however_much_it_is(queries):
    preferences.read("warnings.automatic")
    things = [warned.air(f"KK{number}") for number in range(5)]
    changes = [Change(incidents.incident(thing, at=timezone.now()), Kind.OPENED, sounds=True) for thing in things]
    assert queries(lambda: automatic.consider(changes, at=timezone.now())) == 2 + SAVEPOINT
    allow("")
    preferences.read("warnings.automatic")
    assert queries(lambda: automatic.consider(changes, at=timezone.now())) == 1 + SAVEPOINT


def test_what_fails_is_undone_logged_and_told_and_the_rest_goes_on(monkeypatch, caplog):
    admin = warned.officer("Quan", Role.ADMINISTRATOR)
    bad, good = warned.smog(warned.air()), warned.smog(warned.air("KK02", commune=warned.place("01288")))
    publish = publishing.publish

    def breaks(warning: PublicWarning, **more: Any) -> None:
        publish(warning, **more)
        if warning.incident_id == bad.id:
            raise RuntimeError("out of paper")

    monkeypatch.setattr(publishing, "publish", breaks)
    changes = [Change(one, Kind.OPENED, sounds=True) for one in (bad, good)]
    assert [one.incident for one in automatic.consider(changes, at=timezone.now())] == [good]
    assert not PublicWarning.objects.filter(incident=bad).exists()
    assert "out of paper" in caplog.text
    assert Message.objects.get(template="warning_failed").person == admin


def test_without_a_place_nothing_is_published():
    incident = warned.smog(warned.air())
    incident.thing.commune = None
    incident.thing.save()
    assert consider(incident) == []


@pytest.mark.parametrize(
    "said", ["VN_AQI", "VN_AQI 7 Severe", "AQI 5 Severe", "VN_AQI 5 severe", "VN_AQI 5 Severe Maybe"]
)
def test_a_rule_that_cannot_be_read_is_refused(said):
    with pytest.raises(ValidationError):
        accounts.choose_setting("warnings.automatic", said, by=None)


def test_rules_are_kept_as_they_are_read_again():
    allow(" VN_AQI  5   Severe \n VN_WQI 6 Extreme Actual;")
    assert preferences.read("warnings.automatic") == "VN_AQI 5 Severe Test; VN_WQI 6 Extreme Actual"
    assert [one.category for one in automatic.allowed()] == [5, 6]
