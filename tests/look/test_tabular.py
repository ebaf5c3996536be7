from __future__ import annotations

import csv
import io
import math
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.look import tabular, tabular_csv
from nonnuoc.look.tabular import Coded, Column, Kind, Table
from nonnuoc.records.monitoring.rows import micros

VIETNAM = timezone(timedelta(hours=7))


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1)), max_size=20))
def test_stamps_are_what_python_writes(times: list[datetime]) -> None:
    for whole in (True, False):
        some = [one.replace(microsecond=0 if whole else one.microsecond, tzinfo=VIETNAM) for one in times]
        told = [one.decode() for one in tabular.stamps(np.array([micros(one) for one in some], np.int64)).tolist()]
        assert [datetime.fromisoformat(one) for one in told] == some
        assert all(one.endswith("+07:00") for one in told)
        if whole:
            assert told == [one.isoformat() for one in some]


@given(st.lists(st.floats(allow_infinity=False), max_size=30))
def test_numbers_read_back_bit_for_bit_and_have_no_digit_too_many(values: list[float]) -> None:
    told = tabular.numbers(np.array(values, np.float64))
    assert len(told) == len(values)
    for text, value in zip(told, values, strict=True):
        if math.isnan(value):
            assert text == b""
        else:
            assert struct.pack("d", float(text)) == struct.pack("d", value)
            assert Decimal(text.decode()) == Decimal(repr(value))


def test_wholes_leave_negative_ones_out() -> None:
    assert tabular.wholes(np.array([0, -1, 288], np.int32)) == [b"0", b"", b"288"]


def table(words: tuple[tabular.Word, ...]) -> Table:
    codes = np.arange(len(words))
    columns = (
        Column("time", Kind.TIME, "when"),
        Column("word", Kind.WORD, "what"),
        Column("other", Kind.WORD, "what else"),
        Column("n", Kind.WHOLE, "how many"),
        Column("word again", Kind.WORD, "what"),
    )
    one = (
        codes * 1_000_000,
        Coded(codes, words),
        Coded(codes[::-1], words),
        codes.astype(np.int32),
        Coded(codes, words),
    )
    return Table((("name", "x"),), columns, iter([one]))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8), min_size=1, max_size=6))
def test_words_come_back_except_for_the_mark_of_those_a_spreadsheet_would_calculate(words: list[str]) -> None:
    text = b"".join(tabular_csv.written(table(tuple(words)))).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))[2:-1]
    for place, row in enumerate(rows):
        for cell, word in ((row[1], words[place]), (row[2], words[-1 - place]), (row[4], words[place])):
            assert cell.removeprefix("'") == word.removeprefix("'") if cell != word else True
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\n"))
        assert row[3] == str(place)


def test_no_comment_leaves_its_cell_or_its_line() -> None:
    told = tabular_csv.preamble(['name: a,=1+1;=2\t=3\n=4 "quoted"\r\n,"open']).decode()
    assert told.count("\n") == 1 and told.endswith("\n")
    assert told.startswith("# name: a")
    for separator in ",;\t":
        assert separator not in told


def test_a_file_that_breaks_off_says_so_where_every_reader_stumbles() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"1,2\n"
        raise RuntimeError

    told = []
    with pytest.raises(RuntimeError):
        for one in tabular_csv.unless_broken(pieces()):
            told.append(one)
    assert told == [b"1,2\n", tabular_csv.BROKEN]
    assert not tabular_csv.BROKEN.strip().startswith(b"#")
    assert b"".join(tabular_csv.written(table(("a", "b")))).endswith(b"# end: 2 rows\n")


def test_simulated_data_say_so_before_anything_else() -> None:
    whole = table(("a",))
    marked = Table(whole.about, whole.columns, whole.batches, simulated=True)
    assert b"".join(tabular_csv.written(marked)).startswith(b"# SIMULATED DATA")
