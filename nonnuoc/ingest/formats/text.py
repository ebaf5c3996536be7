"""Bytes to text, and text to numbers: nothing is guessed, what is not understood is refused."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Collection

from nonnuoc.domain.quality import Check
from nonnuoc.ingest.formats.readings import MOST_BYTES, Refused

_STEP = 1 << 20
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

#: Written for "no value", compared in lower case; a profile may name more.
MISSING = frozenset({"", "-", "--", "---", "nan", "null", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"})

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+", re.ASCII)
_BELOW = re.compile(r"<\s*(?:(?P<limit>[^\sA-Za-z].*)|[A-Za-z]{2,8})", re.ASCII)
_SWAP = str.maketrans(".,", ",.")
_LONGEST = 64


def utf8(body: bytes, *, encoding: str | None = None) -> bytes:
    """The same text as UTF-8 without byte order mark, its lines ended by LF.

    Without `encoding`: UTF-8, or UTF-16 where the byte order mark says so. Another one must be named.
    Raises Refused: too_large, nul, encoding.
    """
    if len(body) > MOST_BYTES:
        raise Refused("too_large", f"{len(body)} B")
    body = _recoded(body, encoding)
    if b"\0" in body:
        raise Refused("nul", f"byte {body.index(0)}")
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in body else body


def _recoded(body: bytes, encoding: str | None) -> bytes:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], name)
    if encoding is not None and codecs.lookup(encoding).name != "utf-8":
        return _decoded(body, encoding)
    body = body.removeprefix(codecs.BOM_UTF8)
    _checked(body)
    return body


def _decoded(body: bytes, encoding: str) -> bytes:
    """Step by step, so that no second copy as Python text is held."""
    decoder = codecs.getincrementaldecoder(encoding)()
    out = bytearray()
    try:
        for start in range(0, len(body), _STEP):
            out += decoder.decode(body[start : start + _STEP]).encode()
        out += decoder.decode(b"", True).encode()
    except UnicodeError as fault:
        raise Refused("encoding", encoding) from fault
    return bytes(out)


def _checked(body: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, max(len(body), 1), _STEP):
            decoder.decode(body[start : start + _STEP], final=start + _STEP >= len(body))
    except UnicodeDecodeError as fault:
        raise Refused("encoding", f"byte 0x{fault.object[fault.start]:02x}") from fault


def number(text: str, *, comma: bool = False, missing: Collection[str] = MISSING) -> tuple[float, int]:
    """The value and its kept bits (BELOW_DETECTION or none). NaN: missing, or below a limit that is not told.

    The decimal mark is a point, or with `comma` a comma; the other one may group thousands where both are there,
    `1.234,5`. One alone could be either (`1.234`), so it is refused. Inf counts as missing.
    Raises Refused: number, decimal_comma, decimal_point.
    """
    text = text.strip()
    if text.lower() in missing:
        return math.nan, 0
    if text.startswith("<"):
        return _limit(text, comma), int(Check.BELOW_DETECTION)
    return _decimal(text, comma), 0


def _limit(text: str, comma: bool) -> float:
    below = _BELOW.fullmatch(text) if len(text) <= _LONGEST else None
    if below is None:
        raise Refused("number", text)
    return math.nan if below["limit"] is None else _decimal(below["limit"], comma)


def _decimal(text: str, comma: bool) -> float:
    if len(text) > _LONGEST:
        raise Refused("number", text)
    plain = text.replace("\N{MINUS SIGN}", "-")
    if comma:
        plain = plain.translate(_SWAP)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif "," in plain and _PLAIN.fullmatch(plain.replace(",", "")):
        raise Refused("decimal_point" if comma else "decimal_comma", text)
    if not _PLAIN.fullmatch(plain):
        raise Refused("number", text)
    value = float(plain)
    return value if math.isfinite(value) else math.nan
