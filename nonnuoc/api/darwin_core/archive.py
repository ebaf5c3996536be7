"""The archive, written as it is sent: a zip of a table and what describes it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO

from nonnuoc.api.darwin_core import describing, terms
from nonnuoc.records.registers.nature.published import Extent, Published

_BLANKS = str.maketrans({"\t": " ", "\n": " ", "\r": " "})
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same data give the same bytes


class _Out:
    """What zipfile writes to: keeps it until it is taken, and cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def stream(site: str, extent: Extent, pieces: Iterable[list[Published]], today: date) -> Iterator[bytes]:
    """The bytes of the archive, some for each piece of records."""
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:  # type: ignore[call-overload]
        archive.writestr(_file("meta.xml"), describing.meta())
        archive.writestr(_file(describing.METADATA), describing.eml(site, extent, today))
        yield out.take()
        with archive.open(_file(describing.TABLE), "w", force_zip64=True) as table:
            _write(table, [term.rpartition("/")[2] for term in terms.COLUMNS])
            for piece in pieces:
                for one in piece:
                    _write(table, terms.values(one))
                yield out.take()
        yield out.take()
    yield out.take()


def _file(name: str) -> zipfile.ZipInfo:
    told = zipfile.ZipInfo(name, _WHEN)
    told.compress_type = zipfile.ZIP_DEFLATED
    return told


def _write(table: IO[bytes], values: Iterable[str]) -> None:
    table.write(("\t".join(value.translate(_BLANKS) for value in values) + "\n").encode())
