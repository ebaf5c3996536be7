"""The catalogue as a graph: what look/catalogue.py declares, and each public station as a member of two series."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_noop as _
from django.utils.translation import override
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from nonnuoc.api.catalogue import places, services, vocabulary
from nonnuoc.api.catalogue.vocabulary import ADMS, DCAT, DCATAP, VCARD, both, concept, day, typed
from nonnuoc.look import catalogue as declared
from nonnuoc.look import province
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import catalogued, extent
from nonnuoc.records.monitoring import datasets as monitoring
from nonnuoc.records.monitoring.catalogued import Catalogued
from nonnuoc.records.monitoring.datasets import Dataset, Distribution
from nonnuoc.records.monitoring.described import Described
from nonnuoc.records.monitoring.extent import Extent

#: Data sets that come station by station, and what of a station is in them.
SERIES = {monitoring.OBSERVATIONS.key: Catalogued.measured, monitoring.INDICES.key: Catalogued.derived}
FORMATS = {"csv": "text/csv", "parquet": monitoring.PARQUET}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_MEASURED = _("Measured values of %(station)s")
_DERIVED = _("Means and indices of %(station)s")
_TITLE = _("Environmental data of %(province)s")
_DESCRIPTION = _(
    "Every data set of the environmental information system of %(province)s: what is public, with its files and"
    " interfaces, and what exists and is not."
)
_PROVENANCE = _(
    "Sent by the stations as files, kept unchanged with their receipts; judged by automatic checks, then by people."
    " Every number can be traced to the file it came from."
)
_SIMULATED = _("Simulated: its values are invented for demonstration.")


@dataclass(frozen=True, slots=True)
class Frame:
    """What all data sets share."""

    site: str  # scheme and host
    graph: Graph
    publisher: URIRef
    licence: URIRef
    contact: URIRef | None
    province: URIRef
    covers: Extent


def build(site: str, at: datetime) -> Graph:
    """The whole catalogue, for everybody."""
    frame = _frame(site)
    graph, catalogue = frame.graph, URIRef(f"{site}{reverse('api-dcat')}#catalogue")
    _catalogue(frame, catalogue, at)
    stations = catalogued.stations()
    for one in declared.DATASETS:
        node = dataset(frame, one)
        graph.add((catalogue, DCAT.dataset, node))
        if one.key in SERIES:
            graph.add((node, RDF.type, DCAT.DatasetSeries))
            for station in stations:
                if streams := SERIES[one.key](station):
                    graph.add((catalogue, DCAT.dataset, member(frame, one, node, station, streams)))
    for service in services.every(frame.graph, site, frame.publisher, frame.licence, frame.contact):
        graph.add((catalogue, DCAT.service, service))
    return graph


def dataset(frame: Frame, one: Dataset) -> URIRef:
    """A data set as it is declared. One that is not public has no distribution: its description says why."""
    node = node_of(frame.site, one)
    graph = frame.graph
    both(graph, node, DCTERMS.title, one.title)
    both(graph, node, DCTERMS.description, one.description)
    for word in one.keywords:
        both(graph, node, DCAT.keyword, word)
    _common(frame, node, one)
    graph.add((node, DCTERMS.identifier, Literal(str(node))))
    graph.add((node, DCAT.landingPage, typed(graph, f"{frame.site}{reverse('catalogue')}", FOAF.Document)))
    graph.add((node, DCTERMS.spatial, frame.province))
    if one.measured:
        places.period(graph, node, frame.covers.first, frame.covers.newest)
    if one.changes:
        newest = max(one.changes, key=lambda change: change.day)
        graph.add((node, DCTERMS.issued, day(min(change.day for change in one.changes))))
        graph.add((node, DCTERMS.modified, day((one.measured and frame.covers.newest) or newest.day)))
        graph.add((node, DCAT.version, Literal(newest.day.isoformat())))
        both(graph, node, ADMS.versionNotes, newest.what)
    for given in one.distributions:
        if not given.of_station and not given.of_datastream:
            _declared_distribution(frame, node, given)
    return node


def member(frame: Frame, one: Dataset, series: URIRef, station: Catalogued, streams: list[Described]) -> URIRef:
    """What of one station is in a series."""
    graph, page = frame.graph, f"{frame.site}{reverse('station', args=[station.code])}"
    node = URIRef(f"{page}#{one.key}")
    title = _MEASURED if one.key == monitoring.OBSERVATIONS.key else _DERIVED
    both(graph, node, DCTERMS.title, title, station=f"{station.name} ({station.code})")
    both(graph, node, DCTERMS.description, one.description)
    if station.simulated:
        both(graph, node, DCTERMS.description, _SIMULATED)
    for code in dict.fromkeys(stream.property_code for stream in streams):
        named = next(stream for stream in streams if stream.property_code == code)
        graph.add((node, DCAT.keyword, Literal(named.name_vi, lang="vi")))
        graph.add((node, DCAT.keyword, Literal(named.name_en, lang="en")))
    _common(frame, node, one)
    graph.add((node, DCAT.inSeries, series))
    graph.add((node, DCTERMS.identifier, Literal(str(node))))
    graph.add((node, DCAT.landingPage, typed(graph, page, FOAF.Document)))
    newest = catalogued.newest(streams)
    places.period(graph, node, station.first, newest)
    if newest:
        graph.add((node, DCTERMS.modified, day(newest)))
    graph.add((node, DCTERMS.issued, day(min(change.day for change in one.changes))))
    _where(frame, node, station, page)
    for stream in streams:
        for suffix, media_type in FORMATS.items():
            _stream_distribution(frame, node, stream, suffix, media_type)
    return node


def node_of(site: str, one: Dataset) -> URIRef:
    """Its place on the page of the catalogue, which is also how it is cited."""
    return URIRef(f"{site}{reverse('catalogue')}#{one.key}")


def _frame(site: str) -> Frame:
    graph = Graph(bind_namespaces="none")
    for prefix, space in vocabulary.PREFIXES.items():
        graph.bind(prefix, space)
    covers = extent.public()
    licence = typed(graph, declared.LICENCE.url, DCTERMS.LicenseDocument)
    graph.add((licence, DCTERMS.title, Literal(declared.LICENCE.name)))
    graph.add((licence, DCTERMS.type, concept(graph, vocabulary.ATTRIBUTION)))
    where = places.located(graph, f"{site}/#province", province.name(), point=None, box=covers.box)
    return Frame(site, graph, _publisher(graph, site), licence, _contact(graph, site), where, covers)


def _publisher(graph: Graph, site: str) -> URIRef:
    node = typed(graph, f"{site}/#publisher", FOAF.Agent)
    for language in vocabulary.LANGUAGES:
        with override(language):
            graph.add((node, FOAF.name, Literal(declared.publisher(), lang=language)))
    graph.add((node, DCTERMS.type, concept(graph, vocabulary.REGIONAL)))
    return node


def _contact(graph: Graph, site: str) -> URIRef | None:
    """As the administrator wrote it; None where nobody did."""
    told = str(preferences.read("site.contact")).strip()
    if not told:
        return None
    node = typed(graph, f"{site}/#contact", VCARD.Kind)
    graph.add((node, VCARD.fn, Literal(told)))
    if found := EMAIL.search(told):
        graph.add((node, VCARD.hasEmail, URIRef(f"mailto:{found[0]}")))
    return node


def _catalogue(frame: Frame, node: URIRef, at: datetime) -> None:
    graph, where = frame.graph, province.name()
    graph.add((node, RDF.type, DCAT.Catalog))
    both(graph, node, DCTERMS.title, _TITLE, province=where)
    both(graph, node, DCTERMS.description, _DESCRIPTION, province=where)
    graph.add((node, DCTERMS.publisher, frame.publisher))
    graph.add((node, DCTERMS.license, frame.licence))
    graph.add((node, DCTERMS.spatial, frame.province))
    places.period(graph, node, frame.covers.first, frame.covers.newest)
    days = [change.day for one in declared.DATASETS for change in one.changes]
    graph.add((node, DCTERMS.issued, day(min(days))))
    graph.add((node, DCTERMS.modified, day(at)))
    graph.add((node, FOAF.homepage, typed(graph, f"{frame.site}{reverse('catalogue')}", FOAF.Document)))
    vocabulary.languages(graph, node)
    themes = typed(graph, str(vocabulary.THEMES), SKOS.ConceptScheme)
    graph.add((themes, DCTERMS.title, Literal("Data theme", lang="en")))
    graph.add((node, DCAT.themeTaxonomy, themes))


def _common(frame: Frame, node: URIRef, one: Dataset) -> None:
    """What holds for a data set and for each station's part of it."""
    graph = frame.graph
    graph.add((node, RDF.type, DCAT.Dataset))
    graph.add((node, DCTERMS.publisher, frame.publisher))
    if frame.contact is not None:
        graph.add((node, DCAT.contactPoint, frame.contact))
    graph.add((node, DCAT.theme, concept(graph, vocabulary.ENVIRONMENT)))
    frequency = typed(graph, f"{vocabulary.AUTHORITY}/frequency/{one.frequency}", DCTERMS.Frequency)
    graph.add((node, DCTERMS.accrualPeriodicity, frequency))
    rights = vocabulary.ACCESS[DataClass(one.data_class)]
    graph.add((node, DCTERMS.accessRights, typed(graph, str(rights.uri), DCTERMS.RightsStatement)))
    graph.add((rights.uri, RDFS.label, Literal(rights.name, lang="en")))
    vocabulary.languages(graph, node)
    if one.measured:
        lineage = URIRef(f"{frame.site}{reverse('method')}#lineage")
        graph.add((node, DCTERMS.provenance, typed(graph, str(lineage), DCTERMS.ProvenanceStatement)))
        both(graph, lineage, RDFS.label, _PROVENANCE)


