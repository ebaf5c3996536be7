"""The audit trail on the desk: found, read as a difference, carried out of the house."""

from __future__ import annotations

import ast
import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone

from nonnuoc.desk import differences, words
from nonnuoc.desk.differences import Difference
from nonnuoc.records.accounts import audit, services
from nonnuoc.records.accounts.models import AuditEntry, Role
from tests.desk.staff import administrator, said
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).resolve().parents[2] / "nonnuoc"


@pytest.fixture
def an():
    return administrator()


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def rows(desk, query: str = "") -> list[str]:
    return [entry.subject for entry in desk.get(f"/desk/audit/?{query}").context["rows"]]


# ---- words


def recorded() -> set[str]:
    """The action of every call of `audit.record` in the product."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        if "audit.record(" not in (text := file.read_text()):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                if ast.unparse(node.func) != "audit.record":
                    continue
                action = node.args[1]
                assert isinstance(action, ast.Constant), f"{file}:{node.lineno} records an action no test can read"
                found.add(action.value)
    return found


def test_every_action_that_is_recorded_has_words_and_no_other():
    found = recorded()
    assert found == set(words.DEEDS)
    assert len(found) > 30


def test_an_action_of_an_older_version_is_told_by_its_code(desk, an):
    audit.record(an, "old.deed", "KK01")
    assert "Old.deed : KK01" in said(desk.get("/desk/audit/"))


# ---- differences


def difference(was=None, now=None, **detail) -> list[Difference]:
    return differences.of(AuditEntry(before=was or {}, after=now or {}, detail=detail))


def test_a_change_is_told_fact_by_fact_before_and_after():
    assert difference({"name": "A", "phone": "1"}, {"name": "B", "phone": "1"}) == [Difference("Tên", "A", "B")]


def test_what_is_new_is_told_as_it_is_and_what_is_empty_is_not():
    assert difference(None, {"role": "officer", "communes": [], "facility": ""}) == [
        Difference("Nhiệm vụ", None, "cán bộ môi trường")
    ]


def test_what_ended_and_what_was_emptied_is_told():
    assert difference({"role": "reader"}) == [Difference("Nhiệm vụ", "người xem", "–")]
    assert difference({"name": "A", "is_active": True}, {"name": "A", "is_active": False}) == [
        Difference("Đang mở", "có", "không")
    ]


def test_times_are_local_and_a_threshold_tells_what_it_replaced():
    told = difference(None, {"until": "2026-03-02T05:00:00+00:00"}, before=1.5, value=2.0)
    assert Difference("Giá trị", "1.5", "2.0") in told
    assert difference(None, {"until": "2026-03-02T05:00:00+00:00"}) == [Difference("Đến", None, "12:00 02/03/2026")]
    assert difference(None, {"until": "whenever"}) == [Difference("Đến", None, "whenever")]


def test_a_fact_without_words_and_a_nested_one_are_told_all_the_same():
    assert difference(None, {"colour": "red", "mapping": {"name": "x", "open": True}}) == [
        Difference("colour", None, "red"),
        Difference("Mẫu cột", None, "Tên: x; open: có"),
    ]


# ---- found


def test_it_is_searched(desk, an):
    audit.record(staff.person("Chi"), "key.made", "KK01")
    audit.record(an, "key.revoked", "KK02")
    assert rows(desk, "by=chi") == ["KK01"]
    assert rows(desk, "action=key.revoked") == ["KK02"]
    assert rows(desk, "subject=kk0") == ["KK02", "KK01"]
    today = timezone.localdate()
    assert rows(desk, f"subject=kk0&since={today}&until={today}") == ["KK02", "KK01"]  # both days are included
    assert rows(desk, f"since={today + timedelta(days=1):%d/%m/%Y}") == []
    assert rows(desk, f"until={today - timedelta(days=1)}") == []
    assert "Không có mục nào như vậy" in said(desk.get("/desk/audit/?by=nobody"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("action=nothing", {"action"}),
        ("since=0001-01-01", {"since"}),
        ("until=9999-12-31", {"until"}),
        ("since=31/02/2026", {"since"}),
        ("since=2026-02-02&until=2026-02-01", {"until"}),
        ("by=%00", {"by"}),
        ("subject=" + "x" * 9000, {"subject"}),
        ("before=junk", {"before"}),
        ("before=-1", {"before"}),
    ],
)
def test_what_cannot_be_asked_is_told_beside_its_field(desk, query, field):
    page = desk.get(f"/desk/audit/?{query}")
    assert page.status_code == 422 and set(page.context["form"].errors) == field
    assert desk.post("/desk/audit/export", dict(parse_qsl(query))).status_code == 422


def test_a_place_beyond_every_number_is_only_the_end(desk):
    assert rows(desk, f"before={10**30}")[0] == "an@example.vn"


def test_it_goes_on_page_by_page_and_keeps_what_was_asked(desk, monkeypatch):
    monkeypatch.setattr("nonnuoc.desk.audit.PAGE", 2)
    for number in range(3):
        audit.record(None, "key.made", f"KK{number}")
    first = desk.get("/desk/audit/?subject=KK")
    assert [entry.subject for entry in first.context["rows"]] == ["KK2", "KK1"]
    audit.record(None, "key.made", "KK9")
    assert rows(desk, first.context["older"]) == ["KK0"]


def test_an_entry_tells_who_for_whom_what_and_from_where(desk, an):
    other = staff.person("Chi")
    task = an.appointments.get()
    span = {"since": timezone.now(), "until": timezone.now() + timedelta(days=1)}
    services.delegate(task, other, **span, reason="away", by=an)
    token = audit.ORIGIN.set("192.0.2.7")
    services.register_office("so", name="<b>Sở</b>", kind="department", by=other)
    audit.ORIGIN.reset(token)
    page = said(desk.get("/desk/audit/?subject=so&action=office.registered"))
    assert "Chi , thay Nông Thị An · từ 192.0.2.7" in page
    assert "Đăng ký hoặc sửa cơ quan : so" in page and "&lt;b&gt;Sở&lt;/b&gt;" in page


@pytest.mark.slow
def test_the_page_costs_the_same_for_one_and_for_three(desk, queries, an):
    audit.record(an, "key.made", "KK1")
    desk.get("/desk/audit/")
    for_one = queries(lambda: desk.get("/desk/audit/?subject=KK"))
    for number in (2, 3):
        audit.record(staff.person(f"p{number}"), "key.made", f"KK{number}")
    assert queries(lambda: desk.get("/desk/audit/?subject=KK")) == for_one > 0


# ---- taken


def taken(desk, kind: str, **asked: str) -> str:
    answer = desk.post("/desk/audit/export", {"form": kind, **asked})
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    return b"".join(answer.streaming_content).decode()


def test_a_spreadsheet_reads_it_and_no_cell_becomes_a_formula(desk, an):
    for subject in ("=1+1", "+1", "-1", "@x", "\t=1", 'Trà Lĩnh; "x"'):
        audit.record(an, "key.made", subject, before={"a": 1}, after={"a": "=2"})
    text = taken(desk, "csv", action="key.made")
    assert text.startswith("\ufeffat,by,on_behalf_of,address,action,subject,before,after,detail\r\n")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [line[5] for line in lines[1:]] == ['Trà Lĩnh; "x"', "'\t=1", "'@x", "'-1", "'+1", "'=1+1"]
    assert lines[1][6:8] == ['{"a": 1}', '{"a": "=2"}']


def test_a_program_reads_it_line_by_line(desk, an):
    audit.record(an, "key.made", "Trà Lĩnh\n", before={"a": 1}, after={"a": 2}, label="x")
    (line,) = taken(desk, "jsonl", action="key.made").splitlines()
    told = json.loads(line)
    assert (told["by"], told["on_behalf_of"], told["subject"]) == ("an@example.vn", None, "Trà Lĩnh\n")
    assert (told["before"], told["after"], told["detail"]) == ({"a": 1}, {"a": 2}, {"label": "x"})


def test_that_it_was_taken_is_an_entry_itself(desk, an):
    taken(desk, "csv", by="An", since="2026-01-01")
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.action, entry.subject, entry.by) == ("audit.exported", "csv", an)
    assert entry.after == {"by": "An", "since": "2026-01-01T00:00:00+07:00"}
    assert "Xuất nhật ký thao tác : csv" in said(desk.get("/desk/audit/"))


def test_looking_takes_nothing(desk):
    before = AuditEntry.objects.count()
    assert desk.get("/desk/audit/export").status_code == 405
    desk.get("/desk/audit/")
    assert AuditEntry.objects.count() == before


def test_it_is_streamed_not_gathered(desk, an, queries):
    for number in range(30):
        audit.record(an, "key.made", f"KK{number}")
    answer = desk.post("/desk/audit/export", {"form": "csv", "action": "key.made"})
    assert answer.streaming
    stream = iter(answer.streaming_content)
    assert next(stream).startswith(b"\xef\xbb\xbfat,by")
    assert len(list(stream)) == 30


def test_a_leader_reads_no_trail(client):
    someone = staff.person("Leader")
    staff.task(someone, staff.office("so"), Role.LEADER)
    client.force_login(someone)
    assert client.get("/desk/audit/").status_code == 403
    assert client.post("/desk/audit/export", {"form": "csv"}).status_code == 403
