"""Documents: what the bytes say, not what the sender says; seen by those who may."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import ANYBODY
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import documents
from nonnuoc.records.registers.pattern.models import Document
from tests.records.accounts import staff
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%synthetic\n"


def office_file(*parts: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return held.getvalue()


def add(code: str, body: bytes = PDF, *, by: object = None, **more: str) -> Document:
    told = {"name": "quyết định.pdf", "media_type": "application/pdf", **more}
    return documents.add(FACILITIES, code, body=body, by=by, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"MZ\x90\x00\x03program",
        b"\x7fELF\x02\x01",
        b"  <!DOCTYPE html><script>alert(1)</script>",
        "\ufeff<svg onload=alert(1)>".encode(),
        b"#!/bin/sh\nrm -rf /\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old macro",
        office_file("a.txt"),
        office_file("word/document.xml", "word/vbaProject.bin"),
        b"x" * (documents.LARGEST + 1),
    ],
    ids=["empty", "exe", "elf", "html", "svg", "script", "ole", "zip", "macros", "large"],
)
def test_what_could_be_run_or_is_too_large_is_not_taken(body: bytes) -> None:
    made = kept.facility()
    with pytest.raises(ValidationError) as refused:
        add(made.code, body, media_type="application/pdf")
    assert set(refused.value.error_dict) == {"file"}
    assert not Document.objects.exists()


def test_the_bytes_say_what_it_is_and_the_name_is_plain() -> None:
    made = kept.facility()
    held = add(made.code, office_file("word/document.xml"), media_type="text/html", name="C:\\a\\..\\\u202egiấy.docx")
    assert held.media_type.endswith("wordprocessingml.document")
    assert held.name == "giấy.docx"


def test_the_same_file_again_is_the_same_document_and_removing_keeps_the_bytes() -> None:
    made = kept.facility()
    first, again = add(made.code), add(made.code, name="khác.pdf")
    assert first.pk == again.pk
    for _ in range(2):
        documents.remove(FACILITIES, made.code, first.pk, by=None)
    assert documents.read(FACILITIES, made.code, first.pk, access.of(None)) is None
    assert bytes(Document.objects.get().body) == PDF


def test_each_class_is_for_its_own_readers() -> None:
    here = staff.commune("01273")
    made = kept.facility(commune=here)
    ids = {
        kind: add(made.code, PDF + kind.encode(), data_class=kind).pk for kind in ("public", "internal", "restricted")
    }
    readers = {
        "anybody": ANYBODY,
        "near": access.of(kept.villager("01273", "Near")),
        "far": access.of(kept.villager("01279", "Far")),
        "officer": access.of(kept.officer()),
    }
    seen = {
        who: {kind for kind, pk in ids.items() if documents.read(FACILITIES, made.code, pk, rights)}
        for who, rights in readers.items()
    }
    assert seen == {
        "anybody": {"public"},
        "near": {"public", "internal"},
        "far": {"public"},
        "officer": {"public", "internal", "restricted"},
    }


def test_who_may_not_write_the_entry_adds_and_removes_nothing() -> None:
    made = kept.facility(commune=staff.commune("01273"))
    held, far = add(made.code), kept.villager("01279", "Far")
    with pytest.raises(PermissionDenied):
        add(made.code, PDF + b"2", by=far)
    with pytest.raises(PermissionDenied):
        documents.remove(FACILITIES, made.code, held.pk, by=far)
    with pytest.raises(Document.DoesNotExist):  # internal there, but restricted documents are not theirs to know of
        restricted = add(made.code, PDF + b"3", data_class="restricted")
        documents.remove(FACILITIES, made.code, restricted.pk, by=kept.villager("01273", "Near"))
