"""What people do about an incident: every verb, who may, twice, and by two at once."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.alerts.attending import handling, telling
from nonnuoc.records.alerts.models import Attachment, Entry, Incident, Missed
from nonnuoc.records.outbox.models import Message
from tests import factories as f
from tests.records.accounts import staff
from tests.records.alerts import incidents as i
from tests.records.alerts import watch as w
from tests.records.alerts.watch import MINUTE, NOON, somebody

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def thing():
    return f.station("KK01", ["PM2.5"])


@pytest.fixture
def incident(thing):
    made = i.incident(thing, at=NOON)
    i.alarm(made, f.stream(thing, "PM2.5"))
    return made


@pytest.fixture
def officer():
    return somebody(Role.OFFICER, "Bình")


@pytest.fixture
def operator():
    return somebody(Role.OPERATOR, "Chi")


def log(incident: Incident) -> list[str]:
    return [one.kind for one in incident.log.filter(by__isnull=False)]


def test_acknowledging_is_logged_audited_and_ends_what_waits(incident, officer, operator):
    telling.announce(incident, "opened", at=NOON)
    assert {one.state for one in w.told(officer)} == {"delivered"}  # on the desk: no post office in tests
    Message.objects.filter(person=operator).update(state="queued", channel="email")
    Message.objects.update(state="queued")
    handling.acknowledge(incident, by=officer, note="gọi trạm", at=NOON + MINUTE)
    incident.refresh_from_db()
    assert (incident.acknowledged, incident.acknowledged_by) == (NOON + MINUTE, officer)
    assert {one.state for one in Message.objects.all()} == {"dropped"}
    assert [(one.kind, one.note) for one in incident.log.filter(by=officer)] == [("acknowledged", "gọi trạm")]
    assert AuditEntry.objects.get(action="incident.acknowledged").subject == f"#{incident.id} KK01"


def test_who_acknowledges_is_so_in_the_ledger(incident, officer):
    telling.announce(incident, "opened", at=NOON)
    handling.acknowledge(incident, by=officer)
    assert [one.state for one in w.told(officer)] == ["acknowledged"]


def test_acknowledging_twice_is_once_and_the_second_is_told_who_was_first(incident, officer, operator):
    handling.acknowledge(incident, by=officer, at=NOON)
    handling.acknowledge(incident, by=officer, at=NOON + MINUTE)
    with pytest.raises(ValidationError) as refusal:
        handling.acknowledge(incident, by=operator, at=NOON + MINUTE)
    assert refusal.value.messages == ["Bình đã xác nhận lúc 12:00 02/03/2026."]
    assert log(incident) == ["acknowledged"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_of_two_at_the_same_moment_one_is_first(incident, officer, operator):
    refusals, together = [], threading.Barrier(2)

    def press(by):
        together.wait()
        try:
            handling.acknowledge(incident, by=by)
        except ValidationError as error:
            refusals.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(one,)) for one in (officer, operator)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    incident.refresh_from_db()
    assert len(refusals) == 1
    assert incident.acknowledged_by.name in refusals[0].messages[0]
    assert log(incident) == ["acknowledged"]


VERBS = {
    "acknowledge": lambda one, by: handling.acknowledge(one, by=by),
    "assign": lambda one, by: handling.assign(one, by, by=by),
    "note": lambda one, by: handling.note(one, "x", by=by),
    "attach": lambda one, by: handling.attach(one, "a.png", "image/png", PNG, by=by),
    "silence": lambda one, by: handling.silence(one, NOON + MINUTE, "x", by=by, at=NOON),
    "unsilence": lambda one, by: handling.unsilence(one, by=by),
    "close": lambda one, by: handling.close(one, "confirmed", "x", by=by),
    "reopen": lambda one, by: handling.reopen(one, "x", by=by),
    "missed": lambda one, by: handling.missed("pm25-24h", one.thing, NOON, None, "x", by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [Role.LEADER, Role.COMMUNE_OFFICER, Role.ENTERPRISE, Role.REVIEWER, Role.READER])
def test_only_who_works_on_incidents_may(incident, verb, role):
    with pytest.raises(PermissionDenied, match=r"."):
        VERBS[verb](incident, somebody(role, "An"))
    assert log(incident) == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_announced_logged_and_audited_once_for_a_double_click(incident, officer, verb):
    said = []
    for _ in range(2):
        VERBS[verb](incident, officer)
        incident.refresh_from_db()
        said.append((log(incident), AuditEntry.objects.filter(action__startswith="incident.").count()))
    assert said[0] == said[1]
    assert said[0][1] == (0 if verb in ("unsilence", "reopen") else 1)


def test_it_is_assigned_only_to_who_may_work_on_it(incident, officer, operator):
    handling.assign(incident, operator, by=officer, at=NOON)
    incident.refresh_from_db()
    assert incident.assigned_to == operator
    assert [one.template for one in w.told(operator)] == ["incident_assigned"]
    leader = somebody(Role.LEADER, "Dung")
    with pytest.raises(ValidationError) as refusal:
        handling.assign(incident, leader, by=officer)
    assert "Dung" in refusal.value.messages[0]
    handling.assign(incident, None, by=officer)
    incident.refresh_from_db()
    assert incident.assigned_to is None


def test_who_is_bound_to_another_commune_cannot_get_it(thing, incident, officer):
    thing.commune = staff.commune("01288")
    thing.save()
    elsewhere = staff.person("Xa")
    staff.task(elsewhere, staff.office("pc"), Role.OFFICER, staff.commune("01273"), since=NOON - 9999 * MINUTE)
    with pytest.raises(ValidationError):
        handling.assign(incident, elsewhere, by=officer)
    with pytest.raises(PermissionDenied):
        handling.acknowledge(incident, by=elsewhere)


def test_a_silence_has_an_end_and_a_reason(incident, officer):
    for until, reason in ((NOON, "x"), (NOON - MINUTE, "x"), (NOON + timedelta(days=8), "x"), (NOON + MINUTE, " ")):
        with pytest.raises(ValidationError):
            handling.silence(incident, until, reason, by=officer, at=NOON)
    handling.silence(incident, NOON + timedelta(days=7), "bảo trì", by=officer, at=NOON)
    incident.refresh_from_db()
    assert telling.is_silenced(incident, NOON + timedelta(days=7) - MINUTE)
    assert not telling.is_silenced(incident, NOON + timedelta(days=7))
    handling.unsilence(incident, by=officer, at=NOON + MINUTE)
    incident.refresh_from_db()
    assert not telling.is_silenced(incident, NOON + MINUTE)
    assert log(incident) == ["silenced", "unsilenced"]


def test_closing_says_what_it_was_and_why(incident, officer):
    for outcome, cause in (("confirmed", ""), ("false_alarm", " "), ("merged", "x"), ("recorded", "x"), ("", "x")):
        with pytest.raises(ValidationError):
            handling.close(incident, outcome, cause, by=officer)
    handling.close(incident, "false_alarm", "đầu đo bẩn", by=officer, at=NOON)
    incident.refresh_from_db()
    assert (incident.state, incident.outcome, incident.cause) == ("closed", "false_alarm", "đầu đo bẩn")
    assert (incident.closed_by, incident.acknowledged_by) == (officer, officer)
    assert incident.log.last().facts == {"outcome": "false_alarm", "going_on": 1}  # its alarm goes on, and that is said


def test_an_exercise_needs_no_cause(incident, officer):
    assert handling.close(incident, "exercise", "", by=officer).state == "closed"


def test_of_a_closed_incident_nothing_is_done_but_notes_and_files(incident, officer, operator):
    handling.close(incident, "confirmed", "xả thải", by=officer, at=NOON)
    for verb in ("acknowledge", "assign", "silence", "close"):
        with pytest.raises(ValidationError, match=r"Bình đã đóng lúc 12:00"):
            VERBS[verb](incident, operator)
    handling.note(incident, "mẫu đã gửi", by=operator)
    handling.attach(incident, "a.jpg", "", JPEG, by=operator)


def test_reopened_it_waits_for_somebody_again_and_is_told_again(incident, officer, operator):
    telling.announce(incident, "opened", at=NOON)
    handling.close(incident, "confirmed", "xả thải", by=officer, at=NOON)
    with pytest.raises(ValidationError):
        handling.reopen(incident, "", by=operator)
    handling.reopen(incident, "lại vượt", by=operator, at=NOON + MINUTE)
    incident.refresh_from_db()
    assert (incident.state, incident.outcome, incident.closed, incident.acknowledged) == ("open", "", None, None)
    assert [one.template for one in w.told(officer)] == ["incident_opened", "incident_reopened"]
    reopened = incident.log.get(kind="reopened")
    assert reopened.facts == {"outcome": "confirmed", "cause": "xả thải"}
    handling.close(incident, "confirmed", "xả thải", by=officer, at=NOON + 2 * MINUTE)
    handling.reopen(incident, "và lại", by=operator, at=NOON + 3 * MINUTE)
    assert [one.key.split(":")[2:] for one in w.told(officer, "reopened")] == [["reopened", "1"], ["reopened", "2"]]


def test_reopened_after_its_alarms_are_over_it_waits_to_be_closed(incident, officer):
    incident.alarms.update(cleared=NOON)
    handling.close(incident, "confirmed", "x", by=officer, at=NOON)
    assert handling.reopen(incident, "nhầm", by=officer, at=NOON).state == "cleared"


def test_what_is_part_of_another_stays_so(thing, incident, officer):
    part = i.incident(thing, at=NOON, state="closed", outcome="merged", merged_into=incident)
    for verb in ("acknowledge", "reopen", "close"):
        with pytest.raises(ValidationError, match=f"#{incident.id}"):
            VERBS[verb](part, officer)


@pytest.mark.parametrize(
    ("body", "claimed", "kind"),
    [
        (JPEG, "text/html", "image/jpeg"),
        (PNG, "", "image/png"),
        (b"%PDF-1.7 ...", "", "application/pdf"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "", "image/webp"),
        ("thời gian;PM2,5\r\n".encode(), "text/csv", "text/csv"),
        (b"<html><script>alert(1)</script>", "text/html", "text/plain"),
        (b"<svg onload=alert(1)>", "image/svg+xml", "text/plain"),
    ],
)
def test_what_a_file_is_its_bytes_say(incident, officer, body, claimed, kind):
    kept = handling.attach(incident, "x", claimed, body, by=officer)
    assert (kept.media_type, bytes(kept.body), kept.size) == (kind, body, len(body))


def office_file(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def test_workbooks_are_taken_and_programs_are_not(incident, officer):
    book = handling.attach(incident, "a.xlsx", "", office_file("xl/workbook.xml"), by=officer)
    assert book.media_type.endswith("spreadsheetml.sheet")
    for body in (
        office_file("xl/workbook.xml", "xl/vbaProject.bin"),
        office_file("a.exe"),
        b"PK\x03\x04 broken",
        b"MZ\x90\0\x03",
        b"\x7fELF\x02",
        b"",
        b"a\0b",
        JPEG + bytes(10 * 1024 * 1024),
    ):
        with pytest.raises(ValidationError):
            handling.attach(incident, "a.xlsx", "application/pdf", body, by=officer)
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Ảnh\\trạm.jpg", "trạm.jpg"),
        ("a\0b\r\n\u202egpj.exe", "abgpj.exe"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
    ],
)
def test_a_name_is_data(incident, officer, given, kept):
    assert handling.attach(incident, given, "", PNG, by=officer).name == kept


def test_the_same_file_again_is_the_same_attachment(incident, officer, operator):
    first = handling.attach(incident, "a.png", "", PNG, by=officer)
    assert handling.attach(incident, "b.png", "", PNG, by=operator) == first
    assert Entry.objects.filter(kind="attached").count() == 1


def test_what_a_rule_missed_is_kept_with_who_says_so(thing, officer):
    i.rule()
    for code, since, until, note in (
        ("no-such", NOON, None, "x"),
        ("pm25-24h", NOON, NOON - MINUTE, "x"),
        ("pm25-24h", NOON + 9 * MINUTE, None, "x"),
        ("pm25-24h", NOON, None, ""),
    ):
        with pytest.raises(ValidationError):
            handling.missed(code, thing, since, until, note, by=officer, at=NOON)
    handling.missed("pm25-24h", thing, NOON - MINUTE, NOON, "khói, báo của dân", by=officer, at=NOON)
    assert Missed.objects.get().by == officer


def test_an_incident_of_the_network_is_only_theirs_who_reach_everywhere(officer):
    network = i.incident(None, at=NOON, family="silence")
    bound = staff.person("Xa")
    staff.task(bound, staff.office("pc"), Role.OFFICER, staff.commune(), since=NOON - 9999 * MINUTE)
    with pytest.raises(PermissionDenied):
        handling.acknowledge(network, by=bound)
    assert handling.acknowledge(network, by=officer).acknowledged_by == officer
