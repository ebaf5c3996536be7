"""Who has signed in hears at once what happens to incidents within reach, and of no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from nonnuoc.api.live.held import Server
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.models import DataClass, Person, Role
from nonnuoc.records.alerts import news
from nonnuoc.records.alerts.judging import incidents as engine
from nonnuoc.records.alerts.models import Entry, Family, Incident
from nonnuoc.records.monitoring.models import Thing
from tests.api.listening import Listener, serving
from tests.portal import network
from tests.records.accounts import staff
from tests.records.alerts import incidents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STREAM = "/api/stream?incidents=1"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def operator(name: str = "An") -> Person:
    someone = staff.person(name)
    staff.task(someone, staff.office(f"office-{name}"), Role.OPERATOR)
    return someone


def enterprise() -> tuple[Person, Thing]:
    office = staff.office("x", "enterprise")
    someone = staff.person("X")
    staff.task(someone, office, Role.ENTERPRISE)
    thing = network.station("XT01", kind=Thing.Kind.WASTEWATER, office=office, data_class=DataClass.RESTRICTED)
    return someone, thing


def bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_keys.make(person, name='test')[1]}"}


def happens(one: Incident, kind: str = Entry.Kind.NOTED) -> None:
    incidents.entry(one, kind, at=timezone.now())
    engine.announce(one.id)


def test_what_happens_is_told_at_once_to_who_may_see_it(server: Server) -> None:
    theirs, thing = enterprise()
    own = incidents.incident(thing, at=timezone.now())
    foreign = incidents.incident(network.station("KK01"), at=timezone.now(), severity=4)
    of_network = incidents.incident(None, at=timezone.now(), family=Family.SILENCE)
    with (
        Listener(server.port, STREAM, **bearer(operator())) as on_watch,
        Listener(server.port, STREAM, **bearer(theirs)) as outside,
    ):
        for one in (foreign, of_network, own):
            happens(one)
        told = {event["data"]["id"]: event for event in (on_watch.event(2) for _ in range(3))}
        assert told.keys() == {foreign.id, of_network.id, own.id}
        assert told[foreign.id]["event"] == "incident"
        data = told[foreign.id]["data"]
        assert datetime.fromisoformat(data.pop("changed")) == foreign.changed
        assert data == {"id": foreign.id, "state": "open", "severity": 4, "acknowledged": False}
        assert outside.event(2)["data"]["id"] == own.id
        assert outside.hears_nothing()


def test_who_listens_for_values_hears_of_no_incident_and_the_other_way_round(server: Server) -> None:
    key = bearer(operator())
    thing = network.station("KK01")
    one = incidents.incident(thing, at=timezone.now())
    stream = network.instrument(thing, "PM2.5")
    with Listener(server.port, **key) as values, Listener(server.port, STREAM, **key) as on_watch:
        happens(one)
        assert on_watch.event(2)["data"]["id"] == one.id
        network.put(stream, [1_700_000_000_000_000], [3.0])
        assert values.event(2)["event"] == "observations"
        assert on_watch.hears_nothing()


def test_a_line_lives_also_while_all_news_is_for_others() -> None:
    with serving(heartbeat_s=0.3) as server, Listener(server.port, STREAM, **bearer(operator())) as on_watch:
        stream = network.instrument(network.station("KK01"), "PM2.5")
        on_watch.line.settimeout(3)
        on_watch.block(), on_watch.block()
        for minute in range(8):
            network.put(stream, [1_700_000_000_000_000 + minute * 60_000_000], [3.0])
            on_watch.line.settimeout(1.5)
            if "" in on_watch.block():
                return
        pytest.fail("nothing was said on the line")


def test_strangers_and_who_may_see_no_incidents_are_refused(client: Client) -> None:
    assert client.get(STREAM).status_code == 401
    reader = staff.person("R")
    staff.task(reader, staff.office("r"), Role.READER)
    client.force_login(reader)
    assert client.get(STREAM).status_code == 403
    client.force_login(operator())
    answer = client.get(STREAM)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream")


def test_who_comes_again_hears_what_they_missed(client: Client) -> None:
    theirs, thing = enterprise()
    incidents.incident(thing, at=timezone.now())
    client.force_login(theirs)
    begun = client.get(STREAM)
    assert b"event:" not in begun.content
    mark = str(news.mark())
    assert f"id: {mark}\n" in begun.content.decode()
    own = incidents.incident(thing, at=timezone.now(), onset=timedelta(hours=1))
    incidents.incident(network.station("KK01"), at=timezone.now())
    told = client.get(STREAM, headers={"Last-Event-ID": mark}).content.decode()
    assert told.count("event: incident") == 1
    assert f'"id":{own.id},' in told
    again = client.get(STREAM, headers={"Last-Event-ID": str(news.mark())}).content
    assert b"event:" not in again


def test_a_session_that_is_over_hears_no_more(client: Client) -> None:
    someone = operator()
    client.force_login(someone)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    one = incidents.incident(network.station("KK01"), at=timezone.now())
    with serving(renew_s=0.0, heartbeat_s=0.2) as server, Listener(server.port, STREAM, Cookie=cookie) as on_watch:
        assert on_watch.status == 200
        client.session.flush()
        Person.objects.filter(id=someone.id).update(is_active=False)
        happens(one)
        assert "This session is over" in on_watch.everything()
