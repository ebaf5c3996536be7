"""What a file is that somebody adds to an incident: its bytes say it; its name and what a browser calls it are data."""

from __future__ import annotations

import io
import unicodedata
import zipfile

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 200
#: How files of these types begin.
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
OFFICE = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
#: Parts of such files that are programs.
PROGRAMS = ("vbaproject.bin", "activex")
TEXTS = ("text/csv", "text/plain")


def media_type_of(body: bytes, claimed: str = "") -> str | None:
    """What the bytes are; None: nothing that is taken."""
    for signature, kind in SIGNATURES:
        if body.startswith(signature):
            return kind
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    if body.startswith(b"PK\x03\x04"):
        return _office(body)
    if _is_text(body):
        return claimed if claimed in TEXTS else "text/plain"
    return None


def plain_name(name: str) -> str:
    """The last part of a path, without signs that hide or turn what is read; its ending is kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > LONGEST_NAME and dot and len(ending) < 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return shown[:LONGEST_NAME] or "file"


def _office(body: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    if any(part in name for name in names for part in PROGRAMS):
        return None
    return next((kind for part, kind in OFFICE.items() if part in names), None)


def _is_text(body: bytes) -> bool:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text)
