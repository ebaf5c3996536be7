"""The archive as others read it: python-dwca-reader, and its list of the standard's terms."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from dwca.darwincore.terms import TERMS
from dwca.read import DwCAReader
from dwca.rows import CoreRow
from lxml import etree

from nonnuoc.api.darwin_core import archive, terms
from nonnuoc.records.registers.nature import judging, published
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import keeping
from tests.records.registers.nature import wild

pytestmark = pytest.mark.django_db
DWC = terms.DWC


@pytest.fixture
def kept() -> Iterator[dict[str, Occurrence]]:
    """One of each kind of place, and those that nobody may read."""
    wild.communes()
    kinds = {one: wild.species(f"Onis {word}", one, local_name=f"Cá {word}") for one, word in
             (("open", "prima"), ("km-10", "secunda"), ("withheld", "tertia"))}  # fmt: skip
    old = wild.species("Vetus prima", accepted=kinds["open"].code, authorship="(Trần, 1900)")
    made = {one: wild.found(kind, uncertainty_m=30, note="n", recorded_by="Bình") for one, kind in kinds.items()}
    made["synonym"] = wild.found(old, count=3, until=date(2026, 3, 9), locality="a\tb\nc")
    for hidden in ({"state": "reported"}, {"state": "refused"}, {"state": "validated"}):
        wild.found(kinds["open"], **{**hidden, "data_class": "internal"})
    gone = wild.found(kinds["open"])
    keeping.withdraw(OCCURRENCES, gone.code, reason="twice", by=None)
    return made


def rows(client: Client, folder: Path) -> dict[str, CoreRow]:
    answer = client.get("/api/dwca/occurrences.zip")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    file = folder / "occurrences.zip"
    file.write_bytes(answer.getvalue())
    with DwCAReader(file) as reader:
        assert reader.descriptor.core.type == f"{DWC}Occurrence"
        assert reader.metadata.find("dataset/title").text.startswith("Occurrences of species in")
        return {row.id: row for row in reader}


def test_every_column_is_a_term_of_the_standard():
    assert not set(terms.COLUMNS) - set(TERMS)
    assert len(set(terms.COLUMNS)) == len(terms.COLUMNS)


def test_another_reader_finds_what_is_public_and_nothing_else(
    kept: dict[str, Occurrence], client: Client, tmp_path: Path
):
    read = rows(client, tmp_path)
    assert set(read) == {f"urn:uuid:{one.uuid}" for one in kept.values()}
    place = ("decimalLatitude", "decimalLongitude", "coordinateUncertaintyInMeters", "geodeticDatum", "municipality")
    told = {name: tuple(read[f"urn:uuid:{one.uuid}"].data[DWC + term] for term in place) for name, one in kept.items()}
    assert told == {
        "open": ("22.6661", "106.257", "30", "EPSG:4326", "xã C01447"),
        "synonym": ("22.6661", "106.257", "", "EPSG:4326", "xã C01447"),
        "km-10": ("22.65", "106.25", "7640", "EPSG:4326", ""),
        "withheld": ("", "", "", "", ""),
    }
    synonym = read[f"urn:uuid:{kept['synonym'].uuid}"].data
    assert synonym[f"{DWC}scientificName"] == "Vetus prima (Trần, 1900)"
    assert synonym[f"{DWC}acceptedNameUsage"] == "Onis prima"
    assert synonym[f"{DWC}vernacularName"] == "Cá prima"
    assert synonym[f"{DWC}eventDate"] == "2026-03-01/2026-03-09"
    assert synonym[f"{DWC}locality"] == "a b c"
    assert synonym[f"{DWC}individualCount"] == "3"
    assert read[f"urn:uuid:{kept['open'].uuid}"].data[f"{DWC}dataGeneralizations"] == ""
    assert "0.1 degree" in read[f"urn:uuid:{kept['km-10'].uuid}"].data[f"{DWC}dataGeneralizations"]
    assert "Coordinates" in read[f"urn:uuid:{kept['withheld'].uuid}"].data[f"{DWC}informationWithheld"]
    everything = repr([row.data for row in read.values()])
    assert not [word for word in ("Bình", "cave", "GPS") if word in everything]


def test_an_index_is_told_when_there_is_nothing_new(kept: dict[str, Occurrence], client: Client):
    tag = client.get("/api/dwca/occurrences.zip")["ETag"]
    again = client.get("/api/dwca/occurrences.zip", headers={"If-None-Match": tag})
    assert again.status_code == 304
    judging.judge([kept["open"].code], "doubtful", reason="r", by=None)
    assert client.get("/api/dwca/occurrences.zip", headers={"If-None-Match": tag}).status_code == 200


def test_an_archive_without_records_is_one(client: Client, tmp_path: Path):
    assert rows(client, tmp_path) == {}
    refused = client.get("/api/dwca/occurrences.zip?from=2020")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


def test_it_is_written_as_it_is_sent(kept: dict[str, Occurrence]):
    pieces = [[one] for piece in published.pieces() for one in piece]
    parts = list(archive.stream("https://x.example", published.extent(), iter(pieces), date(2026, 3, 2)))
    assert len(parts) == len(pieces) + 3
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as whole:
        assert whole.testzip() is None
        assert whole.namelist() == ["meta.xml", "eml.xml", "occurrence.txt"]
        eml = etree.fromstring(whole.read("eml.xml"))
    sides = [side.text for side in eml.iterfind(".//boundingCoordinates/*")]
    assert sides == ["106.25", "106.257", "22.6661", "22.65"]
