"""JSON batches: each request as if it came alone, groups all or nothing, references to what earlier ones made."""

from __future__ import annotations

import pytest

from nonnuoc.records.monitoring.models import Location, Thing
from tests.api.sensorthings import writer as w
from tests.api.sensorthings.writer import ROOT, Writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone(administrator):
    return Writer.of(administrator)


def ask(id_, method, url, body=None, **more):
    return {"id": str(id_), "method": method, "url": url, **({} if body is None else {"body": body}), **more}


def batch(someone, *requests, **headers):
    response = someone.send("POST", "$batch", {"requests": list(requests)}, **headers)
    assert response.status_code == 200, response.content
    return response.json()["responses"]


def statuses(responses):
    return [one["status"] for one in responses]


def test_requests_are_answered_in_their_order(someone):
    number = someone.make("Things", w.thing("Đá"))
    first, second, third = batch(
        someone,
        ask(0, "get", f"Things({number})?$select=name"),
        ask("a-1", "POST", "Things", w.thing("Nước")),
        ask(2, "get", f"{ROOT}/Things?$count=true&$filter=name eq 'Nước'&$top=1"),
    )
    assert first == {"id": "0", "status": 200, "body": {"name": "Đá"}}
    assert (second["id"], second["status"], second["body"]["name"]) == ("a-1", 201, "Nước")
    assert second["location"] == second["body"]["@iot.selfLink"]
    assert third["body"]["@iot.count"] == 1


def test_a_request_refers_to_what_an_earlier_one_made(someone):
    stream = w.datastream(ObservedProperty=w.observed_property(), Sensor=w.sensor())
    made = batch(
        someone,
        ask("t", "post", "Things", w.thing()),
        ask("l", "post", "$t/Locations", w.location(106.2, 22.6), dependsOn=["t"]),
        ask("d", "post", "Datastreams", {**stream, "Thing": {"@iot.id": "$t"}}),
        ask("o", "post", "$d/Observations", {"phenomenonTime": "2026-11-20T05:30:00Z", "result": 4}, dependsOn=["d"]),
        ask("r", "get", "$o/Datastream/Thing"),
    )
    assert statuses(made) == [201, 201, 201, 201, 200]
    assert made[-1]["body"]["@iot.id"] == made[0]["body"]["@iot.id"]


def test_a_group_happens_as_a_whole_or_not_at_all(someone):
    bad = {"name": "no description"}
    asked = [
        ask(1, "post", "Things", w.thing("A"), atomicityGroup="g"),
        ask(2, "post", "Things", bad, atomicityGroup="g"),
    ]
    first, second = batch(someone, *asked)
    assert (first["status"], first["body"]["code"], second["status"]) == (424, "undone", 400)
    assert second["body"]["path"] == "$.description"
    assert not Thing.objects.exists()
    asked[1] = ask(2, "post", "$1/Locations", w.location(), atomicityGroup="g")
    assert statuses(batch(someone, *asked)) == [201, 201]
    assert Location.objects.get().thing == Thing.objects.get()


def test_after_a_failure_the_rest_is_not_tried_unless_that_is_preferred(someone):
    asked = [
        ask(1, "get", "Things(999)"),
        ask(2, "post", "Things", w.thing()),
        ask(3, "get", "Things", dependsOn=["1"]),
    ]
    told = batch(someone, *asked)
    assert statuses(told) == [404, 424, 424]
    assert not Thing.objects.exists()
    assert statuses(batch(someone, *asked, Prefer="odata.continue-on-error")) == [404, 201, 424]


def test_a_failed_group_fails_what_depends_on_it(someone):
    asked = [
        ask(1, "post", "Things", {}, atomicityGroup="g"),
        ask(2, "get", "Things", dependsOn=["g"]),
        ask(3, "get", "Things"),
    ]
    assert statuses(batch(someone, *asked, Prefer="continue-on-error")) == [400, 424, 200]


