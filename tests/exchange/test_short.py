"""Text messages: what fits, and what is left of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.exchange import short


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        *(("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3)),
        *(("{" * 80, 1), ("{" * 81, 2)),
        *(("đ" * 70, 1), ("đ" * 71, 2), ("đ" * 134, 2), ("đ" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2)),
    ],
)
def test_parts_are_counted_as_networks_count_them(text, parts):
    assert short.segments(text) == parts


def test_vietnamese_without_its_marks_can_be_read_and_costs_half():
    said = "Trạm Sông Bằng: PM2.5 đo được 152 µg/m³ – vượt ngưỡng “cảnh báo”, Ủy ban Đường Ỹ"
    assert short.without_marks(said) == (
        'Tram Song Bang: PM2.5 do duoc 152 ug/m3 - vuot nguong "canh bao", Uy ban Duong Y'
    )
    assert (short.segments(said), short.segments(short.without_marks(said))) == (2, 1)


@given(st.text(max_size=700), st.integers(1, 4))
def test_what_is_cut_fits_and_begins_as_it_did(text, most):
    found = short.cut(text, most)
    assert short.segments(found) <= most
    assert found == text or (found.endswith("...") and text.startswith(found[:-3]))


@given(st.text(max_size=200))
def test_without_marks_everything_is_of_the_alphabet_of_telephones(text):
    assert short.segments(short.without_marks(text)[:160].replace("{", "(")) <= 2
    assert short.without_marks(short.without_marks(text)) == short.without_marks(text)
