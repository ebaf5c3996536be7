"""ZIP archives, opened only after everything about them has been bounded; member names are data, never paths."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from nonnuoc.ingest.formats.readings import MOST_BYTES, Refused

MOST_MEMBERS = 100
MOST_RATIO = 100
MOST_UNPACKED = 200 * 1024 * 1024

_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_ZIP64 = b"PK\x06\x07"
_STEP = 1 << 20

#: What zipfile raises on damaged archives.
FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


def is_zip(body: bytes) -> bool:
    """By its first bytes, whatever its name."""
    return body[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def unpack(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file in a delivered ZIP, in its order; folders are left out.

    Everything is checked, checksums included, before the first one is given.
    Raises Refused: too_large, archive, archive_encrypted, archive_members, archive_nested, archive_ratio, archive_size.
    """
    archive = opened(body)
    files = [member for member in archive.infolist() if not member.is_dir()]
    if not files:
        raise Refused("empty")
    for member in files:
        if is_zip(_tested(archive, member)):
            raise Refused("archive_nested", member.filename)
    return ((member.filename, archive.read(member)) for member in files)


def opened(body: bytes, *, members: int = MOST_MEMBERS, small: int = 0) -> zipfile.ZipFile:
    """The archive, its directory within the bounds; members of at most `small` bytes may have any ratio.

    zipfile never unpacks more of a member than the directory declares, so these bounds hold while reading, too.
    """
    if len(body) > MOST_BYTES:
        raise Refused("too_large", f"{len(body)} B")
    _bound_directory(body, members)
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except FAULTS as fault:
        raise Refused("archive", str(fault)) from fault
    for member in archive.infolist():
        _bound_member(member, small)
    total = sum(member.file_size for member in archive.infolist())
    if total > MOST_UNPACKED:
        raise Refused("archive_size", f"{total} B")
    if total > max(MOST_RATIO * len(body), small):
        raise Refused("archive_ratio", f"{total} B")
    return archive


def _bound_directory(body: bytes, members: int) -> None:
    """Counts the entries before zipfile makes an object of each one."""
    tail = body[-(0xFFFF + 22) :]
    at = len(body) - len(tail) + tail.find(_END)
    if tail.count(_END) != 1 or len(body) < at + 22 or body.find(_ZIP64, max(0, at - 20), at) >= 0:
        raise Refused("archive")
    entries, size = struct.unpack_from("<HI", body, at + 10)
    if entries > members or body.count(_ENTRY, max(0, at - size), at) > members:
        raise Refused("archive_members", f"{entries}")


def _bound_member(member: zipfile.ZipInfo, small: int) -> None:
    name = member.filename
    if member.flag_bits & 0x41:
        raise Refused("archive_encrypted", name)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("archive", name)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("archive", f"{name} (symbolic link)")
    if member.file_size > MOST_BYTES:
        raise Refused("archive_size", name)
    if member.file_size > max(MOST_RATIO * member.compress_size, small):
        raise Refused("archive_ratio", name)


def _tested(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The first bytes of a member that unpacks without fault."""
    try:
        with archive.open(member) as stream:
            start = stream.read(4)
            while stream.read(_STEP):
                pass
    except FAULTS as fault:
        raise Refused("archive", member.filename) from fault
    return start
