"""People on the desk: found, given tasks, invited, let begin anew."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts import access, invitations, selectors
from nonnuoc.records.accounts.models import AuditEntry, Invitation, Office, Role
from tests.desk.staff import administrator, said, with_authenticator
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def an():
    return administrator()


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def department():
    return staff.office("so")


@pytest.fixture
def chi(department):
    someone = staff.person("Chi")
    staff.task(someone, department, Role.OFFICER)
    return someone


def errors(page):
    assert page.status_code == 422
    return set(page.context["form"].errors)


# ---- found


def test_people_are_found_with_and_without_marks_and_by_office(desk, department):
    staff.task(staff.person("x1"), department, Role.OFFICER)
    staff.person("x2")
    selectors.Person.objects.filter(name="x1").update(name="Đặng Ánh")

    def names(query):
        return [person.name for person in desk.get(f"/desk/people/?{query}").context["people"]]

    assert names("q=dang+anh") == names("q=Đặng") == ["Đặng Ánh"]
    assert names("office=so") == ["Đặng Ánh"]
    assert names("") == ["Đặng Ánh", "Nông Thị An", "x2"]
    assert names("q=nobody") == []
    assert "Không có ai như vậy" in said(desk.get("/desk/people/?q=nobody"))


def test_a_long_list_goes_on_page_by_page_and_keeps_what_was_asked(desk, monkeypatch):
    monkeypatch.setattr("nonnuoc.desk.people.PAGE", 2)
    for number in range(3):
        staff.person(f"Bình{number}")
    first = desk.get("/desk/people/?q=binh")
    assert [person.name for person in first.context["people"]] == ["Bình0", "Bình1"]
    second = desk.get("/desk/people/" + first.context["next"])
    assert [person.name for person in second.context["people"]] == ["Bình2"]
    assert (second.context["next"], second.context["previous"]) == ("", "?q=binh&page=1")


@pytest.mark.parametrize(
    "query",
    ["page=junk", "page=-1", "page=99999999999999999999", "office=nowhere", "q=%00", "q=" + "x" * 9000, "page=٣"],
)
def test_what_cannot_be_asked_is_left_out(desk, query):
    assert desk.get(f"/desk/people/?{query}").status_code == 200


@pytest.mark.slow
def test_the_list_costs_the_same_for_one_and_for_three(desk, queries, department):
    staff.task(staff.person("One"), department, Role.OFFICER)
    desk.get("/desk/people/")
    for_one = queries(lambda: desk.get("/desk/people/"))
    for name in ("Two", "Three"):
        staff.task(staff.person(name), department, Role.OFFICER)
    assert queries(lambda: desk.get("/desk/people/")) == for_one > 0


def test_a_commune_officer_finds_the_people_of_the_own_area(client):
    own, other = staff.office("own", Office.Kind.COMMUNE), staff.office("other")
    officer, neighbour, stranger = (staff.person(name) for name in ("Officer", "Neighbour", "Stranger"))
    staff.task(officer, own, Role.COMMUNE_OFFICER)
    staff.task(neighbour, own, Role.READER)
    staff.task(stranger, other, Role.OFFICER)
    client.force_login(officer)
    page = client.get("/desk/people/")
    assert [person.name for person in page.context["people"]] == ["Neighbour", "Officer"]
    assert [code for code, _ in page.context["form"].fields["office"].choices] == ["", "own"]
    assert [node.office.code for node in client.get("/desk/offices/").context["tree"]] == ["own"]


def test_what_an_administrator_sees_of_a_person_others_do_not(desk, client, an, chi, department):
    mine = said(desk.get(f"/desk/people/{chi.id}/"))
    other = Client()
    other.force_login(staff.person("Plain"))
    staff.task(selectors.person_by_email("plain@example.vn"), department, Role.LEADER)
    theirs = said(other.get(f"/desk/people/{chi.id}/"))
    for words in ("Đăng nhập lần cuối", "Xác thực bước hai", "Sửa thông tin", "nhật ký thao tác"):
        assert words in mine and words not in theirs
    assert "chi@example.vn" in theirs


def test_a_person_there_is_not_is_said_so(desk):
    for identity in (0, 999_999, 10**30):
        assert desk.get(f"/desk/people/{identity}/").status_code == 404


# ---- changed


def test_facts_are_changed_and_an_account_is_closed(desk, chi):
    url = f"/desk/people/{chi.id}/"
    assert desk.post(url, {"name": "Chi Lê", "phone": "0206"}).url == url
    chi.refresh_from_db()
    assert (chi.name, chi.phone, chi.is_active) == ("Chi Lê", "0206", False)
    assert "đã đóng" in said(desk.get(url))
    assert errors(desk.post(url, {"name": "", "phone": "x" * 41})) == {"name", "phone"}


def test_the_last_administrator_is_kept_with_a_reason(desk, an):
    page = desk.post(f"/desk/people/{an.id}/", {"name": "An", "phone": ""})
    assert errors(page) == {"__all__"} and "quản trị viên cuối cùng" in said(page)
    task = selectors.history(an)[0]
    page = desk.post(f"/desk/tasks/{task.id}/end/")
    assert page.status_code == 422 and "quản trị viên cuối cùng" in said(page)


# ---- tasks


def test_a_task_is_given_and_ended(desk, chi, department):
    until = timezone.localdate() + timedelta(days=3)
    commune = staff.commune()
    told = {
        "office": "so",
        "role": "operator",
        "communes": [commune.code],
        "facility": "F1",
        "until": f"{until:%d/%m/%Y}",
    }
    assert desk.post(f"/desk/people/{chi.id}/task/", told).url == f"/desk/people/{chi.id}/"
    task = selectors.history(chi).get(role="operator")
    assert (task.office, task.facility, list(task.communes.all())) == (department, "F1", [commune])
    assert timezone.localtime(task.until).date() == until + timedelta(days=1)  # the day itself is included
    assert timezone.localtime(task.until).hour == 0
    shown = said(desk.get(f"/desk/people/{chi.id}/"))
    assert "Người vận hành quan trắc" in shown and commune.full_name in shown and "cơ sở F1" in shown
    assert "Kết thúc nhiệm vụ này" in said(desk.get(f"/desk/tasks/{task.id}/end/"))
    assert selectors.appointment(task.id) is not None  # asking ends nothing
    desk.post(f"/desk/tasks/{task.id}/end/")
    assert selectors.appointment(task.id) is None
    assert desk.get(f"/desk/tasks/{task.id}/end/").status_code == 404


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"until": ""}, {"office", "role"}),
        ({"office": "nowhere", "role": "officer"}, {"office"}),
        ({"office": "so", "role": "king"}, {"role"}),
        ({"office": "so", "role": "commune_officer"}, {"role"}),
        ({"office": "so", "role": "officer", "communes": ["99999"]}, {"communes"}),
        ({"office": "so", "role": "officer", "facility": "x" * 41}, {"facility"}),
        ({"office": "so", "role": "officer", "until": "2020-01-01"}, {"until"}),
        *(
            ({"office": "so", "role": "officer", "until": day}, {"until"})
            for day in ("0001-01-01", "9999-12-31", "31/02/2026", "x", "\0")
        ),
    ],
)
def test_a_task_that_cannot_be_is_refused_beside_its_field(desk, chi, told, field):
    assert errors(desk.post(f"/desk/people/{chi.id}/task/", told)) == field
    assert [task.role for task in selectors.history(chi)] == ["officer"]


def test_a_closed_office_is_not_offered(desk, chi):
    staff.office("shut", is_active=False)
    offered = dict(desk.get(f"/desk/people/{chi.id}/task/").context["form"].fields["office"].choices)
    assert "so" in offered and "shut" not in offered
    assert errors(desk.post(f"/desk/people/{chi.id}/task/", {"office": "shut", "role": "officer"})) == {"office"}


# ---- invited


INVITED = {"email": "New@Example.vn", "name": "Mới", "office": "so", "role": "officer"}


def test_an_invitation_shows_its_link_once_and_the_link_works(desk, department, settings):
    settings.MAIL = False
    page = desk.post("/desk/people/invite/", INVITED)
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    (link,) = re.findall(r"http://testserver(/desk/invitation/[\w-]+/)", page.content.decode())
    secret = link.split("/")[-2]
    assert secret not in str(dict(desk.session)) and secret not in said(desk.get("/desk/people/"))
    assert "new@example.vn" in said(desk.get("/desk/people/"))
    stranger = Client()
    assert "Mới" in said(stranger.get(link))
    stranger.post(link, {"password": "limestone and clear water"})
    assert access.may(selectors.person_by_email("new@example.vn"), "deliveries.upload")


def test_with_a_post_office_the_link_goes_by_letter_and_is_not_shown(desk, department, settings, monkeypatch):
    settings.MAIL = True
    sent = []
    monkeypatch.setattr("nonnuoc.desk.tasks.send_invitation.defer", lambda **told: sent.append(told))
    page = desk.post("/desk/people/invite/", INVITED)
    (letter,) = sent
    assert invitations.find(letter["token"]).email == "new@example.vn" and letter["site"] == "http://testserver/"
    assert letter["token"] not in page.content.decode() and "đang được gửi" in said(page)


def test_an_invitation_is_withdrawn(desk, an, department):
    secret = invitations.invite("new@example.vn", name="N", office=department, role=Role.OFFICER, by=an)
    url = f"/desk/invitations/{Invitation.objects.get().id}/withdraw/"
    assert "Thu hồi lời mời này" in said(desk.get(url))
    assert invitations.find(secret)
    assert desk.post(url).url == "/desk/people/"
    with pytest.raises(invitations.UnknownInvitationError):
        invitations.find(secret)
    assert desk.post(url).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "x"}, {"email"}),
        ({"email": "an@example.vn"}, {"email"}),
        ({"name": "  "}, {"name"}),
        ({"role": "enterprise"}, {"role"}),
        ({"role": "administrator", "facility": "F1"}, {"role"}),
        ({"email": "a@b\0.vn"}, {"email"}),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_beside_its_field(desk, department, changed, field):
    assert errors(desk.post("/desk/people/invite/", INVITED | changed)) == field
    assert not Invitation.objects.exists()


# ---- beginning anew


def confirmed(desk):
    session = desk.session
    session["confirmed"] = timezone.now().timestamp()
    session.save()


def test_somebody_who_lost_everything_begins_anew(desk, chi):
    with_authenticator(chi)
    url = f"/desk/people/{chi.id}/recover/"
    assert desk.get(url).url.startswith("/desk/account/confirm/")  # who does this proves who they are
    confirmed(desk)
    assert "Để Chi bắt đầu lại?" in said(desk.get(url))
    page = desk.post(url)
    (link,) = re.findall(r"http://testserver(/desk/sign-in/forgotten/[\w-]+/[\w-]+/)", page.content.decode())
    assert Client().get(link).status_code == 200
    chi.refresh_from_db()
    assert not hasattr(selectors.person(chi.id), "authenticator")
    assert AuditEntry.objects.filter(action="recovery.link-given", subject=chi.email).count() == 1


def test_not_for_oneself_nor_for_a_closed_account(desk, an, chi):
    confirmed(desk)
    page = desk.post(f"/desk/people/{an.id}/recover/")
    assert page.status_code == 422 and "trang tài khoản" in said(page)
    chi.is_active = False
    chi.save()
    assert desk.post(f"/desk/people/{chi.id}/recover/").status_code == 404
    assert not AuditEntry.objects.filter(action="recovery.link-given").exists()


# ---- long, strange, from right to left


def test_names_of_every_kind_are_shown_as_they_are(desk, department):
    for number, name in enumerate(["محمد علي", "🌊🌋", "x" * 120, "<script>alert(1)</script>"]):
        someone = staff.person(f"p{number}")
        selectors.Person.objects.filter(id=someone.id).update(name=name)
        for url in ("/desk/people/", f"/desk/people/{someone.id}/"):
            page = desk.get(url).content.decode()
            assert name.replace("<", "&lt;").replace(">", "&gt;") in page and "<script>alert" not in page


def test_roles_are_told_as_access_decides(desk):
    page = said(desk.get("/desk/people/roles/"))
    assert "Cán bộ cấp xã" in page and "Xem dữ liệu nội bộ trong địa bàn" in page
