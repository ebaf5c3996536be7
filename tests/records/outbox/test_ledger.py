"""The ledger shows everything to who may see it, and everybody their own."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.outbox import delivering, ledger, services
from nonnuoc.records.outbox.delivering import Outcome, Result
from nonnuoc.records.outbox.ledger import Asked
from nonnuoc.records.outbox.models import Message
from tests.records.outbox.people import AT, news, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail(settings):
    settings.MAIL = True


def test_operators_see_everybodys_messages_and_others_their_own():
    first, operator = somebody(Role.OFFICER, "first"), somebody(Role.OPERATOR)
    somebody(Role.OFFICER, "second")
    services.announce(news(), at=AT)
    assert len(ledger.listed(access.of(operator))) == 2
    (own,) = ledger.listed(access.of(first))
    assert own.person == first
    other = Message.objects.exclude(person=first).get()
    assert ledger.one(other.id, access.of(first)) is None
    assert ledger.one(other.id, access.of(operator)) == other
    with pytest.raises(PermissionDenied):
        ledger.listed(access.ANYBODY)


def test_it_tells_what_became_of_each_and_why():
    somebody(Role.OFFICER)
    (message,) = services.announce(news(), at=AT)
    delivering.take(9, at=AT)
    delivering.settle([Outcome(message.id, Result.LATER, "451 greylisted", AT)])
    (found,) = ledger.listed(access.SYSTEM)
    assert (found.state, found.why, found.attempts) == ("queued", "451 greylisted", 1)
    assert [one.result for one in found.tries.all()] == ["later"]
    assert ledger.counts(access.SYSTEM)["queued"] == 1


def test_it_is_searched_by_what_matters():
    first = somebody(Role.OFFICER, "first")
    somebody(Role.OPERATOR, "second")
    services.announce(news(), at=AT)
    services.announce(news(key="incident:2:opened:1", topic="incident.silence"), at=AT)
    found = {
        name: len(ledger.listed(access.SYSTEM, asked))
        for name, asked in {
            "all": Asked(),
            "person": Asked(person=first),
            "topic": Asked(topic="incident.silence"),
            "state": Asked(state="failed"),
            "channel": Asked(channel="email"),
            "key": Asked(key_prefix="incident:2:"),
            "since": Asked(since=AT),
            "until": Asked(until=AT),
        }.items()
    }
    assert found == {
        "all": 2,
        "person": 1,
        "topic": 1,
        "state": 0,
        "channel": 2,
        "key": 1,
        "since": 2,
        "until": 0,
    }


def test_it_is_read_page_by_page_at_the_same_cost(queries):
    somebody(Role.OFFICER)
    services.announce(news(key="a"), at=AT)
    one = queries(lambda: ledger.listed(access.SYSTEM))
    for key in "bcd":
        services.announce(news(key=key), at=AT)
    assert queries(lambda: ledger.listed(access.SYSTEM)) == one == 2
    newest = ledger.listed(access.SYSTEM, most=2)
    rest = ledger.listed(access.SYSTEM, before=newest[-1].id)
    assert [message.key for message in (*newest, *rest)] == ["d", "c", "b", "a"]
