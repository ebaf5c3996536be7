"""Many observations over HTTP, as columns and as data arrays: the river takes them like files."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.domain import quality as q
from nonnuoc.ingest import pipeline
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.monitoring import observations, services
from nonnuoc.records.monitoring.models import Delivery, ObservationHistory
from tests import factories as f
from tests.api.observed import World
from tests.records.accounts import staff

URL = "/api/observations"
ARROW = "application/vnd.apache.arrow.stream"
NOW = timezone.now().replace(minute=0, second=0, microsecond=0)
MINUTE = timedelta(minutes=1)


def columns(rows: list[tuple[Any, ...]], *names: str) -> bytes:
    """Rows of (…, time, value) as an Arrow stream."""
    kinds = {"time": pa.timestamp("us", tz="UTC"), "value": pa.float64(), "datastream": pa.int32()}
    told = [pa.array([row[n] for row in rows], kinds.get(name, pa.string())) for n, name in enumerate(names)]
    table = pa.table(dict(zip(names, told, strict=True)))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def arrays(*groups: tuple[int, list[list[Any]]]) -> bytes:
    told = [
        {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
        for stream, rows in groups
    ]
    return json.dumps(told, default=lambda moment: moment.isoformat()).encode()


def post(client: Client, secret: str, body: bytes, kind: str = ARROW, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.post(URL, body, content_type=kind, headers={**headers, **more})


def bearer(world: World, who: str) -> str:
    return access_keys.make(world.people[who], name="test", writes=True)[1]


def key(world: World, code: str) -> str:
    return services.new_key(world.things[code], label="logger", by=None)


def value_at(stream: int, at: Any) -> list[float]:
    return observations.read(stream, at, at + MINUTE).value.tolist()


def problems(answer: Any) -> list[tuple[int, str]]:
    return [(problem["line"], problem["code"]) for problem in answer.json()["problems"]]


def test_columns_of_a_station_are_judged_averaged_and_told_like_a_file(client: Client, db: None) -> None:
    thing = f.station()
    secret = services.new_key(thing, label="logger", by=None)
    rows = [("PM2.5", NOW - timedelta(minutes=5 * n), 20.0) for n in range(36)]
    answer = post(client, secret, columns(rows, "symbol", "time", "value"))
    receipt = answer.json()
    assert (answer.status_code, receipt["state"], receipt["format"]) == (201, "committed", "arrow")
    assert (receipt["stored"], receipt["unchanged"], receipt["refused"], receipt["station"]) == (36, 0, 0, "KK01")
    assert f.held(thing, "PM2.5", "mean_1h").value.tolist() == [20.0] * 3
    assert q.flag(f.held(thing, "PM2.5").quality).tolist()[0] != q.Flag.MISSING
    assert answer.headers["Cache-Control"] != "public"


def test_the_same_bytes_again_give_the_receipt_they_got_before(client: Client, world: World) -> None:
    secret, stream = bearer(world, "operator"), world.stream("NB01", "pH")
    for body, kind in (
        (columns([(stream.id, NOW, 7.1)], "datastream", "time", "value"), ARROW),
        (arrays((stream.id, [[NOW - MINUTE, 7.2]])), "application/json"),
    ):
        first, second = post(client, secret, body, kind), post(client, secret, body, kind)
        assert (first.status_code, second.status_code) == (201, 200)
        assert second.json() == {**first.json(), "repeats": 1}
    assert Delivery.objects.filter(format__in=("arrow", "data_array")).count() == 2
    assert value_at(stream.id, NOW) == [7.1]


def test_a_later_word_replaces_the_value_and_the_earlier_one_goes_to_the_history(client: Client, world: World) -> None:
    secret, stream = bearer(world, "operator"), world.stream("NB01", "pH")
    post(client, secret, arrays((stream.id, [[NOW, 7.0], [NOW - MINUTE, 6.9]])), "application/json")
    answer = post(client, secret, arrays((stream.id, [[NOW, 7.3], [NOW - MINUTE, 6.9]])), "application/json").json()
    assert (answer["stored"], answer["unchanged"]) == (1, 1)
    assert value_at(stream.id, NOW) == [7.3]
    assert ObservationHistory.objects.filter(datastream=stream, time=NOW).values_list("value", flat=True)[0] == 7.0


def test_the_key_of_a_station_writes_to_its_own_datastreams_alone(client: Client, world: World) -> None:
    own, foreign = world.stream("XT01", "COD"), world.stream("YT01", "COD")
    rows = [(own.id, NOW, 30.0), (foreign.id, NOW, 31.0), (2_000_000_000, NOW, 32.0), (own.id, NOW - MINUTE, 33.0)]
    answer = post(client, key(world, "XT01"), columns(rows, "datastream", "time", "value"))
    assert (answer.status_code, answer.json()["stored"]) == (201, 2)
    assert problems(answer) == [(2, "foreign_station"), (3, "foreign_station")]
    assert (value_at(own.id, NOW), value_at(foreign.id, NOW)) == ([30.0], [])
    named = [("YT01", "COD", NOW, 1.0), ("XT01", "COD", NOW - 2 * MINUTE, 2.0), ("NONE", "COD", NOW, 3.0)]
    answer = post(client, key(world, "XT01"), columns(named, "station", "symbol", "time", "value"))
    assert problems(answer) == [(1, "foreign_station"), (3, "foreign_station")]
    assert value_at(own.id, NOW - 2 * MINUTE) == [2.0]


def test_a_delivery_of_nothing_but_foreign_rows_is_403_with_its_receipt(client: Client, world: World) -> None:
    foreign = world.stream("YT01", "COD")
    answer = post(client, key(world, "XT01"), arrays((foreign.id, [[NOW, 1.0]])), "application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_station")
    assert answer.json()["receipt"]["state"] == "quarantined"
    assert value_at(foreign.id, NOW) == []


def test_a_person_writes_within_their_reach_row_by_row(client: Client, world: World) -> None:
    own, foreign, sample = world.stream("XT01", "COD"), world.stream("YT01", "COD"), world.stream("XK01", "SO2")
    body = arrays((own.id, [[NOW, 30.0]]), (foreign.id, [[NOW, 31.0]]), (sample.id, [[NOW, 32.0]]))
    answer = post(client, bearer(world, "x"), body, "application/json")
    assert (answer.status_code, answer.json()["stored"], problems(answer)) == (201, 2, [(2, "foreign_station")])
    assert value_at(foreign.id, NOW) == []
    again = post(client, bearer(world, "y"), body, "application/json")  # the same bytes, another one's rights
    assert (again.status_code, problems(again)) == (201, [(1, "foreign_station"), (3, "foreign_station")])
    assert value_at(foreign.id, NOW) == [31.0]
    everything = post(client, bearer(world, "operator"), body, "application/json").json()
    assert (everything["stored"], everything["unchanged"], everything["refused"]) == (0, 3, 0)


def test_who_may_not_upload_or_reads_only_is_refused(client: Client, world: World) -> None:
    body = arrays((world.stream("NB01", "pH").id, [[NOW, 7.0]]))
    reading = access_keys.make(world.people["operator"], name="test")[1]
    for secret, status in (("", 401), ("wrong", 401), (bearer(world, "reader"), 403), (reading, 403)):
        assert post(client, secret, body, "application/json").status_code == status
    assert client.get(URL).status_code == 405
    assert not Delivery.objects.filter(format="data_array").exists()


def test_rows_that_belong_nowhere_are_refused_with_what_would_mend_them(client: Client, world: World) -> None:
    raw, mean = world.stream("KK01", "PM2.5"), world.stream("KK01", "PM2.5", "mean_1h")
    ahead = NOW + timedelta(days=1)
    body = arrays(
        (raw.id, [[NOW, 20.0], [ahead, 21.0], ["2026-01-01T00:00:00.5Z", 22.0]]),
        (mean.id, [[NOW, 23.0]]),
        (-4, [[NOW, 2]]),
    )
    answer = post(client, bearer(world, "operator"), body, "application/json")
    assert sorted(problems(answer)) == [
        (2, "clock_ahead"),
        (3, "subsecond"),
        (4, "derived_datastream"),
        (5, "unknown_datastream"),
    ]
    assert answer.json()["stored"] == 1


def test_values_without_a_unit_are_in_the_datastreams_own_and_others_are_converted(
    client: Client, world: World
) -> None:
    stream = world.stream("KK01", "PM2.5")
    rows = [(stream.id, NOW, 0.02, "mg/m3"), (stream.id, NOW - MINUTE, 20.0, None), (stream.id, NOW, 1.0, "furlong")]
    answer = post(client, bearer(world, "operator"), columns(rows, "datastream", "time", "value", "unit"))
    assert (problems(answer), answer.json()["stored"]) == ([(3, "unknown_unit")], 2)
    assert value_at(stream.id, NOW) == [pytest.approx(20.0)]
    assert value_at(stream.id, NOW - MINUTE) == [20.0]


def test_a_time_with_its_zone_is_not_taken_for_a_clock_on_utc(client: Client, world: World) -> None:
    at = timezone.now().replace(microsecond=0) - timedelta(hours=7)
    answer = post(
        client, bearer(world, "operator"), arrays((world.stream("NB01", "pH").id, [[at, 7.0]])), "application/json"
    )
    assert (answer.json()["state"], answer.json()["stored"]) == ("committed", 1)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"not arrow", ARROW, "arrow"),
        (b"\xff\xff\xff\xff" + b"\xff" * 100, ARROW, "arrow"),
        (b"{", "application/json", "json"),
        (b"{}", "application/json", "components"),
    ],
)
def test_what_nobody_can_read_is_kept_and_says_why(
    client: Client, world: World, body: bytes, kind: str, code: str
) -> None:
    answer = post(client, bearer(world, "operator"), body, kind)
    assert (answer.status_code, answer.json()["state"], answer.json()["code"]) == (201, "quarantined", code)
    assert answer.json()["reason"]


@pytest.mark.parametrize(
    ("kind", "headers", "status"),
    [
        ("text/csv", {}, 415),
        ("application/vnd.apache.arrow.file", {}, 415),
        ("application/json", {"Content-Encoding": "gzip"}, 415),
        ("application/json", {"Content-Length": str(60 * 1024 * 1024)}, 413),
        ("application/json", {"Content-Length": "5"}, 201),
        ("application/json", {"Content-Length": "0"}, 422),
    ],
)
def test_a_body_of_another_type_or_length_is_refused(
    client: Client, world: World, kind: str, headers: dict[str, str], status: int
) -> None:
    assert post(client, bearer(world, "operator"), b"[   ]", kind, **headers).status_code == status


def test_what_a_person_sent_is_read_again_once_it_has_a_place(client: Client, world: World) -> None:
    rows = [("NB01", "pH", NOW, 7.0), ("NB01", "Temp2", NOW, 21.0)]
    answer = post(client, bearer(world, "operator"), columns(rows, "station", "symbol", "time", "value"))
    assert problems(answer) == [(2, "unknown_parameter")]
    services.register_datastream(world.things["NB01"], property_code="Temp", symbol="Temp2", interval_s=300, by=None)
    pipeline.replay(world.things["NB01"].id)
    row = Delivery.objects.get(uuid=answer.json()["uuid"])
    assert (row.stored, row.unchanged, row.refused, row.thing) == (2, 0, 0, world.things["NB01"])
    assert value_at(world.stream("NB01", "Temp").id, NOW) == [21.0]


def test_reading_again_asks_what_the_sender_might_do_then(client: Client, world: World) -> None:
    own, foreign = world.stream("XT01", "COD"), world.stream("YT01", "COD")
    body = arrays((own.id, [[NOW, 30.0]]), (foreign.id, [[NOW, 31.0]]))
    answer = post(client, bearer(world, "x"), body, "application/json")
    person = world.people["x"]
    person.is_active = False
    person.save()
    staff.task(world.people["y"], world.offices["x"], Role.ENTERPRISE)
    pipeline.replay(world.things["XT01"].id)
    row = Delivery.objects.get(uuid=answer.json()["uuid"])
    assert (row.state, row.stored, row.refused) == ("committed", 1, 1)
    assert value_at(foreign.id, NOW) == []
