"""Names and folders of TT 10 files."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.ingest.formats import tt10

NOON = int(datetime(2026, 1, 1, 5, tzinfo=UTC).timestamp()) * 1_000_000


def test_name_reads_the_pattern_of_the_circular():
    assert tt10.name("HN_ABCD_NUO001_20260101120000.txt") == ("HN", "ABCD", "NUO001", NOON)


@pytest.mark.parametrize(
    ("given_name", "station"),
    [
        ("/NUO001/2026/01/01/HN_ABCD_NUO001_20260101120000.TXT", "NUO001"),
        ("../../HN_ABCD_NUO001_20260101120000.txt", "NUO001"),
        ("C:\\data\\HN_ABCD_NUO001_20260101120000.txt", "NUO001"),
        ("CB_Sở NN&MT_Trà Lĩnh_20260101120000.txt", "Trà Lĩnh"),
        ("CB_KCN_KK_TRALINH_01_20260101120000.txt", "KK_TRALINH_01"),
    ],
)
def test_name_takes_the_name_as_data(given_name, station):
    assert tt10.name(given_name).station == station


@pytest.mark.parametrize(
    "other",
    [
        "",
        "data.txt",
        "HN_NUO001_20260101120000.txt",
        "HN_ABCD_NUO001_20260231120000.txt",
        "HN_ABCD_NUO001_2026010112000.txt",
        "HN_ABCD_NUO001_20260101120000.csv",
        "HN_ABCD__20260101120000.txt",
        "HN_AB\0CD_NUO001_20260101120000.txt",
        "HN_ABCD_" + "N" * 121 + "_20260101120000.txt",
        "A_" * 100_000 + "20260101120000.txt",
        "HN_ABCD_NUO001_２０２６0101120000.txt",
    ],
)
def test_name_of_anything_else_is_none(other):
    assert tt10.name(other) is None


@given(st.text())
def test_name_never_raises(anything):
    assert tt10.name(anything) is None or anything.lower().endswith(".txt")


@given(st.integers(-2_000_000_000, 4_000_000_000))
def test_file_name_is_read_back(seconds):
    assert tt10.name(tt10.file_name("CB", "X", "S1", seconds * 1_000_000)) == ("CB", "X", "S1", seconds * 1_000_000)


def test_folder_is_of_the_local_day():
    assert tt10.folder("CB01", NOON + 12 * 3_600_000_000) == "/CB01/2026/01/02/"


@pytest.mark.parametrize("change", [{"symbols": ("a\tb",)}, {"units": ("a\n",)}, {"time": np.array([NOON + 1])}])
def test_write_refuses_what_the_format_cannot_hold(change):
    readings = tt10.parse([b"pH\t7\t-\t20260101120000\t00\n"], comma=[False]).readings
    changed = type(readings)(**{**vars(readings), **change})
    with pytest.raises(ValueError):
        tt10.write(changed)
