"""Merging and splitting: whatever refers to a facility refers to the right one, forwards and back."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from nonnuoc.records.accounts.models import Appointment, AuditEntry, Office, Role
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.registers.facilities import matching, merging, referring, selectors, splitting
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility, Identifier, Match, Merge, Outfall
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.models import Document, Revision
from nonnuoc.records.registers.waste.models import Amount
from tests.records.accounts import staff
from tests.records.registers.facilities import made

pytestmark = pytest.mark.django_db
REASON = "cùng một nhà máy, đã đi xem"
Owners = dict[tuple[str, Any], str]  # (key of a column, row) -> code of the facility it refers to


def owners() -> Owners:
    """What refers to which facility, over all columns."""
    codes = dict(Facility.objects.values_list("pk", "code"))
    found = {}
    for column in referring.columns():
        rows = column.model._default_manager.filter(column.only).values_list("pk", column.name)
        told = {(column.key, row): to if column.by_code else codes.get(to) for row, to in rows}
        found |= {item: code for item, code in told.items() if code in codes.values()}
    return found


def facts(code: str) -> dict[str, Any]:
    entry = Facility.objects.get(code=code)
    into = entry.merged_into and entry.merged_into.code
    place = (entry.lon, entry.lat, entry.position_source)
    return {"name": entry.name, "tax": entry.business_code, "into": into, "place": place, "out": entry.withdrawn}


def test_merge_moves_everything_and_undoing_it_gives_everything_back() -> None:
    a = made.furnished("Nhà máy A", business_code="4800100200")
    b = made.furnished("Nhà máy B", business_code="4800100201", lon=106.2, lat=22.6)
    before, was = owners(), {code: facts(code) for code in (a.code, b.code)}
    held = merging.merge(a.code, b.code, take=("lon", "name"), reason=REASON, by=None)
    after = owners()
    assert {after[item] for item in before} == {a.code}
    now = facts(a.code)
    assert (now["name"], now["place"], now["tax"]) == ("Nhà máy B", (106.2, 22.6, "test"), "4800100200")
    assert set(Facility.objects.get(code=a.code).aliases.values_list("name", flat=True)) >= {"Nhà máy A"}
    assert Identifier.objects.get(programme="tax").value == "4800100201"  # B's own code is not forgotten
    assert selectors.by_code(b.code).code == a.code
    kinds = {code: Revision.objects.filter(register="facilities", entry_id=pk).latest("version").kind
             for code, pk in ((a.code, a.pk), (b.code, b.pk))}  # fmt: skip
    assert set(kinds.values()) == {"merged"}

    assert Revision.objects.filter(register="outfalls", kind="changed", values__facility=a.code).count() == 1
    assert merging.merge(a.code, b.code, reason=REASON, by=None) == held  # again does nothing
    assert Merge.objects.count() == 1
    splitting.undo(held, reason="hai nhà máy cạnh nhau", by=None)
    assert owners() == before
    assert {code: facts(code) for code in (a.code, b.code)} == was
    assert not Identifier.objects.filter(programme="tax").exists()
    splitting.undo(held, reason="hai nhà máy cạnh nhau", by=None)  # again does nothing
    assert Match.objects.get().state == Match.State.DIFFERENT
    deeds = AuditEntry.objects.filter(action__startswith="facility.").order_by("id")
    assert list(deeds.values_list("action", flat=True)) == ["facility.merged", "facility.split"]


@pytest.mark.parametrize("seed", range(2))
def test_any_sequence_of_merges_and_splits_loses_nothing(seed: int) -> None:
    chance = random.Random(seed)
    codes = [made.furnished().code for _ in range(5)]
    expected, moved, merges = owners(), defaultdict(set), []
    for step in range(20):
        current = [one for one in codes if facts(one)["into"] is None]
        deed = chance.choice(["merge", "merge", "undo", "carve"])
        if deed == "merge" and len(current) > 1:
            left, right = chance.sample(current, 2)
            held = merging.merge(left, right, take=("name",), reason=REASON, by=None)
            for item, owner in expected.items():
                if owner == right:
                    expected[item] = left
                    moved[held.pk].add(item)
            merges.append((held, left, right))
        elif deed == "undo" and merges:
            held, left, right = chance.choice(merges)
            if left not in current:
                with pytest.raises(ValidationError):
                    splitting.undo(held, reason=REASON, by=None)
                continue
            splitting.undo(held, reason=REASON, by=None)
            merges.remove((held, left, right))
            expected |= {item: right for item in moved[held.pk] if expected[item] == left}
        elif deed == "carve":
            old = chance.choice(current)
            own = [item for item, owner in expected.items() if owner == old]
            chosen = chance.sample(own, len(own) // 3)
            goes: dict[str, set[Any]] = defaultdict(set)
            for key, row in chosen:
                goes[key].add(row)
            new = f"C{seed}-{step}"
            values = {"code": new, "name": new, "source": "test"}
            splitting.carve(old, values, goes=goes, reason=REASON, by=None)
            codes.append(new)
            expected |= dict.fromkeys(chosen, new)
        found = owners()
        assert {item: found.get(item) for item in expected} == expected
        assert {facts(found[item])["into"] for item in expected} == {None}  # nothing refers to what was merged
        for code in codes:
            assert selectors.by_code(code).merged_into is None  # ends, and at one that stands
    for held, _left, _right in reversed(merges):
        splitting.undo(held, reason=REASON, by=None)
    assert all(facts(one)["into"] is None for one in codes)
    assert set(owners()) >= set(expected)


def test_what_both_have_one_of_stays_at_the_old_code_and_is_told_before() -> None:
    a, b = made.furnished(), made.furnished()
    office = staff.office("so", Office.Kind.DEPARTMENT)
    someone = staff.person()
    tasks = {one.code: staff.task(someone, office, Role.READER, facility=one.code) for one in (a, b)}
    Document.objects.update(sha256="the same file")
    preview = merging.preview(a, b)
    staying = {one.column.key: one.stay for one in preview.moves if one.stay}
    assert staying == {
        "accounts.Appointment.facility": {tasks[b.code].pk},
        "registers.Document.entry_id": {Document.objects.get(entry_id=b.pk).pk},
    }
    held = merging.merge(a.code, b.code, reason=REASON, by=None)
    assert Appointment.objects.get(pk=tasks[b.code].pk).facility == b.code
    assert {one["column"] for one in held.kept} == set(staying)
    splitting.undo(held, reason=REASON, by=None)
    assert {code: Appointment.objects.get(pk=task.pk).facility for code, task in tasks.items()} == {
        code: code for code in tasks
    }


def test_every_promise_of_uniqueness_is_known_however_it_was_written() -> None:
    """As fields, as expressions, with unknowns that are alike: amounts of waste have all of these."""
    a, b = made.facility(), made.facility()
    facts = {"year": 2026, "month": 3, "flow": "generated", "stream": "hazardous", "basis": "M", "tonnes": 1.0}
    rows = [
        Amount.objects.create(facility=one, token=uuid4(), at=timezone.now(), **facts | {"month": month})
        for one, month in ((a, 3), (b, 3), (b, 4))
    ]
    held = merging.merge(a.code, b.code, reason=REASON, by=None)
    assert [one["rows"] for one in held.kept] == [[rows[1].pk]]
    assert set(Amount.objects.filter(facility=a)) == {rows[0], rows[2]}


def test_a_person_says_what_goes_where_and_later_changes_are_kept() -> None:
    a, b = made.furnished("A"), made.furnished("B", lon=106.2, lat=22.6, business_code="4800100201")
    held = merging.merge(a.code, b.code, take=("lon", "business_code"), reason=REASON, by=None)
    keeping.change(FACILITIES, a.code, {"business_code": "4800100299"}, by=None)
    fresh = made.outfall(Facility.objects.get(code=a.code))
    goes = {"facilities.Outfall.facility_id": [fresh.pk]}
    splitting.undo(held, goes=goes, reason=REASON, by=None)
    assert facts(a.code)["tax"] == "4800100299"  # somebody wrote it since: it stays
    assert facts(a.code)["place"] == (None, None, "")
    assert list(Outfall.objects.filter(facility=b).values_list("pk", flat=True)) == [fresh.pk]
    assert Thing.objects.get(code=f"NT{b.code}").facility == a.code


def test_what_stands_in_the_way_is_said() -> None:
    a, b, c = made.facility(), made.facility(), made.facility()
    with pytest.raises(ValidationError, match=r"itself|chính nó"):
        merging.merge(a.code, a.code, reason=REASON, by=None)
    with pytest.raises(ValidationError):
        merging.merge(a.code, b.code, reason=" ", by=None)
    with pytest.raises(keeping.StaleError):
        merging.merge(a.code, b.code, reason=REASON, versions=(1, 9), by=None)
    merging.merge(a.code, b.code, reason=REASON, by=None)
    for left, right in ((c.code, b.code), (b.code, c.code), (b.code, a.code)):
        with pytest.raises(ValidationError, match=a.code):
            merging.merge(left, right, reason=REASON, by=None)
    for deed in (
        lambda: keeping.change(FACILITIES, b.code, {"name": "x"}, by=None),
        lambda: keeping.restore(FACILITIES, b.code, reason="x", by=None),
        lambda: made.outfall(Facility.objects.get(code=b.code)),
    ):
        with pytest.raises(ValidationError, match=a.code):
            deed()


def test_only_who_may_merge_both_merges() -> None:
    here, there = staff.commune("01273"), staff.commune("01279")
    a, b = made.facility(commune=here), made.facility(commune=there)
    office = staff.office("so")
    narrow, wide, reader = staff.person("narrow"), staff.person("wide"), staff.person("reader")
    staff.task(narrow, office, Role.OFFICER, here)
    staff.task(wide, office, Role.OFFICER)
    staff.task(reader, office, Role.READER)
    for someone in (narrow, reader):
        with pytest.raises(PermissionDenied):
            merging.merge(a.code, b.code, reason=REASON, by=someone)
    held = merging.merge(a.code, b.code, reason=REASON, by=wide)
    for someone in (narrow, reader):
        with pytest.raises(PermissionDenied):
            splitting.undo(held, reason=REASON, by=someone)
    assert Merge.objects.get().by == wide


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_leave_one_survivor() -> None:
    a, b = made.furnished(), made.furnished()
    found: list[object] = []
    start = threading.Barrier(2)

    def work(left: str, right: str) -> None:
        start.wait()
        try:
            found.append(merging.merge(left, right, reason=REASON, by=None, at=timezone.now()))
        except ValidationError as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((a.code, b.code), (b.code, a.code))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(type(one).__name__ for one in found) == ["Merge", "ValidationError"]
    assert Facility.objects.filter(merged_into=None).count() == 1
    assert len(set(owners().values())) == 1


def test_what_waits_about_a_merged_one_waits_about_its_survivor() -> None:
    a, b, c, d = made.facility(), made.facility(), made.facility(), made.facility()
    for other, verdict in ((c, "open"), (d, "different")):
        Match.objects.create(
            first=b, second=other, score=60, reasons=[["name_same", 35]], found=timezone.now(), state=verdict,
            decided=None if verdict == "open" else timezone.now(),
        )  # fmt: skip
    merging.merge(a.code, b.code, reason=REASON, by=None)
    waits = Match.objects.filter(state="open", first__withdrawn=None, second__withdrawn=None)
    assert [(one.first_id, one.second_id) for one in waits] == [(a.pk, c.pk)]
    assert frozenset((a.pk, d.pk)) in matching._told_apart()
