"""An occurrence in the terms of Darwin Core (dwc.tdwg.org/terms) and Dublin Core."""

from __future__ import annotations

from datetime import UTC

from nonnuoc.look import province
from nonnuoc.look.catalogue import LICENCE
from nonnuoc.records.registers.nature.models import Occurrence, Sensitivity, Species
from nonnuoc.records.registers.nature.published import Published

DWC = "http://rs.tdwg.org/dwc/terms/"
DC = "http://purl.org/dc/terms/"
#: The columns of occurrence.txt, in order; the first is the record's own id.
COLUMNS = (
    *(DWC + term for term in ("occurrenceID", "basisOfRecord", "occurrenceStatus", "eventDate")),
    *(DWC + term for term in ("scientificName", "scientificNameAuthorship", "acceptedNameUsage", "vernacularName")),
    *(DWC + term for term in ("taxonRank", "kingdom", "phylum", "class", "order", "family", "genus")),
    *(DWC + term for term in ("individualCount", "samplingProtocol", "identificationVerificationStatus")),
    *(DWC + term for term in ("countryCode", "stateProvince", "municipality", "locality")),
    *(DWC + term for term in ("decimalLatitude", "decimalLongitude", "geodeticDatum", "coordinateUncertaintyInMeters")),
    *(DWC + term for term in ("dataGeneralizations", "informationWithheld", "occurrenceRemarks")),
    *(DC + term for term in ("license", "modified")),
)
_CELL = {Sensitivity.KM_1: "0.01", Sensitivity.KM_10: "0.1"}
_PEOPLE = "Names of people who recorded and identified it."


def values(one: Published) -> list[str]:
    """Its values in the order of COLUMNS; "" where nothing is known."""
    occurrence, species = one.occurrence, one.occurrence.species
    accepted = species.accepted or species
    return [
        f"urn:uuid:{occurrence.uuid}",
        occurrence.basis,
        "present",
        _days(occurrence),
        _name(species),
        species.authorship,
        _name(accepted),
        accepted.local_name,
        species.rank,
        *(accepted.kingdom, accepted.phylum, accepted.tax_class, accepted.order, accepted.family),
        species.scientific_name.split()[0],
        "" if occurrence.count is None else str(occurrence.count),
        one.text("method"),
        "validated",
        "VN",
        province.name(),
        occurrence.commune.full_name if occurrence.commune else "",
        one.text("locality"),
        *_place(one),
        _generalised(one),
        _withheld(one),
        "Invented for demonstration." if occurrence.simulated else "",
        LICENCE.url,
        occurrence.changed.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    ]


def _name(species: Species) -> str:
    return f"{species.scientific_name} {species.authorship}".strip()


def _days(occurrence: Occurrence) -> str:
    """ISO 8601: a day, or an interval of days."""
    if occurrence.until is None or occurrence.until == occurrence.day:
        return occurrence.day.isoformat()
    return f"{occurrence.day.isoformat()}/{occurrence.until.isoformat()}"


def _place(one: Published) -> tuple[str, str, str, str]:
    """Latitude, longitude, datum, and how far from there it may have been."""
    if one.place is None:
        return "", "", "", ""
    doubt = (one.place.metres or 0.0) + (one.occurrence.uncertainty_m or 0.0)
    return str(one.place.lat), str(one.place.lon), "EPSG:4326", f"{doubt:.0f}" if doubt else ""


def _generalised(one: Published) -> str:
    if not one.occurrence.generalised or one.place is None:
        return ""
    size = _CELL[Sensitivity(one.occurrence.species.shown_as)]
    return (
        f"Coordinates are the centre of the {size} degree grid cell the place lies in (Chapman 2020, GBIF);"
        " coordinateUncertaintyInMeters reaches to the corners of the cell."
    )


def _withheld(one: Published) -> str:
    if not one.occurrence.generalised:
        return _PEOPLE
    if one.place is None:
        return f"Coordinates, locality and method are withheld to protect the species; {_PEOPLE.lower()}"
    return f"Exact coordinates, locality and method are withheld to protect the species; {_PEOPLE.lower()}"
