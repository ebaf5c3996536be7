"""Incidents as open data: strangers read what is sure, the staff what is theirs to see; by the time of the event."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.models import DataClass, Role
from nonnuoc.records.alerts.models import Family, Incident, Severity
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.warnings.models import PublicWarning
from tests.portal import network
from tests.records.accounts import staff
from tests.records.alerts import incidents

pytestmark = pytest.mark.django_db
State, Outcome = Incident.State, Incident.Outcome


@pytest.fixture
def at() -> datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def air() -> Thing:
    return network.station("KK01", kind=Thing.Kind.AMBIENT_AIR)


@pytest.fixture
def stream(air: Thing) -> Datastream:
    return network.instrument(air, "PM2.5")


def closed(thing: Thing, at: datetime, **facts: Any) -> Incident:
    return incidents.incident(thing, at=at, state=State.CLOSED, **facts)


def listed(client: Client, query: str = "", **headers: Any) -> list[int]:
    answer = client.get(f"/api/incidents{query}", headers=headers)
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["incidents"]]


def key(role: str, office: Any = None) -> dict[str, str]:
    person = staff.person(role)
    staff.task(person, office or staff.office(f"office-{role}"), role)
    return {"authorization": f"Bearer {access_keys.make(person, name='test')[1]}"}


def warn(of: Incident, at: datetime, **facts: Any) -> PublicWarning:
    words = {"event_vi": "x", "event_en": "x", "headline_vi": "x", "headline_en": "x", "description_vi": "x"}
    known = {"urgency": "Expected", "severity": "Severe", "certainty": "Observed", "area_vi": "x", "automatic": True}
    span = {"effective": at, "expires": at + timedelta(hours=6), "sent": at, "as_sent": {}, "identifier": f"id-{of.id}"}
    return PublicWarning.objects.create(
        incident=of, state="published", **{**words, **known, **span, "status": "Actual", **facts}
    )  # fmt: skip


def test_strangers_read_what_is_sure_and_public(client: Client, air: Thing, at: datetime) -> None:
    confirmed = closed(air, at)
    warned = incidents.incident(air, at=at)
    warn(warned, at)
    secret = network.station("XT01", data_class=DataClass.RESTRICTED)
    hidden = [
        incidents.incident(air, at=at),
        closed(air, at, outcome=Outcome.FALSE_ALARM),
        closed(air, at, outcome=Outcome.RECORDED, told=None),
        closed(air, at, told=None),
        closed(air, at, family=Family.OPERATION),
        closed(secret, at),
        incidents.incident(None, at=at, family=Family.SILENCE),
    ]
    exercise = incidents.incident(air, at=at)
    warn(exercise, at, status="Exercise")
    assert listed(client) == [warned.id, confirmed.id]
    assert client.get(f"/api/incidents/{warned.id}").json()["id"] == warned.id
    for one in (*hidden, exercise):
        assert client.get(f"/api/incidents/{one.id}").status_code == 404


def test_who_may_see_incidents_reads_those_of_their_reach_from_the_first_moment(
    client: Client, air: Thing, at: datetime
) -> None:
    enterprise = staff.office("nha-may", "enterprise")
    own = incidents.incident(network.station("XT01", office=enterprise, data_class="restricted"), at=at)
    foreign = incidents.incident(air, at=at)
    of_all = closed(air, at, cause="Đốt rơm rạ")
    theirs, operators = key(Role.ENTERPRISE, enterprise), key(Role.OPERATOR)
    assert listed(client, **theirs) == [of_all.id, own.id]
    assert listed(client, **operators) == [of_all.id, foreign.id, own.id]
    assert client.get(f"/api/incidents/{foreign.id}", headers=theirs).status_code == 404
    inside = client.get(f"/api/incidents/{of_all.id}", headers=operators).json()
    outside = client.get(f"/api/incidents/{of_all.id}", headers=theirs).json()
    assert inside["cause"] == "Đốt rơm rạ"
    assert "cause" not in outside and "acknowledged" not in outside  # what people wrote is for those who work on it
    assert outside["outcome"] == "confirmed"


def test_an_event_tells_when_how_long_how_far_and_what_it_rests_on(
    client: Client, stream: Datastream, at: datetime
) -> None:
    made = closed(stream.thing, at, onset=timedelta(hours=3))
    incidents.alarm(made, stream, suspect=1)
    (told,) = client.get("/api/incidents").json()["incidents"]
    assert (told["station"], told["family"], told["severity"], told["state"], told["outcome"]) == (
        "KK01",
        "environment",
        "severe",
        "closed",
        "confirmed",
    )
    assert (told["elapsed_s"], told["simulated"]) == (3 * 3600, False)
    assert datetime.fromisoformat(told["onset"]) == made.onset
    assert told["onset"].endswith("+07:00")
    (alarm,) = told["alarms"]
    assert alarm | {"onset": "", "raised": "", "cleared": "", "peak_time": ""} == {
        "rule": "pm25-24h",
        "name": "PM2.5 trung bình 24 giờ vượt quy chuẩn",
        "name_en": "PM2.5, 24-hour mean, over the limit",
        "station": "KK01",
        "datastream": stream.id,
        "property": "PM2.5",
        "procedure": "raw",
        "unit": "µg/Nm3",
        "severity": "severe",
        "onset": "",
        "raised": "",
        "cleared": "",
        "elapsed_s": 3 * 3600,
        "level": 45.0,
        "peak": 68.0,
        "peak_time": "",
        "values": 3,
        "suspect": 1,
        "document": "QCVN 05:2023/BTNMT, bảng 1",
    }


def test_what_goes_on_has_lasted_until_now(client: Client, stream: Datastream, at: datetime) -> None:
    incidents.alarm(incidents.incident(stream.thing, at=at, onset=timedelta(hours=1)), stream)
    (told,) = client.get("/api/incidents", headers=key(Role.OPERATOR)).json()["incidents"]
    assert (told["cleared"], told["alarms"][0]["cleared"]) == (None, None)
    assert 3600 <= told["elapsed_s"] < 3700


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", "cba"),
        ("?station=KK01", "ba"),
        ("?station=KK", ""),
        ("?family=silence", "b"),
        ("?severity=severe", "ca"),
        ("?state=held", "c"),
        ("?since=last-4h", "ba"),
        ("?until=yesterday", ""),
        ("?limit=1", "c"),
    ],
)
def test_filters(client: Client, air: Thing, at: datetime, query: str, wanted: str) -> None:
    other = network.station("NM01", kind=Thing.Kind.SURFACE_WATER)
    over = {"state": State.HELD, "cleared": at - timedelta(hours=8)}
    names = {
        incidents.incident(air, at=at).id: "a",
        incidents.incident(air, at=at, family=Family.SILENCE, severity=Severity.MINOR).id: "b",
        incidents.incident(other, at=at, onset=timedelta(hours=9), **over).id: "c",
    }  # fmt: skip
    assert "".join(names[one] for one in listed(client, query, **key(Role.OPERATOR))) == wanted


def test_older_ones_are_where_next_says(client: Client, air: Thing, at: datetime) -> None:
    made = [closed(air, at).id for _ in range(5)]
    first = client.get("/api/incidents?limit=2&station=KK01").json()
    assert [one["id"] for one in first["incidents"]] == made[:2:-1]
    second = client.get(first["next"].removeprefix("http://testserver")).json()
    assert [one["id"] for one in second["incidents"]] == made[2:0:-1]
    last = client.get(second["next"].removeprefix("http://testserver")).json()
    assert ([one["id"] for one in last["incidents"]], last["next"]) == ([made[0]], None)


def test_as_csv_each_alarm_is_a_line(client: Client, stream: Datastream, at: datetime) -> None:
    made = closed(stream.thing, at)
    incidents.alarm(made, stream)
    incidents.alarm(made, network.instrument(stream.thing, "PM10"), code="pm10", peak=180.5)
    closed(stream.thing, at)
    answer = client.get("/api/incidents?f=csv&limit=2")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(one["incident"], one["property"], one["peak"], one["level"]) for one in lines] == [
        (str(made.id), "PM2.5", "68.0", "45.0"),
        (str(made.id), "PM10", "180.5", "45.0"),
    ]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?since=soon", "since"),
        ("?since=2026-02-01&until=2026-01-01", "since"),
        ("?severity=bad", "severity"),
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?before=x", "before"),
        ("?f=xml", "f"),
        ("?stations=KK01", "stations"),
        ("?state=open&state=held", "state"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(client: Client, query: str, parameter: str) -> None:
    answer = client.get(f"/api/incidents{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_it_costs_the_same_for_one_and_for_many(client: Client, stream: Datastream, at: datetime, queries: Any) -> None:
    incidents.alarm(closed(stream.thing, at), stream)
    client.get("/api/incidents")
    one = queries(lambda: client.get("/api/incidents"))
    for _ in range(3):
        incidents.alarm(closed(stream.thing, at), stream)
    assert queries(lambda: client.get("/api/incidents")) == one


def test_invented_data_say_so(client: Client, at: datetime) -> None:
    closed(network.station("MP01", kind=Thing.Kind.AMBIENT_AIR, simulated=True), at)
    (told,) = client.get("/api/incidents").json()["incidents"]
    assert told["simulated"] is True