def _where(frame: Frame, node: URIRef, station: Catalogued, page: str) -> None:
    """At its own point where that is known, in its commune, in the province."""
    graph = frame.graph
    if station.lon is not None and station.lat is not None:
        point = (station.lon, station.lat)
        graph.add((node, DCTERMS.spatial, places.located(graph, f"{page}#place", station.name, point=point, box=None)))
    around = places.commune(graph, frame.site, station.place) if station.place else frame.province
    graph.add((node, DCTERMS.spatial, around))


def _declared_distribution(frame: Frame, of: URIRef, given: Distribution) -> None:
    query = f"?{urlencode(given.arguments)}" if given.arguments else ""
    url = f"{frame.site}{reverse(given.route, kwargs=dict(given.path))}{query}"
    node = _distribution(frame, of, url, given.media_type)
    both(frame.graph, node, DCTERMS.title, given.title)
    both(frame.graph, node, DCTERMS.description, given.title)


def _stream_distribution(frame: Frame, of: URIRef, stream: Described, suffix: str, media_type: str) -> None:
    url = f"{frame.site}{reverse('api-download', kwargs={'datastream_id': stream.id, 'suffix': suffix})}"
    node, graph = _distribution(frame, of, url, media_type), frame.graph
    unit = f", {stream.unit}" if stream.unit != "-" else ""
    for language, name in (("vi", stream.name_vi), ("en", stream.name_en)):
        graph.add((node, DCTERMS.title, Literal(f"{name} ({stream.procedure})", lang=language)))
        told = f"{name}: {stream.property_code}, {stream.procedure}, {stream.method}{unit}"
        graph.add((node, DCTERMS.description, Literal(told, lang=language)))
    if stream.interval_s:
        graph.add((node, DCAT.temporalResolution, _every(stream.interval_s)))


def _distribution(frame: Frame, of: URIRef, url: str, media_type: str) -> URIRef:
    graph, node = frame.graph, URIRef(f"{url}#file")
    graph.add((of, DCAT.distribution, node))
    graph.add((node, RDF.type, DCAT.Distribution))
    address = typed(graph, url, RDFS.Resource)
    graph.add((node, DCAT.accessURL, address))
    graph.add((node, DCAT.downloadURL, address))
    graph.add((node, DCTERMS.license, frame.licence))
    graph.add((node, DCATAP.availability, concept(graph, vocabulary.STABLE)))
    vocabulary.media_type(graph, node, media_type)
    return node


def _every(seconds: int) -> Literal:
    return Literal(f"PT{seconds}S", datatype=XSD.duration)
