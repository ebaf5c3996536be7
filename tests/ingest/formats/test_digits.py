"""Whole arrays of bytes to numbers: as Python's own reading of each one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.ingest.formats import digits


def laid_out(tokens):
    buffer = np.frombuffer(b"".join(tokens) + bytes(digits.WIDTH), np.uint8)
    length = np.array([len(token) for token in tokens], np.int64)
    start = np.cumsum(length) - length
    return digits.windows(buffer, start, length), length


def decimals(tokens, mark="."):
    fields, length = laid_out(tokens)
    return digits.decimals(fields, length, np.full(len(tokens), ord(mark), np.uint8), missing=b"---")


@pytest.mark.slow
@given(st.lists(st.text("0123456789+-.,e ", max_size=20).map(str.encode), max_size=30))
def test_decimals_agree_with_float_on_what_they_understand(tokens):
    value, sound = decimals(tokens)
    for token, read, understood in zip(tokens, value.tolist(), sound.tolist(), strict=True):
        if understood and token != b"---":
            assert read == float(token)


def test_decimals_understand_plain_numbers_and_the_missing_token():
    value, sound = decimals([b"12,5", b"-0,001", b"+7", b",5", b"---", b"123456789012345"], mark=",")
    assert sound.all()
    assert value.tolist()[:4] == [12.5, -0.001, 7.0, 0.5]
    assert np.isnan(value[4])
    assert value[5] == 123456789012345.0


def test_decimals_leave_the_rest_to_others():
    odd = [
        b"",
        b"-",
        b".",
        b"1.2.3",
        b"1e5",
        b"12,5",
        b"1234567890123456",
        b" 1",
        b"1 ",
        b"--",
        b"----",
        b"1-",
        b"12345678901234567",
    ]
    assert not decimals(odd)[1].any()


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31)), max_size=20))
def test_times_agree_with_datetime(moments):
    fields, length = laid_out([f"{moment:%Y%m%d%H%M%S}".rjust(14, "0").encode() for moment in moments])
    time, sound = digits.times(fields, length, ahead_h=7)
    told = [
        (m.replace(microsecond=0, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) - timedelta(hours=7) for m in moments
    ]
    assert sound.all()
    assert time.tolist() == [delta // timedelta(microseconds=1) for delta in told]


@given(st.lists(st.text("0123456789", min_size=14, max_size=14), max_size=20))
def test_times_understand_possible_ones_only(tokens):
    fields, length = laid_out([token.encode() for token in tokens])
    for token, understood in zip(tokens, digits.times(fields, length, ahead_h=7)[1].tolist(), strict=True):
        try:
            possible = datetime.strptime(token, "%Y%m%d%H%M%S").year >= digits.FIRST_YEAR and token[12:] < "60"
        except ValueError:
            possible = False
        assert understood == possible


@given(st.lists(st.binary(max_size=16).filter(lambda name: not name.endswith(b"\0")), max_size=30))
def test_distinct_names_every_field(tokens):
    different, which = digits.distinct(laid_out(tokens)[0])
    assert [different[number] for number in which] == tokens
    assert len(set(different)) == len(different)
