"""The words of DCAT-AP 3: name spaces, the EU's authority tables, and nodes that many data sets share.

DCAT-AP asks that a node is told to be what its property expects. So each node that is used is also described: its
class, and its name where a concept must have one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext, override
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from nonnuoc.records.accounts.models import DataClass

DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib knows an older one, without series
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
AUTHORITY = "http://publications.europa.eu/resource/authority"
PREFIXES = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCTERMS,
    "foaf": FOAF,
    "geo": GEO,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "vcard": VCARD,
    "xsd": XSD,
}
LANGUAGES = ("vi", "en")
THEMES = URIRef(f"{AUTHORITY}/data-theme")


class Concept(NamedTuple):
    """A term of an authority table, with its English name there."""

    uri: URIRef
    name: str


ENVIRONMENT = Concept(URIRef(f"{AUTHORITY}/data-theme/ENVI"), "Environment")
STABLE = Concept(URIRef(f"{AUTHORITY}/planned-availability/STABLE"), "Stable")
REGIONAL = Concept(URIRef("http://purl.org/adms/publishertype/RegionalAuthority"), "Regional authority")
ATTRIBUTION = Concept(URIRef("http://purl.org/adms/licencetype/Attribution"), "Attribution")
ACCESS = {
    DataClass.PUBLIC: Concept(URIRef(f"{AUTHORITY}/access-right/PUBLIC"), "public"),
    DataClass.INTERNAL: Concept(URIRef(f"{AUTHORITY}/access-right/NON_PUBLIC"), "non-public"),
    DataClass.RESTRICTED: Concept(URIRef(f"{AUTHORITY}/access-right/RESTRICTED"), "restricted"),
}
#: Media type -> what the EU's table of file types calls it.
FILE_TYPES = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/geo+json": "GEOJSON",
    "application/zip": "ZIP",
    "application/vnd.apache.parquet": "PARQUET",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}


def both(graph: Graph, node: URIRef, of: URIRef, message: str, **values: str) -> None:
    """A text of ours in Vietnamese and in English; `message`: the English one, marked for translation."""
    for language in LANGUAGES:
        with override(language):
            said = gettext(message)
        graph.add((node, of, Literal(said % values if values else said, lang=language)))


def concept(graph: Graph, one: Concept) -> URIRef:
    """The term, described."""
    graph.add((one.uri, RDF.type, SKOS.Concept))
    graph.add((one.uri, SKOS.prefLabel, Literal(one.name, lang="en")))
    return one.uri


def typed(graph: Graph, uri: str, kind: URIRef) -> URIRef:
    """A node that is told to be of a kind."""
    node = URIRef(uri)
    graph.add((node, RDF.type, kind))
    return node


def languages(graph: Graph, node: URIRef) -> None:
    """Texts come in both."""
    for code in ("VIE", "ENG"):
        graph.add((node, DCTERMS.language, typed(graph, f"{AUTHORITY}/language/{code}", DCTERMS.LinguisticSystem)))


def media_type(graph: Graph, node: URIRef, name: str) -> None:
    """As IANA registers it, and as the EU's table of file types has it."""
    iana = typed(graph, f"https://www.iana.org/assignments/media-types/{name}", DCTERMS.MediaType)
    graph.add((node, DCAT.mediaType, iana))
    file_type = typed(graph, f"{AUTHORITY}/file-type/{FILE_TYPES[name]}", DCTERMS.MediaTypeOrExtent)
    graph.add((node, DCTERMS.format, file_type))


def wkt(text: str) -> Literal:
    """A geometry in WGS 84, longitude first."""
    return Literal(text, datatype=GEO.wktLiteral)


def day(when: date | datetime) -> Literal:
    """A day, or a moment."""
    return Literal(when.isoformat(), datatype=XSD.dateTime if isinstance(when, datetime) else XSD.date)
