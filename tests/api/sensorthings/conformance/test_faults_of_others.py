"""Faults seen in other servers (istSOS4, HydroServer, FROST), each with a test that would catch it in ours.

Those about writing stand in test_create_update_delete.py; that a key is not stretched on each request, in the tests of
keys; that an insert does not look at its whole stream, in the bench.
"""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api.observed import World
from tests.api.sensorthings.conformance.service import SETS, Service

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def test_data_array_goes_on_where_a_page_ends(service: Service) -> None:
    """One of them cut a data array off without a nextLink: nobody noticed what was missing."""
    total = service.get("Observations", count="true", top=0)["@iot.count"]
    pages = list(service.pages("Observations", resultFormat="dataArray", top=50))
    assert sum(group["dataArray@iot.count"] for page in pages for group in page["value"]) == total
    assert all("@iot.nextLink" in page for page in pages[:-1])


def test_csv_goes_on_where_a_page_ends(service: Service) -> None:
    total = service.get("Observations", count="true", top=0)["@iot.count"]
    response = service.answer("Observations", resultFormat="CSV", top=50, count="true")
    assert response["X-Total-Count"] == str(total)
    lines = len(response.content.splitlines()) - 1
    while "Link" in response:
        response = service.answer(re.fullmatch(r'<(.*)>; rel="next"', response["Link"])[1])
        lines += len(response.content.splitlines()) - 1
    assert lines == total


@pytest.mark.parametrize("told", ["result gt 25", "result gt 25 or Datastream/Thing/name eq 'x'", "result lt -1000"])
@pytest.mark.parametrize("form", ["JSON", "dataArray"])
def test_count_is_that_of_the_filter(service: Service, told: str, form: str) -> None:
    """One of them counted 1 for 44,214."""
    page = service.get("Observations", filter=told, count="true", top=1, resultFormat=form)
    assert page["@iot.count"] == len(service.all("Observations", filter=told, top=1000))


def test_count_is_exact_behind_relations_and_within_expansions(service: Service) -> None:
    for stream in service.all("Datastreams", expand="Observations($count=true;$top=1;$filter=result gt 22)"):
        address = f"{stream['@iot.selfLink']}/Observations"
        exact = service.get(address, filter="result gt 22", count="true", top=0)["@iot.count"]
        assert stream["Observations@iot.count"] == exact == len(service.all(address, filter="result gt 22"))


def test_nested_next_link_is_an_address_that_leads_on(service: Service, world: World) -> None:
    """One of them glued the options of the page to a nested link."""
    nested = "Observations($top=7;$select=result,id;$orderby=phenomenonTime desc;$count=true"
    nested += ";$filter=result gt 1 and result lt 99)"
    stream = world.stream("KK01", "PM2.5").id
    entity = service.get(f"Datastreams({stream})", expand=nested)
    link = entity["Observations@iot.nextLink"]
    split = urlsplit(link)
    assert split.path.endswith(f"/Datastreams({stream})/Observations")
    names = [name for name, _ in parse_qsl(split.query, strict_parsing=True)]
    assert sorted(names) == ["$count", "$filter", "$orderby", "$select", "$skiptoken", "$top"]
    walked = entity["Observations"] + service.all(link)
    options = {"select": "result,id", "orderby": "phenomenonTime desc", "filter": "result gt 1 and result lt 99"}
    assert walked == service.all(f"Datastreams({stream})/Observations", **options)
    assert len(walked) == entity["Observations@iot.count"]


def test_next_link_two_levels_down(service: Service, world: World) -> None:
    thing = world.things["KK01"].id
    stream = service.get(f"Things({thing})", expand="Datastreams($top=2;$expand=Observations($top=3))")
    assert len(service.all(stream["Datastreams@iot.nextLink"])) + 2 == len(service.all(f"Things({thing})/Datastreams"))
    onward = service.get(stream["Datastreams@iot.nextLink"])["value"][0]
    assert len(onward["Observations"]) <= 3
    for one in stream["Datastreams"]:
        assert len(one["Observations"]) <= 3
        if "Observations@iot.nextLink" in one:
            walked = one["Observations"] + service.all(one["Observations@iot.nextLink"])
            assert walked == service.all(f"{one['@iot.selfLink']}/Observations")


@pytest.mark.parametrize("name", SETS)
def test_next_links_walk_to_exactly_the_count(service: Service, name: str) -> None:
    for top in (1, 3) if name != "Observations" else (40,):
        walked = list(service.pages(name, top=top, count="true", orderby="id desc"))
        ids = [one["@iot.id"] for page in walked for one in page["value"]]
        assert len(ids) == len(set(ids)) == walked[0]["@iot.count"]
        assert {page["@iot.count"] for page in walked} == {walked[0]["@iot.count"]}
        assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize("order", ["result", "result desc", "Datastream/name,result desc", "resultQuality/flag,id"])
def test_next_links_lose_nothing_among_equals_and_unknowns(service: Service, order: str) -> None:
    every = {one["@iot.id"] for one in service.all("Observations", top=1000)}
    walked = [one["@iot.id"] for one in service.all("Observations", orderby=order, top=37)]
    assert len(walked) == len(every)
    assert set(walked) == every


