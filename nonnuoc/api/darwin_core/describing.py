"""What stands beside the table in the archive: its columns (meta.xml) and the data set (eml.xml)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from lxml import etree
from lxml.builder import E, ElementMaker

from nonnuoc.api.darwin_core import terms
from nonnuoc.look import catalogue, province
from nonnuoc.records.registers.nature.published import Extent

TABLE, METADATA = "occurrence.txt", "eml.xml"
_TEXT = "http://rs.tdwg.org/dwc/text/"
_EML = "https://eml.ecoinformatics.org/eml-2.2.0"
_XML = "http://www.w3.org/XML/1998/namespace"
UPKEEP = "It changes whenever a record is judged, or a species is decided on."
ABSTRACT = (
    "Species found in the province and validated by experts. Places of sensitive species are told as cells of a grid or"
    " not at all; what was done to each record stands in dataGeneralizations and informationWithheld."
)


def meta() -> bytes:
    """Darwin Core text guide: which column holds which term."""
    make = ElementMaker(namespace=_TEXT, nsmap={None: _TEXT})
    core = make.core(
        make.files(make.location(TABLE)),
        make.id(index="0"),
        *(make.field(index=str(place), term=term) for place, term in enumerate(terms.COLUMNS)),
        encoding="UTF-8",
        fieldsTerminatedBy="\\t",
        linesTerminatedBy="\\n",
        fieldsEnclosedBy="",
        ignoreHeaderLines="1",
        rowType=f"{terms.DWC}Occurrence",
    )
    return _bytes(make.archive(core, metadata=METADATA))


def eml(site: str, extent: Extent, today: date) -> bytes:
    """Ecological Metadata Language 2.2.0, as GBIF reads it. `site`: scheme and host of the installation."""
    publisher, changed = catalogue.publisher(), extent.changed.date() if extent.changed else today
    title = f"Occurrences of species in {province.name()}, Viet Nam"
    root = etree.Element(
        f"{{{_EML}}}eml",
        {
            "packageId": f"{uuid.uuid5(uuid.NAMESPACE_URL, f'{site}/occurrences')}/{extent.edition}",
            "system": site,
            "scope": "system",
            f"{{{_XML}}}lang": "en",
        },
        nsmap={"eml": _EML},
    )
    root.append(
        E.dataset(
            E.title(title, {f"{{{_XML}}}lang": "en"}),
            E.creator(*_office(publisher, site)),
            E.metadataProvider(*_office(publisher, site)),
            E.pubDate(changed.isoformat()),
            E.language("vi"),
            E.abstract(E.para(ABSTRACT)),
            E.intellectualRights(
                E.para(
                    "This work is licensed under a ", E.ulink(E.citetitle(catalogue.LICENCE.name), url=_licence()), "."
                )
            ),
            E.distribution(E.online(E.url(site, function="information")), scope="document"),
            *_coverage(extent),
            E.maintenance(E.description(E.para(UPKEEP)), E.maintenanceUpdateFrequency("continually")),
            E.contact(*_office(publisher, site)),
        )
    )
    return _bytes(root)


def _office(name: str, site: str) -> list[Any]:
    return [E.organizationName(name), E.onlineUrl(site)]


def _licence() -> str:
    return catalogue.LICENCE.url


def _coverage(extent: Extent) -> list[Any]:
    """Where and when; left out where there is no record."""
    parts = []
    if extent.box is not None:
        west, south, east, north = (str(side) for side in extent.box)
        parts.append(
            E.geographicCoverage(
                E.geographicDescription(f"{province.name()}, Viet Nam"),
                E.boundingCoordinates(
                    E.westBoundingCoordinate(west),
                    E.eastBoundingCoordinate(east),
                    E.northBoundingCoordinate(north),
                    E.southBoundingCoordinate(south),
                ),
            )
        )
    if extent.first is not None:
        first, last = extent.first.isoformat(), extent.last.isoformat()
        span = E.rangeOfDates(E.beginDate(E.calendarDate(first)), E.endDate(E.calendarDate(last)))
        parts.append(E.temporalCoverage(span))
    return [E.coverage(*parts)] if parts else []


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
