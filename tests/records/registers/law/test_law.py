"""Legal documents: how they stand on a day, their tree, who still rests on what has ended, and the shipped seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from nonnuoc.records.accounts import loading as offices
from nonnuoc.records.accounts.access import ANYBODY, SYSTEM
from nonnuoc.records.places import services as places
from nonnuoc.records.registers.law import citing, page, standing
from nonnuoc.records.registers.law.citing import Citation
from nonnuoc.records.registers.law.declared import DOCUMENTS, REGISTERS, RELATIONS
from nonnuoc.records.registers.law.models import LegalDocument
from nonnuoc.records.registers.pattern import keeping, reading, seeding

pytestmark = pytest.mark.django_db
State = LegalDocument.State
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def document(code: str, **facts: object) -> LegalDocument:
    values = {"code": code, "name": f"Văn bản {code}", "number": code, "kind": "decision", "source": "test"}
    return keeping.create(DOCUMENTS, {**values, "data_class": "public", **facts}, by=None)


def relation(one: str, kind: str, other: str) -> None:
    values = {"code": f"{one}.{kind}.{other}", "document": one, "kind": kind, "other": other, "source": "test"}
    keeping.create(RELATIONS, {**values, "data_class": "public"}, by=None)


def test_days_decide_before_what_somebody_typed():
    dated = document("a", effective="2025-07-01", ended="2026-06-30", state="in_force")
    days = (date(2025, 6, 30), date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [standing.of(dated, day) for day in days] == [State.NOT_YET, State.IN_FORCE, State.IN_FORCE, State.ENDED]
    assert standing.of(document("b"), TODAY) is None  # nobody knows: not “in force”
    assert standing.of(document("c", state="in_force"), TODAY) == State.IN_FORCE
    document("d", effective="2026-11-27")
    relation("d", "replaces", "c")
    c = reading.one(DOCUMENTS, "c", SYSTEM)
    assert [standing.of(c, date(2026, 11, 26)), standing.of(c, date(2026, 11, 27))] == [State.IN_FORCE, State.REPLACED]


def test_the_tree_goes_up_and_down_and_a_circle_is_refused(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(citing, "READERS", [])
    for code in ("law", "decree", "plan"):
        document(code)
    relation("decree", "implements", "law")
    relation("plan", "implements", "decree")
    with pytest.raises(ValidationError) as refused:
        relation("law", "implements", "plan")
    assert "comes back to" in str(refused.value)
    tree = page.linked(reading.one(DOCUMENTS, "decree", SYSTEM), SYSTEM)[0]
    assert [(row[0].value, row[1].code) for row in tree.rows] == [
        ("implements", "law"),
        ("is implemented by", "plan"),
    ]
    deep = page.linked(reading.one(DOCUMENTS, "law", SYSTEM), SYSTEM)[0]
    assert [str(row[0].value) for row in deep.rows] == ["is implemented by", "\u2003is implemented by"]
    for number in range(5):
        document(f"more-{number}")
        relation(f"more-{number}", "amends", "law")
    law = reading.one(DOCUMENTS, "law", SYSTEM)
    with django_assert_num_queries(4):  # documents, what is related to them (2), relations: for 7 rows as for 2
        assert len(page.linked(law, SYSTEM)[0].rows) == 7


def test_what_has_ended_tells_who_still_continues_it(monkeypatch):
    document("old", ended="2025-12-31", state="ended")
    monkeypatch.setattr(
        citing, "READERS", [lambda one, _rights: [Citation("KH thử", "II.3.6.a.1", f"… {one.number} …")]]
    )
    old = reading.one(DOCUMENTS, "old", SYSTEM)
    assert "It ended on 31/12/2025, and is still continued by KH thử, II.3.6.a.1." in page.remarks(old, SYSTEM)
    assert [row[1].value for row in page.linked(old, SYSTEM)[1].rows] == ["II.3.6.a.1"]
    assert not [one for one in page.remarks(document("recent", state="in_force"), SYSTEM) if "continued" in str(one)]


def test_verified_means_with_an_address():
    with pytest.raises(ValidationError) as refused:
        document("x", evidence="verified")
    assert "give the address" in str(refused.value)


def test_the_shipped_documents_say_only_what_was_found():
    offices.load(places.load_province().province.key)
    assert seeding.load(REGISTERS, "cao_bang") == 21 + 10
    assert seeding.load(REGISTERS, "cao_bang") == 0
    known = {one.code: one for one in reading.readable(DOCUMENTS, ANYBODY)}
    standings = {code: standing.of(one, TODAY) for code, one in known.items()}
    assert {code for code, state in standings.items() if state == State.ENDED} == {"qd-1973-2021-ttg"}
    assert {code for code, state in standings.items() if state == State.IN_FORCE} == {
        "luat-72-2020-qh14",
        "nd-08-2022-cp",
        "tt-12-2025-bnnmt",
    }
    assert all(one.url for one in known.values() if one.evidence == "verified")
