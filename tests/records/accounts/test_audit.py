"""The audit trail: the database keeps it, and it is found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from nonnuoc.records.accounts import audit, services, trail
from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.accounts.trail import Asked
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    audit.record(staff.person("An"), "key.made", "KK01", before={"a": 1}, after={"a": 2}, label="x")
    return AuditEntry.objects.get()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET subject = 'nothing'",
        "UPDATE accounts_auditentry SET at = now() - interval '1 year'",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
        "TRUNCATE accounts_auditentry CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_drop_an_entry(entry, statement):
    # Between tests the trail is emptied: a test database says that it is one. Here it is as in service.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL nonnuoc.test_database = 'no'")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEntry.objects.get() == entry


def test_nor_through_the_model(entry):
    entry.subject = "nothing"
    for work in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            work()
    assert AuditEntry.objects.get().subject == "KK01"


def test_an_entry_tells_who_what_before_after_and_from_where():
    token = audit.ORIGIN.set("2001:db8::1")
    try:
        audit.record(staff.person("An"), "key.made", "K" * 300, before={"a": 1}, after={"a": 2}, label="x")
    finally:
        audit.ORIGIN.reset(token)
    entry = AuditEntry.objects.get()
    assert (entry.by.name, entry.action, entry.subject, entry.address) == ("An", "key.made", "K" * 200, "2001:db8::1")
    assert (entry.before, entry.after, entry.detail) == ({"a": 1}, {"a": 2}, {"label": "x"})


def test_what_is_undone_was_not_done():
    with transaction.atomic():
        audit.record(None, "key.made", "KK01")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def subjects(**asked) -> list[str]:
    return [entry.subject for entry in trail.find(Asked(**asked))]


def test_it_is_searched_by_person_action_subject_and_time():
    anh = staff.person("anh")
    anh.name = "Đặng Ánh"
    anh.save()
    audit.record(anh, "key.made", "KK01")
    audit.record(anh, "key.revoked", "KK02")
    audit.record(None, "key.made", "NM_1")
    assert subjects() == ["NM_1", "KK02", "KK01"]
    assert subjects(by="dang anh") == subjects(by="Đặng") == subjects(by="ANH@example") == ["KK02", "KK01"]
    assert subjects(by="nobody") == []
    assert subjects(action="key.made") == ["NM_1", "KK01"]
    assert subjects(action="key") == []
    assert subjects(subject="kk") == ["KK02", "KK01"]
    assert subjects(subject="_") == ["NM_1"]  # no wildcard
    now = timezone.now()
    assert subjects(since=now + timedelta(minutes=1)) == subjects(until=now - timedelta(minutes=1)) == []
    middle = AuditEntry.objects.get(subject="KK02").at
    assert subjects(since=middle) == ["NM_1", "KK02"] and subjects(until=middle) == ["KK01"]  # half open


def test_it_goes_on_page_by_page_whatever_is_added_meanwhile():
    for number in range(5):
        audit.record(None, "key.made", f"{number}")
    first = trail.older(Asked(), None, 2)
    audit.record(None, "key.made", "later")
    second = trail.older(Asked(), first[-1].id, 2)
    assert [entry.subject for entry in (*first, *second)] == ["4", "3", "2", "1"]


def test_about_a_person_stands_what_they_did_and_what_was_done_to_them():
    an, binh = staff.person("An"), staff.person("Binh")
    audit.record(an, "key.made", "KK01")
    audit.record(binh, "person.changed", an.email)
    audit.record(binh, "key.made", "KK02")
    assert [entry.subject for entry in trail.about(an, 9)] == [an.email, "KK01"]
    assert len(trail.about(binh, 1)) == 1


def test_the_last_choice_of_each_setting_is_known():
    for value in (1, 2):
        audit.record(None, "setting.chosen", "map.tiles", after={"value": value})
    audit.record(None, "key.made", "map.attribution")
    assert {code: entry.after for code, entry in trail.last_of_each("setting.chosen").items()} == {
        "map.tiles": {"value": 2}
    }


def test_taking_it_out_of_the_house_is_an_entry_itself():
    an = services.register_administrator("an@example.vn", name="An", password="limestone and clear water", by=None)
    since = timezone.now() - timedelta(days=1)
    found = services.export_trail(Asked(by="An", since=since), form="csv", by=an)
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.action, entry.subject, entry.by) == ("audit.exported", "csv", an)
    assert entry.after == {"by": "An", "since": since.isoformat()}
    assert entry in found  # it is part of what was taken


def test_only_an_administrator_takes_it():
    plain = staff.person("Plain")
    staff.task(plain, staff.office("so"), Role.LEADER)
    with pytest.raises(PermissionDenied):
        services.export_trail(Asked(), form="csv", by=plain)
    assert not AuditEntry.objects.exists()
