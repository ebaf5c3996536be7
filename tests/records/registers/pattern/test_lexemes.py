"""What an index of words finds is what LIKE finds, whatever letters the words are made of."""

from __future__ import annotations

import pytest
from django.db import connection

from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility, Zone
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.pattern import lexemes, listing, searching
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db

NAMES = (
    "Mỏ mangan Tốc Tát",
    "O'Neil & Co. (chi nhánh 2)",
    r"Kho A\B C:\D",
    "a|b !c :d* <-> 'e'",
    "Trạm 12.5 kV/2",
    "Xưởng “Đoàn Kết”, đội 3",
)
ASKED = ("toc", "tốc tát", "tóc", "o'", "o'neil co", r"a\b", r"c:\ ", "a|b", "!c", ":d", ":d*", "<->", "'e", "&",
         "12.5", "kv", "kv/", "doan ket", "đoàn", "ket doi", "f-0000", "F-00002", "(chi", ".", "* :", "%", "_",
         "x y")  # fmt: skip


def found(text: str) -> list[str]:
    asked = listing.asked(FACILITIES, {"q": text})
    return [one.name for one in listing.page(FACILITIES, SYSTEM, asked).entries]


def test_the_index_finds_what_like_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        kept.facility(name)
    indexed = {text: found(text) for text in ASKED}
    monkeypatch.setattr(lexemes, "indexed", lambda _model: False)
    assert indexed == {text: found(text) for text in ASKED}
    assert indexed["o'neil co"] == [NAMES[1]]
    assert indexed[":d*"] == [NAMES[3]]
    assert len(indexed["f-0000"]) == len(NAMES)


def test_a_search_asks_the_index() -> None:
    assert lexemes.indexed(Facility)
    assert lexemes.indexed(Occurrence)
    assert not lexemes.indexed(Zone)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Facility.objects.filter(searching.matching("tốc tát", Facility)).order_by(lexemes.beside_indexes("code"))
    assert "Bitmap Index Scan on facility_words" in plan[:50].explain()
