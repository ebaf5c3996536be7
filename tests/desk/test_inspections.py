"""The pages of inspections, as the people who have to do with them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.inspections.models import Inspection
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import keeping
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
PHOTO = b"\xff\xd8\xff\xe0photo"


@pytest.fixture
def clients():
    """Signed-in browsers: an officer, a leader, the enterprise of the facility, another one."""
    own = staff.office("miendong", Office.Kind.ENTERPRISE, commune=staff.commune())
    values = {"code": "F1", "name": "Miến dong", "office": own.code, "commune": "01273", "source": "test"}
    keeping.create(FACILITIES, values, by=None)
    made = {}
    for name, office, role, facts in (
        ("officer", staff.office("so"), Role.OFFICER, {}),
        ("leader", staff.office("ubnd", Office.Kind.PROVINCE), Role.LEADER, {}),
        ("owner", own, Role.ENTERPRISE, {"facility": "F1"}),
        ("other", staff.office("khac", Office.Kind.ENTERPRISE), Role.ENTERPRISE, {"facility": "F2"}),
    ):
        someone = staff.person(name)
        staff.task(someone, office, role, **facts)
        made[name] = Client()
        made[name].force_login(someone)
        made[name].person = someone
    return made


def deed(client, code, key, **given):
    data = {f"{key}-{name}": value for name, value in given.items()}
    return client.post(f"/desk/inspections/{code}/act", {"deed": key, **data})


def planned(clients):
    officer = clients["officer"]
    data = {"facility": "F1", "kind": "unannounced", "reason": "cá chết", "lead": officer.person.pk}
    answer = officer.post("/desk/inspections/new", data)
    assert answer.status_code == 302
    return Inspection.objects.get().code


def test_an_inspection_goes_from_the_ranking_to_the_public_page(clients):
    officer, owner, leader, public = clients["officer"], clients["owner"], clients["leader"], Client()
    assert "/desk/inspections/new?facility=F1" in officer.get("/desk/inspections/risk").content.decode()
    code = planned(clients)
    page = f"/desk/inspections/{code}/"
    assert owner.get(page).status_code == 404
    assert code not in owner.get("/desk/inspections/").content.decode()
    assert deed(officer, code, "begin").status_code == 302
    assert owner.get(page).status_code == 200

    photo = SimpleUploadedFile("cá.jpg", PHOTO)
    given = {"kind": "violation", "text": "Xả thẳng ra sông", "basis": "điều 4", "file": photo}
    assert deed(officer, code, "find", **given).status_code == 302
    assert "Xả thẳng" not in owner.get(page).content.decode()
    file = Inspection.objects.get().evidence.get()
    assert owner.get(f"{page}evidence/{file.pk}").status_code == 404
    shown = officer.get(f"{page}evidence/{file.pk}")
    assert (shown.content, shown["Content-Type"], shown["X-Content-Type-Options"]) == (PHOTO, "image/jpeg", "nosniff")

    deed(officer, code, "conclude", conclusion="Có vi phạm")
    assert "Xả thẳng" in owner.get(page).content.decode()
    today = timezone.localdate().isoformat()
    finding = Inspection.objects.get().findings.get()
    decision = {
        "kind": "order",
        "findings": finding.pk,
        "number": "1/QĐ",
        "day": today,
        "issued_by": "Sở",
        "text": "Sửa",
    }
    assert deed(officer, code, "decide", **decision, remedy="Xây bể", due=today).status_code == 302
    deed(officer, code, "write", title="Kết luận kiểm tra", text="Cơ sở xả thẳng ra sông")
    assert "Cơ sở xả thẳng" not in owner.get(page).content.decode()
    deed(officer, code, "show", until=today)
    assert "Cơ sở xả thẳng" in owner.get(page).content.decode()
    deed(owner, code, "reply", text="Chúng tôi đã xây bể")
    deed(officer, code, "propose")
    assert public.get(f"/inspections/{code}").status_code == 404
    refused = deed(officer, code, "approve")
    assert refused.status_code == 302
    assert public.get(f"/inspections/{code}").status_code == 404
    deed(leader, code, "approve")
    told = public.get(f"/inspections/{code}").content.decode()
    assert "Cơ sở xả thẳng" in told
    assert "Chúng tôi đã xây bể" in told
    assert code in public.get("/inspections/").content.decode()
    deed(leader, code, "withdraw", why="Toà huỷ")
    assert public.get(f"/inspections/{code}").status_code == 410


def test_who_may_not_is_told_nothing(clients):
    code = planned(clients)
    for who in ("owner", "other"):
        there = deed(clients[who], code, "begin")
        never = deed(clients[who], "KT-2020-99999", "begin")
        assert (there.status_code, never.status_code) == (404, 404)
        assert there.content.replace(code.encode(), b"") == never.content.replace(b"KT-2020-99999", b"")
        assert clients[who].get("/desk/inspections/risk").status_code == 403
        assert clients[who].get("/desk/inspections/new").status_code == 403
    assert Inspection.objects.get().state == "planned"


def test_what_is_wrong_is_said_in_its_form(clients):
    officer = clients["officer"]
    data = {"facility": "F9", "kind": "periodic", "reason": "x", "lead": officer.person.pk, "incident": "7"}
    answer = officer.post("/desk/inspections/new", data)
    assert answer.status_code == 422
    code = planned(clients)
    deed(officer, code, "begin")
    refused = deed(officer, code, "find", kind="violation", text="không nêu điều")
    assert refused.status_code == 422
    assert "không nêu điều" in refused.content.decode()
    refused = deed(officer, code, "find", kind="kept", text="tốt", file=SimpleUploadedFile("a.jpg", b"MZ\x90"))
    assert refused.status_code == 422
    assert not Inspection.objects.get().findings.exists()


@pytest.mark.parametrize("path", ["/desk/inspections/", "/desk/inspections/risk"])
def test_lists_cost_the_same_for_one_and_for_many(clients, path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    planned(clients)
    officer = clients["officer"]
    officer.get(path)
    with CaptureQueriesContext(connection) as one:
        officer.get(path)
    for number in range(3):
        values = {"code": f"G{number}", "name": "Kho", "source": "test"}
        keeping.create(FACILITIES, values, by=None)
        data = {"facility": f"G{number}", "kind": "periodic", "reason": "x", "lead": officer.person.pk}
        officer.post("/desk/inspections/new", data)
    with CaptureQueriesContext(connection) as many:
        officer.get(path)
    assert len(many) <= len(one)
