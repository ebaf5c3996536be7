"""The pages of bringing a file: looked through, corrected, kept whole or not at all, and nobody else's business."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from nonnuoc.desk.importing import bringing
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern.models import Import, Revision
from tests.records.registers.pattern.importing import ground

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BEGIN = "/desk/registers/facilities/import"
HEAD = ("Code", "Name", "State", "Commune", "Longitude", "Latitude")


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    ground.land()
    yield


@pytest.fixture
def desk() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(ground.officer())
    return client


def workbook(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def bring(desk: Client, body: bytes, name: str = "cơ sở.xlsx") -> Any:
    return desk.post(BEGIN, {"file": SimpleUploadedFile(name, body)}, follow=True)


def page_of(answer: Any) -> str:
    return str(answer.redirect_chain[-1][0])


def test_a_file_is_seen_first_then_kept_whole_and_sent_again_changes_nothing(desk: Client) -> None:
    ground.facility("A-1", "Xưởng cũ")
    body = workbook(HEAD, ("A-1", "Xưởng mới", "", "", "", ""), ("A-2", "Lò gạch", "planned", "", 106.05, 22.65))
    seen = bring(desk, body)
    text = seen.content.decode()
    assert "1 new, 1 changed, 0 as they are." in text
    assert "<del>Xưởng cũ</del>" in text
    assert Facility.objects.count() == 1  # nothing is written before a person says so
    of = Import.objects.get()
    kept = desk.post(page_of(seen), {"action": "keep", "digest": of.digest}, follow=True)
    assert "The file is kept: 1 new, 1 changed" in kept.content.decode()
    kiln = Facility.objects.get(code="A-2")
    assert (kiln.commune.code, kiln.position_source, kiln.words.split()[0]) == ("01001", "cơ sở.xlsx", "a-2")
    assert sorted(Revision.objects.values_list("kind", "version", "values__name")) == [
        ("changed", 2, "Xưởng mới"), ("created", 1, "Lò gạch"), ("created", 1, "Xưởng cũ"),
    ]  # fmt: skip
    entry = AuditEntry.objects.get(action="entries.imported")
    assert (entry.detail["created"], entry.detail["changed"], entry.detail["sha256"]) == (1, 1, of.sha256)
    again = bring(desk, body).content.decode()
    assert "This file changes nothing" in again
    assert "very same file was kept before" in again


def test_a_file_with_one_fault_is_not_kept_and_every_fault_can_be_fetched(desk: Client) -> None:
    seen = bring(desk, workbook(HEAD, ("A-1", "x", "", "", "", ""), ("B-2", "y", "=going", "", "", "")))
    text = seen.content.decode()
    assert "Nothing can be kept yet" in text
    assert "Keep the whole file" not in text
    of = Import.objects.get()
    desk.post(page_of(seen), {"action": "keep", "digest": of.digest})
    assert not Facility.objects.exists()
    told = desk.get(f"{page_of(seen)}/faults.csv").content.decode("utf-8-sig").splitlines()
    assert any(line.startswith("fault,3,State,'=going,") for line in told)  # and no formula in the list either


def test_what_changed_since_it_was_seen_is_shown_again_and_not_overwritten(desk: Client) -> None:
    ground.facility("A-1", "Xưởng cũ")
    seen = bring(desk, workbook(("Code", "Name"), ("A-1", "Xưởng mới")))
    digest = Import.objects.get().digest
    Facility.objects.filter(code="A-1").update(name="Sửa lúc khác", version=2)
    kept = desk.post(page_of(seen), {"action": "keep", "digest": digest}, follow=True).content.decode()
    assert "The register changed since you looked at this file" in kept
    assert Facility.objects.get().name == "Sửa lúc khác"


def test_columns_and_what_holds_for_the_whole_file_can_be_corrected(desk: Client) -> None:
    seen = bring(desk, workbook(("Mã của tôi", "Gọi là", "name"), ("A-1", "Lò gạch", "sai")))
    said = {"action": "look", "field-0": "code", "field-1": "name", "field-2": "", "source": "QĐ 1"}
    said |= {"data_class": "public"}
    desk.post(page_of(seen), said)
    of = Import.objects.get()
    assert of.found["news"] == [[2, "A-1", "Lò gạch", ""]]
    desk.post(page_of(seen), {"action": "keep", "digest": of.digest})
    assert Facility.objects.values_list("name", "source", "data_class").get() == ("Lò gạch", "QĐ 1", "public")


def test_nobody_else_sees_the_file_and_a_commune_officer_brings_none(desk: Client) -> None:
    seen = bring(desk, workbook(("Code", "Name"), ("A-1", "x")))
    other = Client()
    other.force_login(ground.officer("Khác"))
    assert other.get(page_of(seen)).status_code == 404
    assert other.post(page_of(seen), {"action": "drop"}).status_code == 404
    assert other.get(f"{page_of(seen)}/faults.csv").status_code == 404


def test_a_large_file_waits_for_the_worker_and_one_whose_worker_died_is_noticed(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 10)
    seen = bring(desk, workbook(("Code", "Name"), ("A-1", "x")))
    assert "waits for its turn" in seen.content.decode()
    assert seen["Refresh"] == "2"
    of = Import.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args->>'uuid' = %s", [str(of.uuid)])
        assert cursor.fetchone() == (1,)
    Import.objects.update(state=Import.State.RUNNING)  # and nobody holds its lock: whoever worked on it is dead
    assert "broke off" in desk.get(page_of(seen)).content.decode()
    bringing.work(of.uuid)  # the job starts again by itself, too
    assert "1 new, 0 changed" in desk.get(page_of(seen)).content.decode()


def test_a_place_file_without_a_system_asks_for_it_and_crossings_are_drawn(desk: Client) -> None:
    bow = [[106.0, 22.6], [106.02, 22.62], [106.02, 22.6], [106.0, 22.62], [106.0, 22.6]]
    feature = {
        "type": "Feature",
        "properties": {"name": "Cụm", "kind": "cluster"},
        "geometry": {"type": "Polygon", "coordinates": [bow]},
    }
    body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    begin = "/desk/registers/zones/import"
    seen = desk.post(begin, {"file": SimpleUploadedFile("cụm.geojson", body)}, follow=True)
    text = seen.content.decode()
    assert "The outline is broken at x 106.01, y 22.61" in text
    assert 'class="crossings"' in text
    said = {"action": "look", "source": "QĐ", "position_source": "QĐ", "data_class": "public", "mend": "on"}
    said |= {"field-0": "name", "field-1": "kind"}
    mended = desk.post(page_of(seen), said, follow=True).content.decode()
    assert "was divided there" in mended
    assert "1 new" in mended


def test_the_blank_table_filled_in_is_understood(desk: Client) -> None:
    blank = desk.get(f"{BEGIN}/blank.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(blank.content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.append(["A-1" if head == heads[0] else "Lò gạch" if head == heads[1] else None for head in heads])
    out = io.BytesIO()
    book.save(out)
    assert "1 new" in bring(desk, out.getvalue()).content.decode()
    assert sheet.data_validations.dataValidation  # choices are offered in their cells


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.exe", b"MZ", "Files of this kind are not read"),
        ("a.shp", b"\x00\x00\x27\x0a", "three files at least|without its"),
        ("a.xlsx", b"PK\x03\x04 no", "cannot be read"),
        ("a.csv", b"\xff\xfe", "not written in UTF-8"),
        ("a.csv", b"nothing;known\n1;2\n", "no headings were found"),
        ("a.kml", b'<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>', "DOCTYPE"),
        ("a.kml", b"<kml>" + b"<Folder>" * 30 + b"</Folder>" * 30 + b"</kml>", "nested more than 20"),
        ("a.geojson", b'{"type":"FeatureCollection","x":' + b"[" * 30 + b"]" * 30 + b"}", "nested more than 20"),
    ],
)
def test_what_cannot_be_read_says_why(desk: Client, name: str, body: bytes, said: str) -> None:
    answer = bring(desk, body, name)
    assert re.search(said, answer.content.decode())
    assert not Facility.objects.exists()
