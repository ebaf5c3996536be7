"""The queue of doubtful pairs: filled once a transaction is through, decided by people, at the price of one look."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.registers.facilities import matching, merging
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility, Match
from nonnuoc.records.registers.pattern import keeping
from tests.records.accounts import staff
from tests.records.registers.facilities import made

pytestmark = pytest.mark.django_db
TAX = "4800123456"


def pairs() -> list[tuple[str, str, bool]]:
    return [(one.first.code, one.second.code, one.sure) for one in Match.objects.filter(state="open").order_by("id")]


def test_what_a_transaction_wrote_is_compared_once_it_is_through(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True) as called:
        entries = [made.facility("HTX Bản Giốc", code=f"A{n}", business_code=TAX) for n in range(3)]
    assert called.count(matching.compare_waiting) == 1  # for three facilities
    assert pairs() == [("A0", "A1", True), ("A0", "A2", True), ("A1", "A2", True)]
    assert not matching.waiting().exists()
    keeping.change(FACILITIES, "A2", {"business_code": "", "name": "Bãi đá Nà Sác"}, by=None)
    matching.compare_waiting()
    assert pairs() == [("A0", "A1", True)]  # nothing speaks for it any longer
    keeping.withdraw(FACILITIES, entries[0].code, reason="x", by=None)
    assert matching.number_waiting(access.SYSTEM) == 0


def test_few_are_compared_with_their_neighbourhood_and_many_with_all_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = staff.commune("01273"), staff.commune("01279")
    made.facility("Công ty Pác Rằng", code="A", commune=here)
    made.facility("HTX Pác Rằng", code="B", commune=here)
    made.facility("HTX Pác Rằng", code="C", commune=there)  # another commune, nothing else in common
    made.facility("Xưởng Khau Cút", code="D", commune=there, lon=106.2, lat=22.6, business_code=TAX)
    made.facility("Bãi than", code="E", lon=106.2002, lat=22.6001, business_code=f"{TAX}-001")
    made.facility("Cơ sở Pác Rằng", code="F")  # nobody knows where
    found = []
    for few in (50, 0):
        monkeypatch.setattr(matching, "FEW", few)
        Match.objects.all().delete()
        Facility.objects.update(compared=None)
        matching.compare_waiting()
        found.append(pairs())
    assert found[0] == found[1] == [("A", "B", False), ("D", "E", False)]


def test_looking_costs_the_same_for_one_neighbour_and_for_many(queries: Any) -> None:
    where = staff.commune()

    def cost() -> int:
        keeping.change(FACILITIES, "A", {"note": f"{Facility.objects.count()}"}, by=None)
        return queries(matching.compare_waiting)

    made.facility("HTX Pác Rằng", code="A", commune=where)
    made.facility("Xưởng Khau Cút", commune=where)
    matching.compare_waiting()
    few = cost()
    for n in range(5):
        made.facility(f"Xưởng Lũng {'abcde'[n] * 4}", commune=where)
    matching.compare_waiting()
    assert cost() == few


def test_a_decision_is_a_persons_and_holds_for_what_is_merged_later() -> None:
    where, other = staff.commune("01273"), staff.commune("01279")
    one, two, _ = (made.facility("HTX Pác Rằng", code=code, commune=where) for code in "ABC")
    matching.compare_waiting()
    officer, narrow = staff.person("wide"), staff.person("narrow")
    staff.task(officer, staff.office("so"), Role.OFFICER)
    staff.task(narrow, staff.office("so2"), Role.OFFICER, other)
    assert matching.number_waiting(access.of(officer)) == 3
    assert matching.number_waiting(access.of(narrow)) == 0
    match = Match.objects.get(first=one, second=two)
    with pytest.raises(PermissionDenied):
        matching.decide(match, "different", by=narrow)
    with pytest.raises(ValidationError):
        matching.decide(match, "same", by=officer)
    matching.decide(match, "different", by=officer, note="hai hợp tác xã")
    merging.merge("B", "C", reason="một xưởng", by=officer)
    Facility.objects.update(compared=None)
    matching.compare_waiting()
    assert matching.number_waiting(access.of(officer)) == 0  # C is B, and B is not A: nobody is asked about A and C
