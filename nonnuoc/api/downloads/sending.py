"""Answers that are longer than memory: piece by piece, each within its own patience, compressed on the way."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, TypeVar, cast
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

from nonnuoc.api.doors.patience import patience
from nonnuoc.api.downloads import workbook
from nonnuoc.look import tabular_csv

T = TypeVar("T")
#: Seconds the database may take for one piece.
PIECE_S = 10.0
#: Of zlib: a year of 5-minute values in 14 ms to an eighth; the usual level takes 51 ms for a tenth.
LEVEL = 1
GZIP_BITS = 31
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?(?=,|$)", re.IGNORECASE | re.ASCII)


def patiently(pieces: Iterator[T]) -> Iterator[T]:
    """The same pieces; the database has a transaction and so long for each, and none in between.

    Raises Problem 503: before anything was sent it is the answer, later it breaks the answer off. The end of JSON, of
    Parquet and of CSV tells that they are whole.
    """
    while True:
        with patience(PIECE_S):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def streamed(request: HttpRequest, pieces: Iterator[bytes], content_type: str, *, text: bool) -> HttpResponse:
    """The pieces as an answer, the first already made: what goes wrong in it can still be told.

    `text`: compressing is worth it.
    """
    begun = begin(pieces)
    if content_type.startswith("text/csv"):
        begun = tabular_csv.unless_broken(begun)
    shrunk = text and takes_gzip(request)
    answer = StreamingHttpResponse(gzipped(begun) if shrunk else begun, content_type=content_type)
    if text:
        patch_vary_headers(answer, ["Accept-Encoding"])
    if shrunk:
        answer.headers["Content-Encoding"] = "gzip"
    return cast(HttpResponse, answer)  # of the same family, which Django's types keep apart


def from_disk(file: IO[bytes], content_type: str) -> HttpResponse:
    """A finished file, from where it stands; closed with the answer."""
    length = file.seek(0, 2)
    file.seek(0)
    answer = StreamingHttpResponse(workbook.pieces(file), content_type=content_type)
    answer.headers["Content-Length"] = str(length)
    return cast(HttpResponse, answer)


def begin(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, after the first three have been made: head, names, rows."""
    return chain(list(islice(pieces, 3)), pieces)


def gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces compressed as one stream."""
    shrink = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_BITS)
    for piece in pieces:
        if shrunk := shrink.compress(piece):
            yield shrunk
    yield shrink.flush()


def takes_gzip(request: HttpRequest) -> bool:
    """Whether the caller reads what was compressed."""
    found = _GZIP.search(request.headers.get("Accept-Encoding", ""))
    return found is not None and (found[1] is None or found[1].strip("0.") != "")


def attachment(answer: HttpResponse, name: str) -> None:
    """Saved under this name."""
    plain = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
