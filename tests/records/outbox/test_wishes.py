"""What people say about how they want to be told."""

from __future__ import annotations

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.records.accounts.models import AuditEntry, Person, Role
from nonnuoc.records.outbox import wishes
from nonnuoc.records.outbox.models import Preference, Subscription
from tests.records.accounts import staff
from tests.records.outbox.people import somebody

pytestmark = pytest.mark.django_db
GOOD = {"language": "en", "quiet_from": time(22), "quiet_until": time(6), "loud_severity": 4, "most_an_hour": 6}


@pytest.fixture
def officer() -> Person:
    return somebody(Role.OFFICER)


def test_preferences_are_kept_and_told_once(officer):
    for _ in range(2):
        wishes.set_preferences(officer, **GOOD, by=officer)
    held = wishes.preference(officer)
    assert (held.language, held.quiet_from, held.most_an_hour) == ("en", time(22), 6)
    (entry,) = AuditEntry.objects.filter(action="messages.preferred")
    assert (entry.before, entry.after["quiet_until"]) == ({}, "06:00")


@pytest.mark.parametrize(
    "wrong",
    [
        *({"language": "fr"}, {"quiet_from": None}, {"quiet_until": time(22)}),
        *({"loud_severity": 0}, {"loud_severity": 6}, {"most_an_hour": 0}, {"most_an_hour": 61}),
    ],
)
def test_what_makes_no_sense_is_refused(officer, wrong):
    with pytest.raises(ValidationError) as refused:
        wishes.set_preferences(officer, **{**GOOD, **wrong}, by=officer)
    assert set(refused.value.message_dict) & {*wrong, "quiet_until"}
    assert Preference.objects.count() == 0


def test_a_subscription_is_kept_changed_and_forgotten(officer):
    here = staff.commune()
    wishes.subscribe(officer, "incident.silence", channels=["email", "app"], communes=[here], by=officer)
    wishes.subscribe(officer, "incident.silence", channels=["app"], least_severity=3, by=officer)
    held = Subscription.objects.get()
    assert (held.channels, held.least_severity, held.communes.count()) == (["app"], 3, 0)
    wishes.forget(officer, "incident.silence", by=officer)
    wishes.forget(officer, "incident.silence", by=officer)
    assert Subscription.objects.count() == 0
    deeds = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert deeds == ["messages.subscribed", "messages.subscribed", "messages.unsubscribed"]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"topic": "weather"}, {"channels": ["pigeon"]}, {"channels": ["webhook"]}, {"channels": ["app", "app"]}),
        *({"least_severity": 0}, {"least_severity": 5}),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused(officer, wrong):
    facts = {"topic": "incident.silence", "channels": ["app"], **wrong}
    with pytest.raises(ValidationError):
        wishes.subscribe(officer, facts.pop("topic"), by=officer, **facts)


def test_everybody_says_for_themselves_and_administrators_for_others(officer):
    with pytest.raises(PermissionDenied):
        wishes.set_preferences(officer, **GOOD, by=somebody(Role.LEADER))
    assert wishes.set_preferences(officer, **GOOD, by=somebody(Role.ADMINISTRATOR))
