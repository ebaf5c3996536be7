"""What an attached file is: its bytes say it; its name and what a browser calls it are data."""

from __future__ import annotations

import io
import unicodedata
import zipfile

LONGEST_NAME = 200
#: How files of these types begin.
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
#: A part that only files of this type have.
OFFICE = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
#: Parts of such files that are programs.
PROGRAMS = ("vbaproject.bin", "activex", "basic/script-lc.xml", "scripts/")
TEXTS = ("text/csv", "text/plain")
#: How texts begin that a browser or a shell would run.
RUN = ("<", "#!", "@echo", "mz")


def media_type_of(body: bytes, claimed: str = "") -> str | None:
    """What the bytes are; None: nothing that is taken: programs, archives, what nobody can tell."""
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


def is_run(body: bytes) -> bool:
    """Whether a browser or a shell might run this text."""
    return body[:256].decode("utf-8-sig", "replace").lstrip("\ufeff \t\r\n").casefold().startswith(RUN)


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
            held = archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, KeyError):
        return None
    if any(part in name for name in names for part in PROGRAMS):
        return None
    if held.startswith(OPEN_DOCUMENT) and "content.xml" in names:
        return held
    return next((kind for part, kind in OFFICE.items() if part in names), None)


def _is_text(body: bytes) -> bool:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text)
