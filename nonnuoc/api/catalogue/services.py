"""The interfaces that serve the data sets, as data services of DCAT-AP 3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_noop as _
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDFS

from nonnuoc.api.catalogue import vocabulary
from nonnuoc.api.catalogue.vocabulary import DCAT, both, concept, typed
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import datasets
from nonnuoc.records.monitoring.datasets import Dataset


@dataclass(frozen=True, slots=True)
class Service:
    """`route`: of where it begins; `standards`: what it conforms to; texts are English, marked for translation."""

    key: str
    title: str
    description: str
    route: str
    standards: tuple[str, ...]
    serves: tuple[Dataset, ...]


_SERIES = (datasets.OBSERVATIONS, datasets.INDICES)
SERVICES = (
    Service(
        "sensorthings",
        "OGC SensorThings API 1.1",
        _("Stations, datastreams and observations as linked entities: filtered, expanded, counted, as of any moment."),
        "sensorthings",
        ("http://www.opengis.net/doc/is/sensorthings/1.1",),
        (*_SERIES, datasets.STATIONS),
    ),
    Service(
        "ogc-api-features",
        "OGC API – Features",
        _("Stations, communes and rivers as features, in WGS 84 and VN-2000, for maps and GIS."),
        "ogc",
        (
            "http://www.opengis.net/doc/IS/ogcapi-features-1/1.0.1",
            "http://www.opengis.net/doc/IS/ogcapi-features-2/1.0",
        ),
        (datasets.STATIONS, datasets.COMMUNES),
    ),
    Service(
        "ogc-api-edr",
        "OGC API – Environmental Data Retrieval",
        _("Values over time at a station, a position, in an area or a cube, as CoverageJSON and CSV."),
        "ogc-collections",
        ("http://www.opengis.net/doc/IS/ogcapi-edr-1/1.1",),
        _SERIES,
    ),
    Service(
        "downloads",
        _("Downloads and means"),
        _("Every datastream as a file, and hours, days and months of it, computed in the database."),
        "api",
        ("https://spec.openapis.org/oas/v3.1.0",),
        _SERIES,
    ),
)


def every(graph: Graph, site: str, publisher: URIRef, licence: URIRef, contact: URIRef | None) -> Iterator[URIRef]:
    """Add each, and give it."""
    described = typed(graph, f"{site}{reverse('api-openapi')}", RDFS.Resource)
    for one in SERVICES:
        node = typed(graph, f"{site}{reverse('api')}#{one.key}", DCAT.DataService)
        both(graph, node, DCTERMS.title, one.title)
        both(graph, node, DCTERMS.description, one.description)
        graph.add((node, DCAT.endpointURL, typed(graph, f"{site}{reverse(one.route)}", RDFS.Resource)))
        graph.add((node, DCAT.endpointDescription, described))
        graph.add((node, DCAT.landingPage, typed(graph, f"{site}{reverse('api')}", FOAF.Document)))
        graph.add((node, DCTERMS.publisher, publisher))
        graph.add((node, DCTERMS.license, licence))
        if contact is not None:
            graph.add((node, DCAT.contactPoint, contact))
        graph.add((node, DCAT.theme, concept(graph, vocabulary.ENVIRONMENT)))
        rights = vocabulary.ACCESS[DataClass.PUBLIC]
        graph.add((node, DCTERMS.accessRights, rights.uri))
        for standard in one.standards:
            graph.add((node, DCTERMS.conformsTo, typed(graph, standard, DCTERMS.Standard)))
        for served in one.serves:
            graph.add((node, DCAT.servesDataset, URIRef(f"{site}{reverse('catalogue')}#{served.key}")))
        yield node
