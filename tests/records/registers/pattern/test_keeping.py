"""Entries are written by keeping alone: every version is kept, and who may not, changes nothing."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.keeping import StaleError
from nonnuoc.records.registers.pattern.models import Revision
from tests.records.accounts import staff
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db


def deeds() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="entry.").order_by("id")
    return list(found.values_list("action", flat=True))


def test_every_version_is_kept_with_who_when_and_why() -> None:
    officer = kept.officer()
    made = kept.facility("Mỏ Tốc Tát", by=officer, reason="Quyết định 12")
    keeping.change(FACILITIES, made.code, {"state": "operating"}, by=officer, reason="Kiểm tra 03/2026")
    keeping.withdraw(FACILITIES, made.code, reason="đóng cửa", by=officer)
    back = keeping.restore(FACILITIES, made.code, reason="nhầm", by=officer)

    assert made.code == "F-00001"
    assert back.version == 4
    assert back.withdrawn is None
    versions = list(Revision.objects.filter(entry_id=made.pk).values_list("version", "kind", "reason", "by"))
    assert versions == [
        (1, "created", "Quyết định 12", officer.pk),
        (2, "changed", "Kiểm tra 03/2026", officer.pk),
        (3, "withdrawn", "đóng cửa", officer.pk),
        (4, "restored", "nhầm", officer.pk),
    ]
    assert Revision.objects.get(version=1).values["state"] is None
    assert Revision.objects.get(version=2).values["state"] == "operating"
    assert deeds() == ["entry.created", "entry.changed", "entry.withdrawn", "entry.restored"]
    changed = AuditEntry.objects.get(action="entry.changed")
    assert (changed.before, changed.after) == ({"state": None}, {"state": "operating"})


def test_what_changes_nothing_writes_nothing() -> None:
    made = kept.facility("Mỏ Tốc Tát", state="operating")
    same = keeping.change(FACILITIES, made.code, {"state": "operating", "name": " Mỏ Tốc Tát "}, by=None)
    assert same.version == 1
    assert deeds() == ["entry.created"]


def test_who_saw_an_older_version_overwrites_nothing() -> None:
    made = kept.facility()
    keeping.change(FACILITIES, made.code, {"name": "Khác"}, by=None, version=1)
    with pytest.raises(StaleError):
        keeping.change(FACILITIES, made.code, {"name": "Của tôi"}, by=None, version=1)
    assert Facility.objects.get().name == "Khác"


def test_access_is_asked_before_and_after() -> None:
    here, there = staff.commune("01273"), staff.commune("01279")
    villager = kept.villager("01273")
    own, foreign = kept.facility(commune=here), kept.facility(commune=there)

    with pytest.raises(PermissionDenied):
        keeping.change(FACILITIES, foreign.code, {"name": "Lấy"}, by=villager)
    with pytest.raises(PermissionDenied):  # nor can one give one's own away out of one's reach
        keeping.change(FACILITIES, own.code, {"commune": there}, by=villager)
    with pytest.raises(PermissionDenied):
        keeping.create(FACILITIES, {"name": "Mới", "source": "x", "commune": there}, by=villager)
    for deed in (keeping.withdraw, keeping.restore):
        with pytest.raises(PermissionDenied):
            deed(FACILITIES, foreign.code, reason="x", by=villager)

    assert keeping.change(FACILITIES, own.code, {"name": "Của xã"}, by=villager).name == "Của xã"
    assert Facility.objects.get(code=foreign.code).version == 1


def test_everything_wrong_is_told_at_its_field_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        kept.facility(started="hôm qua", state="bay", zone="không-có")
    assert set(refused.value.error_dict) == {"started", "state", "zone"}
    with pytest.raises(ValidationError) as refused:
        kept.facility(lon=106.2)
    assert set(refused.value.error_dict) == {"lon"}
    assert not Facility.objects.exists()


@pytest.mark.parametrize("code", ["new", "import", "places.geojson", "targets", "export.xlsx"])
def test_a_code_is_never_an_address_of_its_own(code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        kept.facility(code=code)
    assert set(refused.value.error_dict) == {"code"}


def test_a_form_sent_twice_makes_one_entry() -> None:
    officer, token = kept.officer(), uuid4()
    told = {"name": "Xưởng", "source": "x"}
    first = keeping.create(FACILITIES, told, by=officer, token=token)
    again = keeping.create(FACILITIES, told, by=officer, token=token)
    assert first.pk == again.pk
    assert Facility.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_codes() -> None:
    made: list[Any] = []
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        made.append(kept.facility().code)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["F-00001", "F-00002", "F-00003", "F-00004"]


def test_history_is_for_those_who_read_internal_data_there_and_hides_what_they_may_not_see() -> None:
    here = staff.commune("01273")
    made = kept.facility("Công khai", commune=here, contact="Ông Nông, 0912 345 678")
    elsewhere = access.of(kept.villager("01279", "Far"))
    near = access.of(kept.villager("01273", "Near"))

    assert reading.history(FACILITIES, made, access.ANYBODY) == ()
    assert reading.history(FACILITIES, made, elsewhere) == ()
    assert [one.values["contact"] for one in reading.history(FACILITIES, made, near)] == ["Ông Nông, 0912 345 678"]
    assert "contact" not in reading.shown(FACILITIES, made, elsewhere)