def test_each_request_has_the_access_it_has_alone(world):
    x, internal = Writer.of(world.people["x"]), world.things["NB01"].id
    asked = [
        ask(1, "get", f"Things({world.things['XT01'].id})"),
        ask(2, "get", f"Things({internal})"),
        ask(3, "post", "Things", w.thing()),
        ask(4, "delete", f"Things({world.things['KK01'].id})"),
        ask(5, "post", f"Datastreams({world.stream('XT01', 'COD').id})/Observations",
            {"phenomenonTime": "2026-11-20T05:30:00Z", "result": 4}),
    ]  # fmt: skip
    told = batch(x, *asked, Prefer="continue-on-error")
    assert statuses(told) == [200, 404, 403, 403, 201]
    assert statuses(batch(Writer(), *asked, Prefer="continue-on-error")) == [404, 404, 401, 401, 401]


def test_data_arrays_are_written_in_a_batch(world):
    operator, raw = Writer.of(world.people["operator"]), world.stream("KK01", "PM2.5").id
    rows = [["2026-11-20T05:30:00Z", 4]]
    body = [{"Datastream": {"@iot.id": raw}, "components": ["phenomenonTime", "result"], "dataArray": rows}]
    (told,) = batch(operator, ask(1, "post", "CreateObservations", body))
    assert (told["status"], len(told["body"])) == (201, 1)
    (again,) = batch(
        operator, ask(1, "post", "CreateObservations", body, headers={"Prefer": "resolution=merge-duplicates"})
    )
    assert again["body"] == told["body"]


@pytest.mark.parametrize(
    ("requests", "path"),
    [
        ([], "$.requests"),
        ([ask(n, "get", "Things") for n in range(101)], "$.requests"),
        ([7], "$.requests[0]"),
        ([ask(1, "get", "Things", more=1)], "$.requests[0]"),
        ([ask(1, "TRACE", "Things")], "$.requests[0].method"),
        ([{"id": "1", "method": "get"}], "$.requests[0].url"),
        ([ask(1, "get", "Things"), ask(1, "get", "Things")], "$.requests[1].id"),
        ([ask("", "get", "Things")], "$.requests[0].id"),
        ([ask(1, "get", "Things", headers={"Prefer": 7})], "$.requests[0].headers"),
        ([ask(1, "get", "Things", dependsOn=["2"]), ask(2, "get", "Things")], "$.requests[0].dependsOn"),
        ([ask(1, "get", "Things", dependsOn=[7])], "$.requests[0].dependsOn"),
        ([ask(1, "get", "Things", atomicityGroup="g")], "$.requests[0].method"),
        ([ask(1, "post", "Things", {}, atomicityGroup="g"), ask(2, "get", "Things"),
          ask(3, "post", "Things", {}, atomicityGroup="g")], "$.requests"),
    ],
)  # fmt: skip
def test_a_batch_that_is_none_is_refused_as_a_whole(someone, requests, path):
    told = someone.refused("POST", "$batch", {"requests": requests})
    assert (told["code"], told["path"]) == ("batch", path)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("$batch", "nested"),
        ("%24batch", "nested"),
        ("../../../admin", "url"),
        ("http://example.com/Things", "url"),
        ("/desk/", "url"),
        ("Things/../../../../desk", "url"),
    ],
)
def test_a_request_leads_below_the_service(someone, url, code):
    (told,) = batch(someone, ask(1, "post", url, {}))
    assert (told["status"], told["body"]["code"]) == (400, code)


def test_a_body_that_is_too_large_is_refused(someone):
    assert someone.refused("POST", "$batch", b" " * (10 * 2**20 + 1), status=413)["code"] == "too_large"


def test_a_session_is_not_taken_for_a_key(world, client):
    client.force_login(world.people["administrator"])
    body = {"requests": [ask(1, "post", "Things", w.thing())]}
    response = client.post(f"{ROOT}/$batch", body, content_type="application/json")
    assert statuses(response.json()["responses"]) == [401]
