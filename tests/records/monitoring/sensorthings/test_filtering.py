"""$filter, as far as SQL: what it finds, what it refuses, and that nothing in it stops the database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nonnuoc.records.monitoring.models import Datastream, Location, Thing
from tests.api.observed import NOON, World
from tests.records.monitoring.sensorthings.asked import codes, columns, entity, fault, ids, page

pytestmark = pytest.mark.django_db

EVERYTHING = ["KK01", "NM01", "NB01", "XT01", "XK01", "YT01"]
THINGS = [
    ("name eq 'Trạm KK01'", ["KK01"]),
    ("'Trạm KK01' eq name", ["KK01"]),
    ("name ne 'Trạm KK01'", ["NM01", "NB01", "XT01", "XK01", "YT01"]),
    ("properties/code eq 'NM01'", ["NM01"]),
    ("properties/decimal eq 'comma'", ["KK01"]),
    ("properties/decimal ne 'comma'", ["NM01", "NB01", "XT01", "XK01", "YT01"]),
    ("properties/decimal eq null", ["NM01", "NB01", "XT01", "XK01", "YT01"]),
    ("properties/river ne null", ["NM01"]),
    ("properties/nothing/at/all eq 3", []),
    ("not (properties/nothing eq 3)", EVERYTHING),
    ("properties/nothing gt null", []),
    ("properties/simulated eq true", ["NM01"]),
    ("properties/simulated", ["NM01"]),
    ("not properties/simulated", ["KK01", "NB01", "XT01", "XK01", "YT01"]),
    ("substringof('KK', name)", ["KK01"]),
    ("contains(name, 'KK')", ["KK01"]),
    ("startswith(properties/code, 'X')", ["XT01", "XK01"]),
    ("endswith(properties/code, 'T01')", ["XT01", "YT01"]),
    ("length(properties/code) eq 4", EVERYTHING),
    ("length(properties/code) eq '4'", EVERYTHING),
    ("indexof(properties/code, '0') eq 2", EVERYTHING),
    ("indexof(properties/code, 'X') eq -1", ["KK01", "NM01", "NB01", "YT01"]),
    ("substring(properties/code, 1) eq 'T01'", ["XT01", "YT01"]),
    ("substring(properties/code, 0, 1) eq 'X'", ["XT01", "XK01"]),
    ("substring(properties/code, 0 sub 5, 2) eq 'NM'", ["NM01"]),
    ("tolower(properties/code) eq 'kk01'", ["KK01"]),
    ("toupper(tolower(properties/code)) eq 'KK01'", ["KK01"]),
    ("trim(concat(properties/code, '  ')) eq 'KK01'", ["KK01"]),
    ("@iot.id gt 99999999999999999999", []),
    ("@iot.id lt 1e300", EVERYTHING),
    ("true", EVERYTHING),
    ("false or properties/code eq 'KK01'", ["KK01"]),
    ("1 eq 1 and 2 gt 1", EVERYTHING),
    ("1 div 0 eq 1", []),
    ("1 mod 0 eq 1", []),
    ("7 mod 4 eq 3", EVERYTHING),
    ("7 div 2 eq 3.5", EVERYTHING),
    ("-(1 sub 3) mul 2 add 1 eq 5", EVERYTHING),
    ("1e308 mul 1e308 gt 1e300", EVERYTHING),
    ("round(1.5) eq 2 and floor(1.9) eq 1 and ceiling(1.1) eq 2", EVERYTHING),
    ("Datastreams/ObservedProperty/name eq 'Fine particles PM2.5'", ["KK01"]),
    ("Datastreams/ObservedProperty/properties/code eq 'COD'", ["NM01", "XT01", "YT01"]),
    ("Datastreams/ObservedProperty/properties/code eq 'COD' and Datastreams/properties/procedure eq 'sample'",
     ["NM01"]),
    ("Datastreams/ObservedProperty/properties/code eq 'SO2' and Datastreams/properties/procedure eq 'sample'", []),
    ("Datastreams/Observations/result gt 90 and Datastreams/Observations/resultQuality/flag eq 'good'", ["XK01"]),
    ("Datastreams/Observations/result gt 400", ["KK01"]),
    ("not (Datastreams/ObservedProperty/properties/code eq 'COD')", ["KK01", "NB01", "XK01"]),
    ("Datastreams/Sensor/properties/kind eq 'formula' or properties/code eq 'XT01'", EVERYTHING),
    ("Locations/location eq null", []),
    ("st_within(Locations/location, geography'POLYGON((106.25 22.6,106.4 22.6,106.4 22.8,106.25 22.8,106.25 22.6))')",
     ["KK01", "NB01"]),
    ("st_within(HistoricalLocations/Locations/location, geography'POINT(106.25 22.66)')", ["KK01"]),
    ("st_intersects(geography'POINT(106.10 22.50)', Locations/location)", ["YT01"]),
    ("geo.distance(Locations/location, geography'POINT(106.26 22.67)') lt 0.01", ["KK01"]),
    ("geo.distance(Locations/location, geography'POINT(106.26 22.67)') ge 0.01", ["NB01", "XT01", "XK01", "YT01"]),
    ("geo.intersects(geography'POINT(1 2)', geography'POINT(1 2)')", EVERYTHING),
    ("geo.length(geography'LINESTRING(0 0, 0 2)') eq 2", EVERYTHING),
    ("st_relate(Locations/location, geography'POINT(106.26 22.67)', 'T********')", ["KK01"]),
    ("st_disjoint(Locations/location, geography'POINT(106.26 22.67)')", ["NB01", "XT01", "XK01", "YT01"]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "found"), THINGS, ids=[asked for asked, _ in THINGS])
def test_things(world: World, asked: str, found: list[str]) -> None:
    assert codes(page(world.rights["operator"], "Things", filter=asked)) == found


#: Of the 73 raw values of PM2.5 at KK01: 20 at 05:00 UTC, an eighth more each step back; five of them doubtful.
OBSERVATIONS = [
    ("result gt 480", 0),
    ("result ge 480", 1),
    ("result ge '480'", 1),
    ("result eq 20", 1),
    ("result eq 20.125", 1),
    ("result lt 1.5", 1),
    ("result eq null", 1),
    ("result ne null", 72),
    ("not (result gt 0)", 1),
    ("result ne 20", 72),
    ("result add 1 eq 21", 1),
    ("result div 0 gt 1", 0),
    ("result mul 1e308 mul 1e308 gt 1", 72),
    ("resultQuality/flag eq 'good'", 69),
    ("resultQuality/flag eq 'missing'", 1),
    ("resultQuality/standing eq 'validated'", 1),
    ("resultQuality/late", 1),
    ("parameters/status eq 1", 1),
    ("parameters/completeness eq null", 73),
    ("phenomenonTime eq 2026-11-20T05:00:00Z", 1),
    ("phenomenonTime eq 2026-11-20T12:00:00+07:00", 1),
    ("phenomenonTime gt '2026-11-20T04:55:00Z'", 1),
    ("phenomenonTime ge 2026-11-20T04:55:00Z", 2),
    ("phenomenonTime ge '2026-11-20' and phenomenonTime lt '2026-11-21'", 61),
    ("phenomenonTime lt 2026-11-20T04:55:00Z and result gt 100", 1),
    ("resultTime ge 2026-11-20T04:55:00Z", 2),
    ("during(phenomenonTime, 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z)", 12),
    ("phenomenonTime ge 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z", 13),
    ("phenomenonTime lt 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z", 60),
    ("phenomenonTime gt 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z", 1),
    ("before(phenomenonTime, 2026-11-20T00:00:00Z)", 12),
    ("after(phenomenonTime, 2026-11-20T04:55:00Z)", 1),
    ("overlaps(phenomenonTime, 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z)", 12),
    ("meets(phenomenonTime, 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z)", 1),
    ("starts(phenomenonTime, 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z)", 1),
    ("finishes(phenomenonTime, 2026-11-20T04:00:00Z/2026-11-20T05:00:00Z)", 1),
    ("year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 11 and day(phenomenonTime) eq 20", 61),
    ("hour(phenomenonTime) eq 4 and minute(phenomenonTime) eq 5 and second(phenomenonTime) eq 0", 1),
    ("date(phenomenonTime) eq 2026-11-19", 12),
    ("time(phenomenonTime) eq '04:05:00'", 1),
    ("totaloffsetminutes(phenomenonTime) eq 0 and fractionalseconds(resultTime) eq 0", 73),
    ("phenomenonTime add duration'PT1H' gt 2026-11-20T05:55:00Z", 1),
    ("2026-11-20T05:00:00Z sub phenomenonTime lt duration'PT10M'", 2),
    ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime()", 73),
    ("validTime eq null", 73),
    ("Datastream/Thing/name eq 'Trạm KK01'", 73),
    ("Datastream/Thing/name eq 'Trạm NM01'", 0),
    ("Datastream/Thing/Locations/name eq 'Trạm KK01' and result gt 400", 1),
    ("FeatureOfInterest/name eq 'Quanh KK01'", 73),
    ("result gt 400 or Datastream/name eq 'x'", 1),
    ("round(result) eq 20 or floor(result) eq 29", 5),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "number"), OBSERVATIONS, ids=[asked for asked, _ in OBSERVATIONS])
def test_observations(world: World, asked: str, number: int) -> None:
    path = f"Datastreams({world.stream('KK01', 'PM2.5').id})/Observations"
    found = page(world.rights["anybody"], path, filter=asked, count="true", top="1000")
    assert (found.count, len(found.entities)) == (number, number)
    assert len(columns(world.rights["anybody"], path, filter=asked).ids) == number


def test_a_mean_is_of_a_span_that_ends_at_its_time(world: World) -> None:
    path = f"Datastreams({world.stream('KK01', 'PM2.5', 'mean_1h').id})/Observations"
    anybody = world.rights["anybody"]

    def number(asked: str) -> int | None:
        return page(anybody, path, filter=asked, count="true").count

    hour = "2026-11-20T04:00:00Z/2026-11-20T05:00:00Z"
    assert number(f"phenomenonTime eq {hour}") == 1
    assert number(f"phenomenonTime ne {hour}") == 6
    assert number(f"during(phenomenonTime, {hour})") == 1
    assert number(f"overlaps(phenomenonTime, {hour})") == 1
    assert number(f"before(phenomenonTime, {hour})") == 6
    assert number(f"starts(phenomenonTime, {hour})") == 1
    assert number("phenomenonTime gt 2026-11-20T04:00:00Z") == 1
    assert number("overlaps(phenomenonTime, 2026-11-20T04:30:00Z)") == 1
    assert number("parameters/completeness eq 100") == 7
    assert number("parameters/status eq 100") == 0


def test_an_index_tells_what_leads_it(world: World) -> None:
    found = page(world.rights["anybody"], "Observations", filter="parameters/leading eq 'PM2.5'", top="1")
    assert found.entities[0]["parameters"] == {"leading": "PM2.5"}


def test_an_id_is_found_by_itself(world: World) -> None:
    rights = world.rights["anybody"]
    some = page(rights, "Observations", top="40", orderby="@iot.id desc").entities
    number = some[7]["@iot.id"]
    assert ids(page(rights, "Observations", filter=f"@iot.id eq {number}")) == [number]
    assert ids(page(rights, "Observations", filter=f"@iot.id eq '{number}'")) == [number]
    assert number not in ids(page(rights, "Observations", filter=f"@iot.id ne {number}", orderby="@iot.id desc"))
    assert ids(page(rights, "Observations", filter=f"@iot.id gt {number}", orderby="@iot.id desc")) == ids(some)[:7]
    assert ids(page(rights, "Observations", filter=f"@iot.id ge {number}", orderby="@iot.id desc")) == ids(some)[:8]
    assert ids(page(rights, "Observations", filter=f"@iot.id lt {number}", orderby="@iot.id desc", top="3")) == [
        one["@iot.id"] for one in some[8:11]
    ]
    assert entity(rights, f"Observations({number})", select="result") == {
        "@iot.id": number,
        "result": some[7]["result"],
    }


def test_properties_compare_as_what_they_are(world: World) -> None:
    Thing.objects.filter(code="KK01").update(properties={"n": 5, "s": "5", "list": [1, 2], "deep": {"x": None}})
    rights = world.rights["anybody"]
    for asked, found in (
        ("properties/n eq 5", ["KK01"]),
        ("properties/n eq '5'", ["KK01"]),
        ("properties/n gt 4.5", ["KK01"]),
        ("properties/n add 1 eq 6", ["KK01"]),
        ("properties/s eq 5", []),
        ("properties/s eq '5'", ["KK01"]),
        ("properties/list/1 eq 2", ["KK01"]),
        ("properties/deep/x eq null", ["KK01", "NM01"]),
        ("properties/n eq properties/n", ["KK01", "NM01"]),
        ("properties/n eq true", []),
        ("length(properties/s) eq 1", ["KK01"]),
    ):
        assert codes(page(rights, "Things", filter=asked)) == found, asked


WRONG = [
    ("Things", "name eq 5", "'5'", 8),
    ("Things", "5 eq name", "'5'", 0),
    ("Things", "name", "'name'", 0),
    ("Things", "name gt true", "true or false", 8),
    ("Things", "nome eq 'x'", "name", 0),
    ("Things", "Datastreams/nome eq 'x'", "name", 12),
    ("Things", "Datastreams eq 5", "entity", 0),
    ("Things", "name/x eq 5", "nothing lies behind", 0),
    ("Things", "properties/code eq 5", "'5'", 19),
    ("Things", "length(5) eq 1", "a text", 7),
    ("Things", "year(name) eq 1", "a time", 5),
    ("Things", "name add 1 eq 2", "a number", 0),
    ("Things", "properties/simulated gt true", "more nor less", 0),
    ("Things", "st_within(name, geography'POINT(1 2)')", "a geometry", 10),
    ("Things", "st_within(Locations/location, Locations/location)", "written out", 0),
    ("Things", "st_relate(Locations/location, geography'POINT(1 2)', 'x')", "nine", 53),
    ("Locations", "location eq geography'POINT(1 2)'", "geometry", 12),
    ("Observations", "result eq 'abc'", "'abc'", 10),
    ("Observations", "phenomenonTime gt 5", "a time", 18),
    ("Observations", "phenomenonTime gt 'soon'", "a time", 18),
    ("Observations", "phenomenonTime gt '2026-11-20T00:00:00'", "a time", 18),
    ("Observations", "result add duration'P1D' gt 5", "Of times", 0),
    ("Observations", "phenomenonTime add duration'P1D' add duration'P1D' gt now()", "Of times", 0),
    ("Observations", "phenomenonTime add duration'P9999999D' gt now()", "4,000 years", 19),
    ("Observations", "resultQuality eq 'good'", "name one", 0),
    ("Observations", "resultQuality/flags eq 'good'", "flag", 14),
    ("Observations", "during(result, 2026-11-20T00:00:00Z)", "a time", 7),
]


@pytest.mark.parametrize(("path", "asked", "told", "at"), WRONG, ids=[one[1] for one in WRONG])
def test_what_is_wrong_is_told_with_its_place(world: World, path: str, asked: str, told: str, at: int) -> None:
    error = fault(world.rights["anybody"], path, filter=asked)
    assert told in error.detail
    assert error.at == at


def test_a_number_no_double_holds_is_no_match(world: World) -> None:
    Thing.objects.filter(code="KK01").update(properties={"n": int("9" * 400)})
    assert codes(page(world.rights["anybody"], "Things", filter="properties/n gt 1")) == []


def test_a_datastream_is_found_by_when_it_has_values(world: World) -> None:
    stream = world.stream("NM01", "COD", "sample")
    asked = "phenomenonTime lt 2026-11-19T12:00:00Z"
    assert ids(page(world.rights["anybody"], "Datastreams", filter=asked)) == [stream.id]
    empty = page(world.rights["anybody"], "Datastreams", filter="phenomenonTime eq null", count="true")
    silent = Datastream.objects.filter(thing__data_class="public", latest_time=None)
    assert empty.count == silent.count()


def test_historical_locations_are_found_by_time(world: World) -> None:
    old = Location.objects.get(thing=world.things["KK01"], until__isnull=False)
    found = page(world.rights["anybody"], "HistoricalLocations", filter="time lt 2026-05-01T00:00:00Z")
    assert old.id in ids(found)
    assert datetime(2026, 11, 20, 5, tzinfo=UTC) == NOON
