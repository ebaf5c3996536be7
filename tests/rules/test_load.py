from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from itertools import pairwise

import pytest

from nonnuoc import rules
from nonnuoc.rules import reading

HEAD = """
[[table]]
title = "T"
number = "1/X"
article = "1"
issued = 2020-01-01
valid_from = 2020-01-01
url = "https://example.org/1"
retrieved = 2026-11-23
evidence = "V"
"""
DATA = """
[table.data]
x = 1
"""


def tables(text: str, day: date = date(2026, 1, 1)) -> list[rules.Table]:
    return [reading.table("t", section, day, "t.toml") for section in reading.sections(text, "t.toml")]


def periods_of(text: str, tmp_path, monkeypatch) -> tuple[rules.Period, ...]:
    (tmp_path / "t.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("nonnuoc.rules.shelf.DATA", tmp_path)
    return rules.periods.__wrapped__("t")


@pytest.mark.parametrize("name", rules.names())
def test_every_table_on_the_shelf_loads_with_its_source(name):
    for period in rules.periods(name):
        assert period.table.valid_from <= period.since
        assert period.table.url.startswith(("https://", "http://"))
        assert period.table.title
        assert period.table.data


@pytest.mark.parametrize(
    "field", ["title", "number", "article", "issued", "valid_from", "url", "retrieved", "evidence"]
)
def test_a_table_without_a_source_does_not_load_and_the_field_is_named(field):
    text = "\n".join(line for line in (HEAD + DATA).splitlines() if not line.startswith(field))
    with pytest.raises(rules.TableRefusedError, match=rf"t\.toml, table 1: `{field}`"):
        tables(text)


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ('url = "https://example.org/1"', 'url = " "', "`url`"),
        ("issued = 2020-01-01", 'issued = "2020"', "`issued`"),
        ("issued = 2020-01-01", "issued = 2020-01-01T00:00:00", "`issued`"),
        ('evidence = "V"', 'evidence = "X"', "`evidence`"),
        ('evidence = "V"', 'evidence = "V"\nvalid_to = 2019-01-01', "`valid_to`"),
        ('evidence = "V"', 'evidence = "V"\nvalid_too = 2030-01-01', "`valid_too`"),
        ("x = 1", "", "`data`"),
        ("x = 1", "x = ", "not TOML"),
        ("[[table]]", "[[tabel]]", "nothing else"),
        ("x = 1", 'x = { value = 1, evidence = "Q" }', "`evidence` of an entry"),
    ],
)
def test_what_breaks_a_promise_is_refused_and_named(was, becomes, message):
    with pytest.raises(rules.TableRefusedError, match=message):
        tables((HEAD + DATA).replace(was, becomes))


def test_two_tables_in_force_on_one_day_are_refused():
    with pytest.raises(rules.TableRefusedError, match=r"both in force on 2023-01-01"):
        tables(HEAD + DATA + HEAD.replace("valid_from = 2020", "valid_from = 2023") + DATA)


def test_a_new_law_follows_the_old_one_and_each_day_has_its_own(tmp_path, monkeypatch):
    old = HEAD + "valid_to = 2022-12-31\n" + DATA
    new = HEAD.replace("1/X", "2/X").replace("valid_from = 2020", "valid_from = 2023") + DATA.replace("1", "2")
    first, second = periods_of(new + old, tmp_path, monkeypatch)
    assert (first.since, first.until, first.table.number) == (date(2020, 1, 1), date(2022, 12, 31), "1/X")
    assert (second.since, second.until, second.table.data["x"]) == (date(2023, 1, 1), None, 2)


def test_an_entry_with_its_own_validity_splits_its_table(tmp_path, monkeypatch):
    text = HEAD + (
        "[table.data]\nlimit = [ { v = 50, valid_to = 2025-12-31 }, { v = 45, valid_from = 2026-01-01 }, { v = 7 } ]\n"
    )
    before, after = periods_of(text, tmp_path, monkeypatch)
    assert (before.until, after.since) == (date(2025, 12, 31), date(2026, 1, 1))
    assert [entry["v"] for entry in before.table.data["limit"]] == [50, 7]
    assert [entry["v"] for entry in after.table.data["limit"]] == [45, 7]
    assert before.table.valid_from == after.table.valid_from == date(2020, 1, 1)  # of the document


def test_periods_of_every_table_leave_no_day_out_between_them():
    for name in rules.names():
        known = rules.periods(name)
        for earlier, later in pairwise(known):
            if earlier.table.number == later.table.number:
                assert later.since - earlier.until == timedelta(days=1)


def test_a_remembered_entry_is_withheld_until_asked_for():
    text = (
        HEAD
        + '[table.data]\na = { v = 1, evidence = "M" }\nb = [ { v = 2, evidence = "NF" }, { v = 3, evidence = "S" } ]'
    )
    (table,) = tables(text)
    assert "a" not in table.data
    assert [entry["v"] for entry in table.data["b"]] == [3]
    assert table.data_with_unverified["a"]["v"] == 1
    assert len(table.data_with_unverified["b"]) == 2


@pytest.mark.parametrize("mark", ["M", "NF"])
def test_a_table_of_memory_is_no_law_and_withholds_everything(mark):
    (table,) = tables((HEAD + DATA).replace('evidence = "V"', f'evidence = "{mark}"'))
    assert not table.is_law
    assert dict(table.data) == {}
    assert table.data_with_unverified["x"] == 1


@pytest.mark.parametrize(
    ("mark", "is_law"),
    [("V", True), ("S", True), ("P", False), ("C", False)],
)
def test_what_may_be_called_law(mark, is_law):
    (table,) = tables((HEAD + DATA).replace('evidence = "V"', f'evidence = "{mark}"'))
    assert table.is_law == is_law
    assert table.data["x"] == 1


def test_no_table_in_force_says_which_days_have_one():
    with pytest.raises(rules.NotInForceError, match=r"'vn_aqi' is in force on 2019-11-11; .* 2019-11-12 to open"):
        rules.load("vn_aqi", on=date(2019, 11, 11))


def test_find_is_none_where_load_raises():
    assert rules.find("vn_aqi", on=date(2019, 11, 11)) is None
    assert rules.find("vn_aqi", on=date(2019, 11, 12)) is rules.load("vn_aqi", on=date(2026, 1, 1))


@pytest.mark.parametrize("name", ["vn_api", "../settings", ""])
def test_an_unknown_table_is_named_with_those_there_are(name):
    with pytest.raises(rules.UnknownTableError, match="vn_aqi"):
        rules.load(name, on=date(2026, 1, 1))


def test_loading_again_gives_the_same_table():
    assert rules.load("qcvn05", on=date(2026, 5, 1)) is rules.load("qcvn05", on=date(2026, 6, 1))
    assert rules.load("qcvn05", on=date(2025, 5, 1)) is not rules.load("qcvn05", on=date(2026, 6, 1))


def test_a_table_cannot_be_changed():
    table = rules.load("vn_aqi", on=date(2026, 1, 1))
    with pytest.raises(TypeError):
        table.data["levels"] = ()
    with pytest.raises(TypeError):
        table.data["nowcast"]["hours"] = 3
    with pytest.raises(AttributeError):
        table.data["levels"].append(600)
    with pytest.raises(FrozenInstanceError):
        table.number = "2/X"
