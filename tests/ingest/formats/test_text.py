"""Bytes to text and text to numbers."""

from __future__ import annotations

import codecs
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain.quality import Check
from nonnuoc.ingest.formats import text
from nonnuoc.ingest.formats.readings import MOST_BYTES, Refused

TOLD = "pH\t7.1\n°C µg\n"


@pytest.mark.parametrize(
    "body",
    [
        TOLD.encode(),
        codecs.BOM_UTF8 + TOLD.encode(),
        codecs.BOM_UTF16_LE + TOLD.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TOLD.encode("utf-16-be"),
        TOLD.replace("\n", "\r\n").encode(),
        TOLD.replace("\n", "\r").encode(),
        codecs.BOM_UTF16_LE + TOLD.replace("\n", "\r\n").encode("utf-16-le"),
    ],
)
def test_utf8_gives_the_same_text(body):
    assert text.utf8(body) == TOLD.encode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("°C".encode("cp1252"), "encoding"),
        ("đo".encode("cp1258"), "encoding"),
        (b"\xff\xfe\x00\xd8x\x00", "encoding"),  # half of a surrogate pair
        (codecs.BOM_UTF16_LE + b"a", "encoding"),  # an odd number of bytes
        (b"abc\xe1\xbb", "encoding"),  # cut within a character
        ("pH\t7".encode("utf-16-le"), "nul"),  # no byte order mark: not guessed
        (codecs.BOM_UTF32_LE + "pH".encode("utf-32-le"), "nul"),
        (b"pH\t7\0\n", "nul"),
        (codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"), "nul"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
    ],
)
def test_utf8_refuses(body, code):
    with pytest.raises(Refused) as refused:
        text.utf8(body)
    assert refused.value.code == code


def test_utf8_reads_a_named_encoding():
    assert text.utf8("25 °C".encode("cp1252"), encoding="cp1252") == "25 °C".encode()


def test_utf8_finds_a_fault_behind_the_first_megabyte():
    with pytest.raises(Refused):
        text.utf8(b"a" * (1 << 20) + b"\xb0")
    assert len(text.utf8(b"a" * ((1 << 20) - 1) + "µ".encode())) == (1 << 20) + 1


@pytest.mark.parametrize(
    ("told", "comma", "value"),
    [
        ("12.5", False, 12.5),
        (" -3 ", False, -3.0),
        ("+.5", False, 0.5),
        ("5.", False, 5.0),
        ("1.2E-03", False, 0.0012),
        ("−9999", False, -9999.0),
        ("-9999", False, -9999.0),
        ("-999", True, -999.0),
        ("1,234.5", False, 1234.5),
        ("12,5", True, 12.5),
        ("1.234,5", True, 1234.5),
        ("1.234.567,25", True, 1234567.25),
        ("1234", True, 1234.0),
    ],
)
def test_number_reads(told, comma, value):
    assert text.number(told, comma=comma) == (value, 0)


@pytest.mark.parametrize("told", ["", "  ", "---", "-", "NaN", "nan", "NULL", "Inf", "-INF", "+infinity", "1e999"])
def test_number_is_missing(told):
    value, kept = text.number(told)
    assert math.isnan(value)
    assert kept == 0


@pytest.mark.parametrize(
    ("told", "comma", "value"),
    [
        ("<0.05", False, 0.05),
        ("< 0,05", True, 0.05),
        ("<LOD", False, math.nan),
        ("<lod", True, math.nan),
        ("<1", True, 1.0),
    ],
)
def test_number_is_below_detection(told, comma, value):
    assert text.number(told, comma=comma) == (pytest.approx(value, nan_ok=True), Check.BELOW_DETECTION)


@pytest.mark.parametrize(
    ("told", "comma", "code"),
    [
        ("12,5", False, "decimal_comma"),
        ("1.234,5", False, "decimal_comma"),
        ("1,234", False, "decimal_comma"),  # 1234 or 1.234: nobody knows
        ("<0,05", False, "decimal_comma"),
        ("1.234", True, "decimal_point"),
        ("12.5", True, "decimal_point"),
        ("1.234.567", True, "decimal_point"),
        ("1_000", False, "number"),
        ("１２", False, "number"),
        ("12,5x", True, "number"),
        ("0x1f", False, "number"),
        (">5", False, "number"),
        ("<", False, "number"),
        ("<<1", False, "number"),
        ("1 2", False, "number"),
        ("9" * 65, False, "number"),
    ],
)
def test_number_refuses_what_it_would_have_to_guess(told, comma, code):
    with pytest.raises(Refused) as refused:
        text.number(told, comma=comma)
    assert refused.value.code == code


@given(st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_number_reads_back_every_float(value, comma):
    told = repr(value).replace(".", ",") if comma else repr(value)
    assert text.number(told, comma=comma)[0] == value


@given(st.text(max_size=80), st.booleans())
def test_number_gives_a_number_or_refuses(told, comma):
    try:
        value, _ = text.number(told, comma=comma)
    except Refused:
        return
    assert not math.isinf(value)
