"""Where and when, as DCAT-AP 3 writes it: places with points and boxes, spans of time."""

from __future__ import annotations

from datetime import date, datetime

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from nonnuoc.api.catalogue.vocabulary import DCAT, day, wkt
from nonnuoc.records.monitoring.catalogued import Box, Place


def located(graph: Graph, uri: str, name: str, *, point: tuple[float, float] | None, box: Box | None) -> URIRef:
    """A place. A point stands for its own box where there is none."""
    node = URIRef(uri)
    graph.add((node, RDF.type, DCTERMS.Location))
    graph.add((node, SKOS.prefLabel, Literal(name, lang="vi")))
    if box is None and point is not None:
        box = (*point, *point)
    if point is None and box is not None:
        point = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if point is not None and box is not None:
        graph.add((node, DCAT.centroid, wkt(f"POINT({_pair(*point)})")))
        graph.add((node, DCAT.bbox, wkt(_box(box))))
    return node


def commune(graph: Graph, site: str, place: Place) -> URIRef:
    """By its official code."""
    node = located(
        graph, f"{site}/communes/{place.code}#place", place.name, point=(place.lon, place.lat), box=place.box
    )
    graph.add((node, DCTERMS.identifier, Literal(place.code)))
    return node


def period(graph: Graph, of: URIRef, first: date | None, newest: datetime | None) -> None:
    """What the data cover, as far as it is known."""
    if first is None or newest is None:
        return
    node = BNode()
    graph.add((of, DCTERMS.temporal, node))
    graph.add((node, RDF.type, DCTERMS.PeriodOfTime))
    graph.add((node, DCAT.startDate, day(first)))
    graph.add((node, DCAT.endDate, day(newest)))


def _box(box: Box) -> str:
    west, south, east, north = box
    if (west, south) == (east, north):
        return f"POINT({_pair(west, south)})"
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({', '.join(_pair(*corner) for corner in corners)}))"


def _pair(lon: float, lat: float) -> str:
    return f"{lon:.6f} {lat:.6f}"
