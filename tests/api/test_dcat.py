from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from django.test import Client
from django.utils import timezone
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, SH

from nonnuoc.api.catalogue import dcat, services, writing
from nonnuoc.api.catalogue import graph as building
from nonnuoc.look import catalogue
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import DataClass, Setting
from nonnuoc.records.monitoring import counting
from nonnuoc.records.registers.every import REGISTERS
from tests.portal import network

pytestmark = pytest.mark.django_db
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SHAPES = Path(__file__).with_name("dcat_shapes.ttl")
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    dcat.forget()
    yield
    dcat.forget()


@pytest.fixture
def province() -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), hours=30, lon=106.2, lat=22.6)
    network.water("W1", at, where=network.commune("01276", "Tân Giang", 106.27, 22.67), simulated=False)
    network.air("SECRET", at, where=network.commune(), hours=14, data_class=DataClass.RESTRICTED)
    network.planned("P1", where=network.commune())
    counting.refresh(at)


def read(client: Client, path: str = "/api/dcat.ttl", **headers: str) -> Graph:
    response = client.get(path, headers=headers)
    assert response.status_code == 200, response.content
    kind = "turtle" if response["Content-Type"].startswith("text/turtle") else "json-ld"
    return Graph().parse(data=response.content, format=kind)


def findings(graph: Graph) -> set[tuple[str, str, str]]:
    """(severity, node, path) of everything the shapes find."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(SHAPES), inference="none", advanced=False)
    return {
        tuple(
            str(report.value(one, what)).rpartition("shacl#")[2]
            for what in (SH.resultSeverity, SH.focusNode, SH.resultPath)
        )
        for one in report.objects(None, SH.result)
    }


@pytest.mark.slow
def test_it_is_valid_and_leaves_out_nothing_recommended_that_there_is(client: Client, province: None) -> None:
    Setting.objects.create(code="site.contact", value="Sở NN&MT, 0206 3 000 000, moitruong@example.vn")
    preferences.forget()
    found = findings(read(client))
    assert {one for one in found if one[0] == "Violation"} == set()
    timeless = {register.key for register in REGISTERS}  # an entry is known or not; when it began is its own fact
    timeless |= {"communes", "stations", "availability", "deliveries", "stations-not-public", "history", "plans"}
    wordless = {"deliveries", "stations-not-public", "history"}
    assert found == {
        *(("Warning", f"{SITE}/catalogue#{key}", str(DCTERMS.temporal)) for key in timeless),
        *(("Warning", f"{SITE}/catalogue#{key}", str(DCAT.keyword)) for key in wordless),
    }


@pytest.mark.slow
def test_the_shapes_find_what_is_wrong(client: Client, province: None) -> None:
    graph = read(client)
    member = URIRef(f"{SITE}/stations/A1#observations")
    graph.remove((member, DCTERMS.title, None))
    graph.set((member, DCAT.inSeries, URIRef("urn:nothing")))
    distribution = next(graph.objects(member, DCAT.distribution))
    graph.remove((distribution, DCAT.accessURL, None))
    graph.add((member, DCTERMS.modified, Literal("yesterday")))
    found = {one[1:] for one in findings(graph) if one[0] == "Violation"}
    assert found == {
        (str(member), str(DCTERMS.title)),
        (str(member), str(DCAT.inSeries)),
        (str(member), str(DCTERMS.modified)),
        (str(distribution), str(DCAT.accessURL)),
    }


def test_every_data_set_is_there_and_public_stations_are_members_of_series(client: Client, province: None) -> None:
    graph = read(client)
    (whole,) = graph.subjects(RDF.type, DCAT.Catalog)
    declared = {URIRef(f"{SITE}/catalogue#{one.key}") for one in catalogue.DATASETS}
    told = set(graph.objects(whole, DCAT.dataset))
    assert declared <= told
    series = {URIRef(f"{SITE}/catalogue#{key}") for key in ("observations", "means-and-indices")}
    assert set(graph.subjects(RDF.type, DCAT.DatasetSeries)) == series
    assert {str(one) for one in told - declared} == {
        f"{SITE}/stations/{code}#{key}" for code in ("A1", "W1") for key in ("observations", "means-and-indices")
    }
    assert set(graph.objects(URIRef(f"{SITE}/stations/A1#observations"), DCAT.inSeries)) == {
        URIRef(f"{SITE}/catalogue#observations")
    }


def test_what_is_not_public_is_named_with_its_access_and_nothing_else(client: Client, province: None) -> None:
    body = client.get("/api/dcat").content.decode()
    assert "SECRET" not in body
    graph = read(client)
    for one in catalogue.DATASETS:
        node = URIRef(f"{SITE}/catalogue#{one.key}")
        (rights,) = graph.objects(node, DCTERMS.accessRights)
        assert str(rights).endswith({"public": "/PUBLIC", "internal": "/NON_PUBLIC"}.get(one.data_class, "/RESTRICTED"))
        if one.data_class != DataClass.PUBLIC:
            assert not set(graph.objects(node, DCAT.distribution))
            assert len(set(graph.objects(node, DCTERMS.description))) == 2


@pytest.mark.slow
def test_every_distribution_and_service_gives_what_it_says(client: Client, province: None) -> None:
    graph = read(client)
    tried = 0
    for node, url in graph.subject_objects(DCAT.downloadURL):
        (iana,) = graph.objects(node, DCAT.mediaType)
        response = client.get(str(url).removeprefix(SITE))
        assert response.status_code == 200, url
        assert response["Content-Type"].startswith(str(iana).partition("/media-types/")[2]), url
        assert response.getvalue()
        tried += 1
    assert tried > 20
    services_there = set(graph.subjects(RDF.type, DCAT.DataService))
    assert len(services_there) == len(services.SERVICES)
    for service in services_there:
        for address in (DCAT.endpointURL, DCAT.endpointDescription):
            (url,) = graph.objects(service, address)
            assert client.get(str(url).removeprefix(SITE)).status_code == 200, url


def test_coverage_in_time_and_space(client: Client, province: None) -> None:
    graph = read(client)
    member = URIRef(f"{SITE}/stations/A1#observations")
    (period,) = graph.objects(member, DCTERMS.temporal)
    (start,), (end,) = (list(graph.objects(period, one)) for one in (DCAT.startDate, DCAT.endDate))
    assert str(start) <= timezone.localdate().isoformat() <= str(end)[:10] or str(start) < str(end)
    points = {str(graph.value(place, DCAT.centroid)) for place in graph.objects(member, DCTERMS.spatial)}
    assert points == {"POINT(106.200000 22.600000)", "POINT(106.250000 22.660000)"}


def test_simulated_stations_say_so(client: Client, province: None) -> None:
    graph = read(client)
    said = {
        code: [str(one) for one in graph.objects(URIRef(f"{SITE}/stations/{code}#observations"), DCTERMS.description)]
        for code in ("A1", "W1")
    }
    assert any("invented" in one for one in said["A1"])
    assert not any("invented" in one for one in said["W1"])


def test_it_is_given_in_both_formats_by_wish(client: Client, province: None) -> None:
    turtle, json_ld = "text/turtle; charset=utf-8", "application/ld+json; charset=utf-8"
    for path, accept, expected in (
        ("/api/dcat", "*/*", json_ld),
        ("/api/dcat", "text/turtle", turtle),
        ("/api/dcat", "text/turtle;q=0.5, application/ld+json", json_ld),
        ("/api/dcat", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", json_ld),
        ("/api/dcat?f=ttl", "application/ld+json", turtle),
        ("/api/dcat.ttl", "application/ld+json", turtle),
        ("/api/dcat.jsonld", "text/turtle", json_ld),
    ):
        response = client.get(path, headers={"accept": accept})
        assert response["Content-Type"] == expected, (path, accept)
    assert "Accept" in client.get("/api/dcat")["Vary"]


def test_what_is_not_understood_is_refused_by_name(client: Client) -> None:
    assert client.get("/api/dcat?f=xml").json()["parameter"] == "f"
    assert client.get("/api/dcat?page=2").json()["parameter"] == "page"
    assert client.get("/api/dcat.xml").status_code == 404


def test_our_writers_say_what_the_graph_says() -> None:
    graph = building.build(SITE, timezone.now().replace(microsecond=0))
    odd = URIRef(f"{SITE}/odd?a=b,c&d=\u00e2")
    graph.add((odd, DCTERMS.title, Literal('"quotes", \\ back\nlines\t– ký tự', lang="vi")))
    graph.add((odd, DCTERMS.description, Literal("")))
    assert isomorphic(Graph().parse(data=writing.turtle(graph), format="turtle"), graph)
    assert isomorphic(Graph().parse(data=writing.json_ld(graph), format="json-ld"), graph)


def test_an_empty_province_has_a_catalogue_too(client: Client) -> None:
    graph = read(client)
    assert {one for one in findings(graph) if one[0] == "Violation"} == set()


def test_it_costs_the_same_number_of_queries_for_one_station_and_for_three(queries: object) -> None:
    at = timezone.now()

    def work() -> object:
        return building.build(SITE, at)

    network.air("A1", at, where=network.commune(), hours=14)
    work()
    one = queries(work)  # type: ignore[operator]
    for code in ("A2", "A3"):
        network.air(code, at, where=network.commune(), hours=14)
    assert queries(work) == one  # type: ignore[operator]