def test_many_terms_are_refused_and_never_an_error_of_ours(service: Service) -> None:
    """500 past 32,767 bind parameters; RecursionError at 500 `or` terms."""
    for terms in (100, 101, 400):
        told = " or ".join(f"id eq {n}" for n in range(terms))
        assert service.answer("Things", filter=told).status_code == (200 if terms == 100 else 400)
    assert service.answer("Things", filter="(" * 500 + "true" + ")" * 500).status_code == 400
    assert service.answer("Things", filter="not " * 900 + "true").status_code == 400
    assert service.answer("Things", filter="name eq '" + "x" * 9000 + "'").status_code == 400


def test_nested_expansion_answers_in_time(service: Service) -> None:
    began = time.perf_counter()
    service.get("Things", expand="Datastreams/Observations")
    service.get("ObservedProperties", expand="Datastreams($expand=Observations($top=100;$count=true),Thing/Locations)")
    assert time.perf_counter() - began < 2


def test_expansion_is_bounded_in_depth_and_in_length(service: Service) -> None:
    assert service.refused("Things", expand="Datastreams/Observations/Datastream/Thing")["parameter"] == "$expand"
    for stream in service.get("Datastreams", expand="Observations")["value"]:
        assert len(stream["Observations"]) <= 100


def test_every_time_has_its_t_and_its_zone(service: Service) -> None:
    """One of them wrote times with a blank."""
    for name, properties in {
        "Observations": ("phenomenonTime", "resultTime"),
        "Datastreams": ("phenomenonTime", "resultTime"),
        "HistoricalLocations": ("time",),
    }.items():
        for entity in service.all(name, top=1000):
            for one in properties:
                for told in (entity.get(one) or "2026-01-01T00:00:00Z").split("/"):
                    assert TIME.fullmatch(told), (name, one, told)


@pytest.mark.parametrize("hop", ["Datastreams", "Datastreams/Observations", "Locations"])
def test_nothing_hidden_shows_through_relations(service: Service, insider: Service, hop: str) -> None:
    """Others let any field and relation be filtered by: a yes or no is enough to read everything."""
    assert {one["properties"]["code"] for one in service.all("Things", expand=hop)} == {"KK01", "NM01"}
    assert len(insider.all("Things")) == 6


def test_nothing_hidden_shows_in_filters_orders_and_counts(service: Service, insider: Service, world: World) -> None:
    hidden = world.stream("YT01", "Hg").id
    assert service.all("ObservedProperties", filter="properties/code eq 'Hg'") == []
    assert len(insider.all("ObservedProperties", filter="properties/code eq 'Hg'")) == 1
    assert service.get("Datastreams", filter=f"id eq {hidden}", count="true")["@iot.count"] == 0
    service.refused(f"Datastreams({hidden})", 404)
    service.refused(f"Datastreams({hidden})/Observations", 404)
    service.refused(f"Datastreams({hidden})/Thing/name/$value", 404)
    for told in ("Datastreams/Thing/properties/data_class eq 'restricted'", "Datastreams/Observations/result gt 1e9"):
        assert service.all("ObservedProperties", filter=told) == []
    shared = next(one for one in service.all("ObservedProperties") if one["properties"]["code"] == "COD")
    own = service.get(f"{shared['@iot.selfLink']}/Datastreams", count="true")
    assert own["@iot.count"] == len(own["value"]) == 1


@pytest.mark.parametrize(
    "told",
    ["Thing/office eq 1", "thing__office__name eq 'so'", "Thing/keys/sha256 eq 'x'", "latest_value gt 3", "pk eq 1"],
)
def test_what_is_not_declared_cannot_be_asked_of(service: Service, told: str) -> None:
    problem = service.refused("Datastreams", filter=told)
    assert problem["parameter"] == "$filter"
    assert 0 <= problem["position"] < len(told)


@pytest.mark.parametrize(
    ("options", "parameter", "position"),
    [
        ({"filter": "reslt gt 3"}, "$filter", 0),
        ({"filter": "result gt 3 and nothing eq 1"}, "$filter", 16),
        ({"filter": "result gt 'abc'"}, "$filter", 10),
        ({"filter": "phenomenonTime gt 5"}, "$filter", 18),
        ({"filter": "result"}, "$filter", 0),
        ({"filter": "substringof(3,result)"}, "$filter", 12),
        ({"orderby": "nothing"}, "$orderby", 0),
        ({"orderby": "result,nothing desc"}, "$orderby", 7),
        ({"skiptoken": "nonsense"}, "$skiptoken", None),
        ({"expand": "Datastream($expand=Thing($expand=Datastreams($filter=nothing eq 1)))"}, "$expand", 53),
    ],
)
def test_fault_names_its_place(service: Service, options: dict[str, str], parameter: str, position: int | None) -> None:
    problem = service.refused("Observations", **options)
    assert problem["parameter"] == parameter
    if position is not None:
        assert problem["position"] == position
        assert problem["near"]
