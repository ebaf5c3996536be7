"""Incidents are read by whoever may see them, in the order in which they need somebody, at one price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.alerts import selectors
from nonnuoc.records.alerts.models import Alarm, Family, Incident, Severity
from nonnuoc.records.alerts.selectors import Asked, Part
from nonnuoc.records.monitoring.models import Thing
from tests.portal import network
from tests.records.accounts import staff
from tests.records.alerts import incidents

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
State = Incident.State


@pytest.fixture
def air() -> Thing:
    return network.station("KK01", kind=Thing.Kind.AMBIENT_AIR)


def rights(role: str = Role.OPERATOR, where: Any = None, name: str = "An") -> access.Rights:
    someone = staff.person(name)
    staff.task(someone, where or staff.office(f"office-{name}"), role)
    return access.of(someone)


def test_who_waits_stands_first_then_the_gravest_then_who_waits_longest(air: Thing) -> None:
    an = staff.person("Ack")
    over = incidents.incident(air, at=AT, state=State.CLEARED, acknowledged=AT)
    over_waiting = incidents.incident(air, at=AT, state=State.CLEARED, severity=Severity.EXTREME)
    looked_after = incidents.incident(air, at=AT, severity=Severity.EXTREME, acknowledged=AT, acknowledged_by=an)
    mild = incidents.incident(air, at=AT, severity=Severity.MINOR)
    later = incidents.incident(air, at=AT, onset=timedelta(hours=1))
    earlier = incidents.incident(air, at=AT, onset=timedelta(hours=5), state=State.HELD)
    incidents.incident(air, at=AT, state=State.CLOSED)
    found = selectors.listed(rights(), most=50)
    assert [(one.incident, one.part) for one in found] == [
        (earlier, Part.WAITS),
        (later, Part.WAITS),
        (mild, Part.WAITS),
        (over_waiting, Part.WAITS),
        (looked_after, Part.LOOKED_AFTER),
        (over, Part.OVER),
    ]


def test_the_numbers_are_those_of_the_list(air: Thing) -> None:
    first = incidents.incident(air, at=AT, onset=timedelta(hours=5))
    incidents.incident(air, at=AT, severity=Severity.MINOR, state=State.CLEARED)
    incidents.incident(air, at=AT, acknowledged=AT, severity=Severity.EXTREME)
    incidents.incident(None, at=AT, family=Family.SILENCE, acknowledged=AT)
    incidents.incident(air, at=AT, state=State.CLEARED, family=Family.SILENCE, acknowledged=AT)
    mine = rights()
    told = selectors.standing(mine)
    assert (told.waiting, told.looked_after, told.over, told.silences) == (2, 2, 1, 1)
    assert (told.gravest, told.longest) == (Severity.SEVERE, first.opened)
    assert selectors.waiting(mine) == told.waiting
    empty = selectors.standing(mine, Asked(station="nowhere"))
    assert (empty.waiting, empty.gravest, empty.longest) == (0, 0, None)


def test_it_costs_the_same_for_one_and_for_many(air: Thing, queries: Any) -> None:
    stream = network.instrument(air, "PM2.5")
    mine = rights()
    incidents.alarm(incidents.incident(air, at=AT), stream, cleared=AT)

    def look() -> None:
        for one in selectors.listed(mine, most=50):
            assert str(one.incident.thing) and one.lead and str(one.lead.datastream.observed_property.code)

    one = queries(look)
    for number in range(3):
        incidents.alarm(incidents.incident(air, at=AT), stream, code=f"other-{number}", cleared=AT)
    assert queries(look) == one == 3


def test_the_alarm_to_speak_of_is_the_gravest_that_goes_on(air: Thing) -> None:
    made = incidents.incident(air, at=AT, severity=Severity.EXTREME)
    pm25, pm10 = (network.instrument(air, code) for code in ("PM2.5", "PM10"))
    incidents.alarm(made, pm25, code="a", severity=Severity.EXTREME, cleared=AT)
    goes_on = incidents.alarm(made, pm10, code="b", severity=Severity.EXTREME)
    incidents.alarm(made, pm25, code="c", severity=Severity.MINOR)
    (found,) = selectors.listed(rights(), most=50)
    assert (found.lead, found.alarms, found.going_on, found.stations) == (goes_on, 3, 2, 1)
    assert [one.code for one in selectors.alarms(made.id)] == ["b", "c", "a"]


def test_an_incident_of_many_stations_tells_how_many(air: Thing) -> None:
    made = incidents.incident(None, at=AT, family=Family.SILENCE)
    for thing in (air, network.station("KK02"), network.station("KK03")):
        incidents.alarm(made, None, code="silence", thing=thing, cleared=AT)
    (found,) = selectors.listed(rights(), most=50)
    assert (found.alarms, found.stations) == (3, 3)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (Asked(), "abc"),
        (Asked(family=Family.SILENCE), "b"),
        (Asked(state=State.HELD), "c"),
        (Asked(station="nm01"), "c"),
        (Asked(station="trạm KK"), "ab"),
        (Asked(severity=Severity.SEVERE), "ac"),
        (Asked(since=AT - timedelta(minutes=30), until=AT), "abc"),
        (Asked(until=AT - timedelta(hours=3)), "c"),
    ],
)
def test_filters(air: Thing, asked: Asked, wanted: str) -> None:
    water = network.station("NM01", kind=Thing.Kind.SURFACE_WATER)
    made = {
        "a": incidents.incident(air, at=AT),
        "b": incidents.incident(air, at=AT, family=Family.SILENCE, severity=Severity.MODERATE),
        "c": incidents.incident(water, at=AT, onset=timedelta(hours=9), state=State.HELD),
    }
    names = {one.id: name for name, one in made.items()}
    found = selectors.listed(rights(), asked, most=50)
    assert sorted(names[one.incident.id] for one in found) == sorted(wanted)


def test_mine_are_those_given_to_me_and_those_i_took_that_were_given_to_nobody(air: Thing) -> None:
    me, other = staff.person("Me"), staff.person("Other")
    given = incidents.incident(air, at=AT, assigned_to=me)
    taken = incidents.incident(air, at=AT, acknowledged=AT, acknowledged_by=me)
    incidents.incident(air, at=AT, acknowledged=AT, acknowledged_by=me, assigned_to=other)
    found = selectors.listed(rights(), Asked(mine=me.id), most=50)
    assert {one.incident for one in found} == {given, taken}


def test_the_area_offers_communes_with_something_open(air: Thing) -> None:
    here, there = network.commune("01273", "Thục Phán"), network.commune("01279", "Nùng Trí Cao")
    open_here = incidents.incident(network.station("A", commune=here), at=AT)
    incidents.incident(network.station("B", commune=there), at=AT, state=State.CLOSED)
    assert selectors.communes(rights()) == [here]
    found = selectors.listed(rights(name="B"), Asked(commune_id=here.id), most=5)
    assert [one.incident for one in found] == [open_here]


def test_nobody_sees_beyond_their_bounds(air: Thing) -> None:
    enterprise = staff.office("nha-may", "enterprise")
    own = incidents.incident(network.station("XT01", office=enterprise, data_class="restricted"), at=AT)
    foreign = incidents.incident(air, at=AT)
    of_network = incidents.incident(None, at=AT, family=Family.SILENCE)
    theirs = rights(Role.ENTERPRISE, enterprise)
    assert [one.incident for one in selectors.listed(theirs, most=9)] == [own]
    assert selectors.standing(theirs).waiting == 1
    assert selectors.by_id(own.id, theirs) == own
    for one in (foreign, of_network):
        with pytest.raises(PermissionDenied):
            selectors.by_id(one.id, theirs)
    assert selectors.listed(access.ANYBODY, most=9) == []
    everything = rights(name="Binh")
    assert {one.incident for one in selectors.listed(everything, most=9)} == {own, foreign, of_network}


def test_values_of_restricted_stations_reach_nobody_through_their_incidents() -> None:
    where = staff.commune()
    closed_off = incidents.incident(network.station("XT01", commune=where, data_class="restricted"), at=AT)
    shown = incidents.incident(network.station("KK01", commune=where, data_class="internal"), at=AT)
    officer = rights(Role.COMMUNE_OFFICER, staff.office("ubnd", "commune", commune=where))
    assert [one.incident for one in selectors.listed(officer, most=9)] == [shown]
    assert selectors.by_id(closed_off.id, officer) is None
    assert selectors.by_id(shown.id, officer) == shown


def test_what_is_closed_is_read_page_by_page(air: Thing) -> None:
    made = [incidents.incident(air, at=AT, state=State.CLOSED) for _ in range(5)]
    incidents.incident(air, at=AT)
    mine = rights()
    first = selectors.closed(mine, most=2)
    rest = selectors.closed(mine, before=first[-1].incident.id, most=9)
    assert [one.incident for one in [*first, *rest]] == made[::-1]


def test_who_can_be_asked_to_look_after_it() -> None:
    officer: Person = rights(Role.OFFICER, name="Chi").person  # type: ignore[assignment]
    rights(Role.LEADER, name="Dung")
    gone = staff.person("Em", is_active=False)
    staff.task(gone, staff.office("x"), Role.OPERATOR)
    assert selectors.handlers() == [officer]


@pytest.mark.slow
def test_ten_thousand_incidents_are_listed_as_fast_as_ten(air: Thing) -> None:
    """By what the database reads, not by the clock: a page of the list looks at the alarms of its own rows only."""
    rule = incidents.rule()
    made = Incident.objects.bulk_create(
        Incident(family="environment", thing=air, severity=2, onset=AT, opened=AT, changed=AT, acknowledged=AT,
            state="closed", closed=AT, outcome="confirmed", cleared=AT) for _ in range(10_000)
    )  # fmt: skip
    Alarm.objects.bulk_create(
        Alarm(incident=one, code=rule.code, rule=rule, thing=air, onset=AT, raised=AT, last_beyond=AT, cleared=AT,
            severity=2, recorded=AT) for one in made
    )  # fmt: skip
    found = selectors.closed(rights(), before=made[-1].id, most=50)
    assert [one.incident.id for one in found] == [one.id for one in made[-51:-1]][::-1]
    assert all(one.lead and one.alarms == 1 for one in found)
