"""Two people, or two workers, at the same moment: one publication, and clear words for whoever came second."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Entry
from nonnuoc.records.warnings import automatic, services
from nonnuoc.records.warnings.models import PublicWarning
from tests.records.warnings import warned

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each gave, or raised."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return deed()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_approved_by_two_at_once_it_is_published_once():
    an, binh, chi = warned.officer("An"), warned.officer("Binh", Role.LEADER), warned.officer("Chi")
    incident = warned.smog(warned.air())
    warning = services.propose(services.draft_from(incident, by=an), by=an)
    first, second = at_once(lambda: services.approve(warning, by=binh), lambda: services.approve(warning, by=chi))
    assert first.identifier == second.identifier and first.decided_by == second.decided_by
    assert incident.log.filter(kind=Entry.Kind.WARNED).count() == 1


def test_of_two_changes_at_once_one_is_refused_in_words():
    an, binh, chi = warned.officer("An"), warned.officer("Binh", Role.LEADER), warned.officer("Chi")
    first = warned.published(an, binh)
    drafts = [warned.proposed(an) for _ in range(2)]
    PublicWarning.objects.filter(id__in=[one.id for one in drafts]).update(changes=first, message_type="Update")
    told = at_once(lambda: services.approve(drafts[0], by=binh), lambda: services.approve(drafts[1], by=chi))
    (refused,) = [one for one in told if isinstance(one, ValidationError)]
    (done,) = [one for one in told if isinstance(one, PublicWarning)]
    assert done.identifier in refused.messages[0]
    assert PublicWarning.objects.filter(changes=first, state="published").count() == 1


def test_considered_by_two_workers_at_once_an_incident_is_warned_of_once():
    accounts.choose_setting("warnings.automatic", "VN_AQI 5 Severe", by=None)
    preferences.forget()
    incident = warned.smog(warned.air())
    changes = [Change(incident, Entry.Kind.OPENED, sounds=True)]
    told = at_once(*[lambda: automatic.consider(changes, at=timezone.now())] * 2)
    assert sorted(map(len, told)) == [0, 1]
    assert PublicWarning.objects.count() == 1


def test_two_who_open_a_draft_of_the_same_incident_get_the_same():
    an, chi = warned.officer("An"), warned.officer("Chi")
    incident = warned.smog(warned.air())
    first, second = at_once(lambda: services.draft_from(incident, by=an), lambda: services.draft_from(incident, by=chi))
    assert first == second
