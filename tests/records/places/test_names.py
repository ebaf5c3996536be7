from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.records.places import names


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Trà Lĩnh", "tra linh"),
        ("ĐÀM  THỦY", "dam thuy"),
        ("Đàm Thuỷ", "dam thuy"),
        (unicodedata.normalize("NFD", "Nùng Trí Cao"), "nung tri cao"),
        ("Thạch An\n", "thach an"),
        ("", ""),
    ],
)
def test_folded_drops_marks_case_and_spaces(text: str, plain: str) -> None:
    assert names.folded(text) == plain


@given(st.text())
def test_folded_twice_is_folded_once(text: str) -> None:
    assert names.folded(names.folded(text)) == names.folded(text)


@pytest.mark.parametrize("text", ["Phường Thục Phán", "P. Thục Phán", "P.Thuc Phan", "thục phán", "xã thuc  phan"])
def test_commune_key_drops_the_kind(text: str) -> None:
    assert names.commune_key(text) == "thuc phan"


def test_commune_key_keeps_a_name_that_only_begins_like_a_kind() -> None:
    assert names.commune_key("Xả Lũ Phường") == "lu phuong"  # the caller tries the whole name first
    assert names.commune_key("Xanh") == "xanh"
    assert names.commune_key("Phú Xá") == "phu xa"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Phường A", "phuong"), ("P. A", "phuong"), ("xã A", "xa"), ("Đặc khu A", "dac khu"), ("A", ""), ("Xanh", "")],
)
def test_commune_kind_is_written_out(text: str, kind: str) -> None:
    assert names.commune_kind(text) == kind


@pytest.mark.parametrize("text", ["sông Bằng", "Song  Bang", "S. Bằng", "Bằng"])
def test_river_key_drops_song(text: str) -> None:
    assert names.river_key(text) == "bang"


def test_river_key_of_song_alone_is_song() -> None:
    assert names.river_key("Sông") == "song"
