"""Delegations on the desk: for everybody who signs in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts import access, selectors
from nonnuoc.records.accounts.models import Delegation, Office, Role
from tests.desk.staff import administrator, said
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return staff.office("so")


@pytest.fixture
def task(department):
    return staff.task(staff.person("Chi"), department, Role.OPERATOR)


@pytest.fixture
def desk(client, task):
    client.force_login(task.person)
    return client


@pytest.fixture
def dung(department):
    return staff.person("Dung")


def lend(desk, held, to="dung@example.vn", days=2, url="/desk/delegations/", **told):
    today = timezone.localdate()
    asked = {"task": held.id, "to": to, "since": today, "until": today + timedelta(days=days), "reason": "nghỉ phép"}
    return desk.post(url, asked | told)


def errors(page):
    assert page.status_code == 422
    return set(page.context["form"].errors)


def test_a_task_is_lent_seen_by_both_and_ended(desk, task, dung):
    assert lend(desk, task).url == "/desk/delegations/"
    row = Delegation.objects.get()
    assert timezone.localtime(row.until) == timezone.make_aware(
        timezone.datetime.combine(timezone.localdate() + timedelta(days=3), timezone.datetime.min.time())
    )  # the last day is included
    assert access.may(dung, "keys.manage")
    other = Client()
    other.force_login(dung)
    assert [one.id for one in desk.get("/desk/delegations/").context["given"]] == [row.id]
    assert [one.id for one in other.get("/desk/delegations/").context["taken"]] == [row.id]
    assert "nghỉ phép" in said(other.get("/desk/delegations/"))
    url = f"/desk/delegations/{row.id}/end/"
    assert "Kết thúc ủy quyền này" in said(other.get(url))
    assert other.post(url).url == "/desk/delegations/"
    assert not access.may(dung, "keys.manage")
    assert desk.get(url).status_code == 404
    assert [one.id for one in desk.get("/desk/delegations/").context["ended"]] == [row.id]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"to": "nobody@example.vn"}, {"to"}),
        ({"to": "chi@example.vn"}, {"to"}),
        ({"to": "x"}, {"to"}),
        ({"task": 0}, {"task"}),
        ({"reason": "  "}, {"reason"}),
        ({"reason": "x" * 201}, {"reason"}),
        ({"days": 400}, {"until"}),
        ({"days": -1}, {"until"}),
        ({"since": "0001-01-01"}, {"since"}),
        ({"until": "9999-12-31"}, {"until"}),
        ({"until": ""}, {"until"}),
    ],
)
def test_what_cannot_be_lent_is_refused_beside_its_field(desk, task, dung, told, field):
    assert errors(lend(desk, task, **told)) == field
    assert not Delegation.objects.exists()


def test_nobody_lends_what_is_not_theirs(desk, task, dung, department):
    foreign = staff.task(dung, department, Role.APPROVER)
    assert errors(lend(desk, foreign)) == {"task"}
    borrowed = staff.lend(foreign, task.person).appointment
    assert errors(lend(desk, borrowed)) == {"task"}  # nor what was lent to them
    assert access.may(task.person, "observations.approve")


def test_people_of_an_enterprise_lend_to_their_own_only(client, dung):
    """Nor do they learn who else has an account: the answer is the same for both."""
    mill = staff.office("mill", Office.Kind.ENTERPRISE)
    mai, minh = staff.person("Mai"), staff.person("Minh")
    own = staff.task(mai, mill, Role.ENTERPRISE)
    staff.task(minh, mill, Role.ENTERPRISE)
    client.force_login(mai)
    stranger, nobody = lend(client, own, "dung@example.vn"), lend(client, own, "nobody@example.vn")
    assert stranger.context["form"].errors == nobody.context["form"].errors != {}
    assert [one.name for one in client.get("/desk/delegations/").context["colleagues"]] == ["Minh"]
    assert lend(client, own, "MINH@example.vn ").status_code == 302
    assert access.may(minh, "deliveries.upload")


@pytest.mark.parametrize("role", [Role.READER, None])
def test_who_holds_nothing_that_can_be_lent_is_told_so(client, role, department):
    someone = staff.person("Reader")
    if role:
        staff.task(someone, department, role)
    client.force_login(someone)
    page = client.get("/desk/delegations/")
    assert page.status_code == 200 and page.context["form"] is None
    assert "không có nhiệm vụ nào ủy quyền được" in said(page)
    assert client.post("/desk/delegations/", {"task": 1}).status_code == 403


def test_a_stranger_does_not_end_it(desk, task, dung, client):
    lend(desk, task)
    third = Client()
    third.force_login(staff.person("Third"))
    url = f"/desk/delegations/{Delegation.objects.get().id}/end/"
    assert (third.get(url).status_code, third.post(url).status_code) == (403, 403)
    assert access.may(dung, "keys.manage")


def test_an_administrator_lends_for_somebody_who_is_away(task, dung):
    desk = Client()
    desk.force_login(administrator())
    url = f"/desk/people/{task.person_id}/lend/"
    assert "Ủy quyền nhiệm vụ của Chi" in said(desk.get(url))
    assert lend(desk, task, url=url).url == f"/desk/people/{task.person_id}/"
    assert access.may(dung, "keys.manage")
    assert Delegation.objects.get().given_by.email == "an@example.vn"
    assert "nghỉ phép" in said(desk.get(f"/desk/people/{task.person_id}/"))
    assert desk.get("/desk/people/0/lend/").status_code == 404


def test_one_not_yet_begun_says_so(desk, task, dung):
    day = timezone.localdate() + timedelta(days=5)
    lend(desk, task, since=day, until=day)
    assert "chưa bắt đầu" in said(desk.get("/desk/delegations/"))
    assert not access.may(dung, "keys.manage")
    assert selectors.delegations_of(dung).count() == 1
