"""Columns as text: the same as writing each value by itself, whatever the values are."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.api.sensorthings import columns_as_text as texts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROS = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)  # of the years 1 to 9999


def listed(found: texts.Texts, count: int) -> list[str]:
    return [found] * count if isinstance(found, str) else found.to_pylist()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(MICROS, MICROS.map(lambda one: one // 1_000_000 * 1_000_000)), max_size=20))
def test_times_are_as_iso_8601_has_them(micros: list[int]) -> None:
    expected = [(EPOCH + timedelta(microseconds=one)).isoformat().replace("+00:00", "Z") for one in micros]
    assert texts.times(np.array(micros, np.int64)).to_pylist() == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(), max_size=20))
def test_numbers_lose_nothing_and_are_json(values: list[float]) -> None:
    said = texts.numbers(np.array(values, np.float64), "null").to_pylist()
    for value, text in zip(values, said, strict=True):
        read = json.loads(text)
        assert read is None if not math.isfinite(value) else float(read) == value


def test_whole_numbers_stay_whole() -> None:
    assert texts.numbers(np.array([3.0, 12.5, np.nan, 0.1]), "").to_pylist() == ["3", "12.5", "", "0.1"]
    assert texts.wholes(np.array([2**53, -1], np.int64)).to_pylist() == [str(2**53), "-1"]


def test_each_code_is_asked_once() -> None:
    asked: list[int] = []

    def says(code: int) -> str:
        asked.append(code)
        return f"<{code}>"

    found = texts.chosen(np.array([5, -1, 5, 5], np.int16), says)
    assert listed(found, 4) == ["<5>", "<-1>", "<5>", "<5>"]
    assert sorted(asked) == [-1, 5]
    assert texts.chosen(np.array([7, 7], np.int16), says) == "<7>"


def test_rows_of_constants_and_columns() -> None:
    column = pa.array(["a", "b", "c"])
    rows = texts.rows([column, "-", column], opens="[", between=",", closes="];", count=3)
    assert bytes(rows.span(0, 3)) == b"[a,-,a];[b,-,b];[c,-,c];"
    assert bytes(rows.span(1, 2)) == b"[b,-,b];"
    constant = texts.rows(["x"], opens="(", between=",", closes=")", count=3)
    assert bytes(constant.span(0, 3)) == b"(x)(x)(x)"
    nothing = texts.rows([pa.array([], pa.string())], opens="[", between=",", closes="]", count=0)
    assert bytes(nothing.span(0, 0)) == b""


def test_either_takes_what_holds() -> None:
    first, second = pa.array(["a", "b"]), pa.array(["x", "y"])
    assert listed(texts.either(np.array([True, False]), first, second), 2) == ["a", "y"]
    assert texts.either(np.array([True, True]), first, second) is first
    assert texts.either(np.array([False, False]), first, second) is second
