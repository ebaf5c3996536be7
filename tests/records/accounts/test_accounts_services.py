"""What administrators do with people, offices and tasks: checked, once, and on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from nonnuoc.records.accounts import access, offices, preferences, selectors, services
from nonnuoc.records.accounts.models import Appointment, AuditEntry, Delegation, Office, Role
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
PASSWORD = "limestone and clear water"


@pytest.fixture
def an():
    return services.register_administrator("an@example.vn", name="An", password=PASSWORD, by=None)


@pytest.fixture
def department(an):
    return services.register_office("so", name="Sở", kind="department", parent=services.root_office(), by=an)


def last() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def entries() -> int:
    return AuditEntry.objects.count()


def held(someone):
    return [str(task.role) for task in selectors.person(someone.id).tasks]


# ---- the last administrator


def test_the_last_administrators_task_cannot_end(an):
    with pytest.raises(ValidationError, match="quản trị viên cuối cùng"):
        services.end_appointment(selectors.history(an)[0], by=an)
    assert access.may(an, "people.register")


def test_the_last_administrators_account_cannot_be_closed(an):
    with pytest.raises(ValidationError, match="quản trị viên cuối cùng"):
        services.change_person(an, name="An", phone="", is_active=False, by=an)
    an.refresh_from_db()
    assert an.is_active


def test_the_last_administrators_task_is_given_no_end(an):
    with pytest.raises(ValidationError, match="quản trị viên cuối cùng"):
        services.appoint(an, services.root_office(), Role.ADMINISTRATOR, until=in_days(1), by=an)
    assert selectors.history(an)[0].until is None


def test_the_last_administrators_office_cannot_be_closed(an):
    root = services.root_office()
    with pytest.raises(ValidationError, match="quản trị viên cuối cùng"):
        services.register_office(root.code, name=root.name, kind=root.kind, is_active=False, by=an)
    assert offices.by_code(root.code).is_active


@pytest.mark.parametrize("how", ["closed", "ending", "office"])
def test_an_administrator_who_holds_nothing_does_not_count(an, how):
    """Somebody else is an administrator on paper only: the one who can act must stay."""
    other = staff.person("Other", is_active=how != "closed")
    where = staff.office("shut", is_active=False) if how == "office" else services.root_office()
    staff.task(other, where, Role.ADMINISTRATOR, until=in_days(1) if how == "ending" else None)
    with pytest.raises(ValidationError, match="quản trị viên cuối cùng"):
        services.end_appointment(selectors.history(an)[0], by=an)


def test_one_of_two_administrators_may_go(an):
    other = services.register_administrator("binh@example.vn", name="Bình", password=PASSWORD, by=an)
    services.end_appointment(selectors.history(an)[0], by=other)
    assert (access.may(an, "people.register"), access.may(other, "people.register")) == (False, True)


def in_days(days: int):
    return timezone.now() + timedelta(days=days)


# ---- tasks


def test_a_task_given_twice_is_one_and_recorded_once(an, department):
    someone = staff.person("Chi")
    first = services.appoint(someone, department, Role.OFFICER, by=an)
    before = entries()
    assert services.appoint(someone, department, Role.OFFICER, by=an) == first
    assert (entries(), Appointment.objects.filter(person=someone).count()) == (before, 1)


def test_a_task_with_an_end_given_twice_is_one(an, department):
    someone, until = staff.person("Chi"), in_days(3)
    first = services.appoint(someone, department, Role.OFFICER, until=until, by=an)
    assert services.appoint(someone, department, Role.OFFICER, until=until, by=an) == first
    assert Appointment.objects.filter(person=someone).count() == 1


def test_a_task_given_otherwise_ends_the_one_before(an, department):
    someone, commune = staff.person("Chi"), staff.commune()
    first = services.appoint(someone, department, Role.OFFICER, by=an)
    second = services.appoint(someone, department, Role.OFFICER, communes=(c for c in [commune]), by=an)
    first.refresh_from_db()
    assert first.until is not None and second.until is None
    assert list(second.communes.all()) == [commune]
    assert last().after == {
        "role": "officer", "office": "so", "communes": [commune.code], "facility": "", "until": None,
    }  # fmt: skip
    assert held(someone) == ["officer"]


def test_a_task_that_ends_takes_along_what_was_lent_of_it(an, department):
    owner, other = staff.person("Owner"), staff.person("Other")
    task = services.appoint(owner, department, Role.OPERATOR, by=an)
    services.delegate(task, other, since=timezone.now(), until=in_days(2), reason="away", by=owner)
    services.end_appointment(task, by=an)
    assert not access.may(other, "keys.manage")
    assert Delegation.objects.get().until <= timezone.now()
    before = entries()
    services.end_appointment(task, by=an)  # again: nothing
    assert entries() == before
    assert (last().action, last().before) == ("appointment.ended", {"role": "operator", "office": "so"})


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("department", Role.COMMUNE_OFFICER),
        ("department", Role.ENTERPRISE),
        ("department", Role.MINISTRY),
        ("enterprise", Role.OPERATOR),
        ("enterprise", Role.ADMINISTRATOR),
        ("ministry", Role.REVIEWER),
        ("party", Role.OFFICER),
        ("council", Role.LEADER),
        ("front", Role.APPROVER),
    ],
)
def test_a_task_that_does_not_belong_to_an_office_is_refused(an, kind, role):
    with pytest.raises(ValidationError) as refused:
        services.appoint(staff.person("Chi"), staff.office("x", kind), role, by=an)
    assert set(refused.value.message_dict) == {"role"}


def test_nobody_is_given_a_task_in_a_closed_office(an):
    with pytest.raises(ValidationError, match="đã đóng"):
        services.appoint(staff.person("Chi"), staff.office("x", is_active=False), Role.OFFICER, by=an)


def test_an_administrators_task_is_never_narrowed(an, department):
    for narrowed in ({"communes": [staff.commune()]}, {"facility": "F1"}):
        with pytest.raises(ValidationError, match="hiệu lực toàn tỉnh"):
            services.appoint(staff.person(str(narrowed)), department, Role.ADMINISTRATOR, **narrowed, by=an)


def test_a_task_does_not_end_before_it_begins(an, department):
    with pytest.raises(ValidationError, match="phía trước"):
        services.appoint(staff.person("Chi"), department, Role.OFFICER, until=in_days(-1), by=an)


# ---- people and offices


def test_a_persons_facts_are_kept_before_and_after(an):
    someone = services.register_person("chi@example.vn", name="Chi", password=None, by=an)
    services.change_person(someone, name=" Chi Lê ", phone="0206", is_active=True, by=an)
    assert last().before == {"name": "Chi", "phone": "", "is_active": True}
    assert last().after == {"name": "Chi Lê", "phone": "0206", "is_active": True}
    assert (last().by, last().subject, last().address) == (an, "chi@example.vn", None)
    before = entries()
    services.change_person(someone, name="Chi Lê", phone="0206", is_active=True, by=an)
    assert entries() == before


def test_an_office_is_brought_up_to_date_and_recorded_once(an, department):
    services.register_office("so", name="Sở Mới", kind="department", parent=department.parent, by=an)
    assert (last().before["name"], last().after["name"]) == ("Sở", "Sở Mới")
    before = entries()
    services.register_office("so", name="Sở Mới", kind="department", parent=department.parent, by=an)
    assert entries() == before
    assert Office.objects.filter(code="so").count() == 1


def test_an_office_never_stands_under_itself(an, department):
    below = services.register_office("unit", name="Phòng", kind="unit", parent=department, by=an)
    for parent in (department, below):
        with pytest.raises(ValidationError) as refused:
            services.register_office("so", name="Sở", kind="department", parent=parent, by=an)
        assert set(refused.value.message_dict) == {"parent"}


def test_the_tree_is_in_vietnamese_order_and_whole(an, department):
    for code, name in [("d", "Ủy ban"), ("a", "Ánh"), ("b", "An"), ("c", "Đông")]:
        services.register_office(code, name=name, kind="unit", parent=department, by=an)
    branches = offices.tree()
    assert [branch.office.name for branch in branches[2:]] == ["An", "Ánh", "Đông", "Ủy ban"]
    assert [branch.depth for branch in branches] == [0, 1, 2, 2, 2, 2]
    assert offices.under(department.id) == {department.id, *(branch.office.id for branch in branches[2:])}


def test_nobody_else_does_an_administrators_work(an, department):
    plain = staff.person("Plain")
    staff.task(plain, department, Role.OPERATOR)
    task = selectors.history(an)[0]
    for work in (
        lambda: services.register_office("x", name="X", kind="unit", by=plain),
        lambda: services.register_person("x@example.vn", name="X", password=None, by=plain),
        lambda: services.change_person(an, name="X", phone="", is_active=False, by=plain),
        lambda: services.appoint(plain, department, Role.ADMINISTRATOR, by=plain),
        lambda: services.end_appointment(task, by=plain),
        lambda: services.delegate(task, plain, since=timezone.now(), until=in_days(1), reason="x", by=plain),
        lambda: services.choose_setting("site.contact", "x", by=plain),
    ):
        with pytest.raises(PermissionDenied):
            work()


# ---- delegations


@pytest.fixture
def owner(department):
    someone = staff.person("Owner")
    return staff.task(someone, department, Role.OPERATOR)


def lend(task, to, since=0, until=1, reason="away", by=None):
    return services.delegate(task, to, since=in_days(since), until=in_days(until), reason=reason, by=by or task.person)


def test_what_is_lent_is_on_record_and_lent_once(owner):
    other = staff.person("Other")
    span = {"since": in_days(0), "until": in_days(1)}
    first = services.delegate(owner, other, **span, reason="away", by=owner.person)
    assert last().action == "delegation.given" and last().after["to"] == "other@example.vn"
    before = entries()
    assert services.delegate(owner, other, **span, reason="away", by=owner.person) == first
    assert entries() == before


@pytest.mark.parametrize(
    ("since", "until", "field"), [(0, 0, "until"), (2, 1, "until"), (-3, -1, "until"), (0, 400, "until")]
)
def test_a_span_that_cannot_be_is_refused(owner, since, until, field):
    with pytest.raises(ValidationError) as refused:
        lend(owner, staff.person("Other"), since, until)
    assert set(refused.value.message_dict) == {field}


def test_one_lends_to_somebody_else_whose_account_is_open_and_says_why(owner):
    for to in (owner.person, staff.person("Shut", is_active=False)):
        with pytest.raises(ValidationError, match="người khác"):
            lend(owner, to)
    with pytest.raises(ValidationError, match="lý do"):
        lend(owner, staff.person("Other"), reason="  ")


def test_a_reader_lends_nothing(department):
    task = staff.task(staff.person("Reader"), department, Role.READER)
    with pytest.raises(PermissionDenied):
        lend(task, staff.person("Other"))


def test_an_administrator_lends_for_somebody_who_is_away(an, owner):
    other = staff.person("Other")
    lend(owner, other, by=an)
    assert access.may(other, "keys.manage") and last().by == an


@pytest.mark.parametrize("who", ["owner", "other", "administrator"])
def test_both_sides_and_an_administrator_end_it(an, owner, who):
    other = staff.person("Other")
    lent = lend(owner, other)
    services.end_delegation(lent, by={"owner": owner.person, "other": other, "administrator": an}[who])
    assert not access.may(other, "keys.manage")
    before = entries()
    services.end_delegation(lent, by=an)
    assert entries() == before


def test_nobody_else_ends_it(owner):
    with pytest.raises(PermissionDenied):
        services.end_delegation(lend(owner, staff.person("Other")), by=staff.person("Third"))


def test_what_is_done_on_somebodys_behalf_says_so(an):
    other = staff.person("Other")
    lent = lend(selectors.history(an)[0], other)
    services.register_person("new@example.vn", name="New", password=None, by=other)
    assert (last().by, last().through) == (other, lent)


# ---- settings


def test_a_setting_is_kept_once_before_and_after(an, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.choose_setting("site.contact", " Sở ", by=an)
    assert preferences.read("site.contact") == "Sở"
    assert (last().subject, last().before, last().after) == ("site.contact", {"value": ""}, {"value": "Sở"})
    before = entries()
    services.choose_setting("site.contact", "Sở", by=an)
    assert entries() == before


@pytest.mark.parametrize("value", ["http://tiles.example/{z}/{x}/{y}", "https://tiles.example/", "tiles", "ftp://x"])
def test_an_address_that_is_no_map_is_refused(an, value):
    with pytest.raises(ValidationError):
        services.choose_setting("map.tiles", value, by=an)
    assert preferences.read("map.tiles") == ""


def test_a_setting_there_is_not_is_a_mistake_of_ours(an):
    with pytest.raises(KeyError):
        services.choose_setting("site.colour", "red", by=an)


# ---- people found


def test_people_are_found_with_and_without_marks_in_vietnamese_order():
    for name, email in [("Đặng Ánh", "x1"), ("Dang Anh", "x2"), ("Hoà Bình", "x3"), ("Ân", "tra.linh")]:
        staff.Person.objects.create(name=name, email=f"{email}@example.vn")

    def found(text):
        return [one.name for one in selectors.people(selectors.people_like(text))]

    assert found("dang anh") == ["Dang Anh", "Đặng Ánh"]
    assert found("đặng") == ["Đặng Ánh"]
    assert found("TRA.linh@") == ["Ân"]
    assert found("") == ["Ân", "Dang Anh", "Đặng Ánh", "Hoà Bình"]
    assert found("nobody") == []


def test_people_are_found_by_office_and_within_reach(an, department):
    commune = staff.office("ubnd", Office.Kind.COMMUNE)
    officer, neighbour = staff.person("Officer"), staff.person("Neighbour")
    staff.task(officer, commune, Role.COMMUNE_OFFICER)
    staff.task(neighbour, commune, Role.READER, until=in_days(-1))  # no more, but was
    reach = access.of(officer).reach("people.read")
    assert selectors.people_like(office=commune) == [officer.id]
    assert selectors.people_like(reach=reach) == [neighbour.id, officer.id]
    assert {an.id} < set(selectors.people_like(reach=access.of(an).reach("people.read")))


def test_a_list_of_people_costs_the_same_for_one_and_for_three(queries, department):
    def look() -> list[str]:
        return [str(task.office) for one in selectors.people(selectors.people_like()) for task in one.tasks]

    staff.task(staff.person("One"), department, Role.OFFICER)
    for_one = queries(look)
    for name in ("Two", "Three"):
        staff.task(staff.person(name), department, Role.OFFICER)
    assert len(look()) >= 3
    assert queries(look) == for_one > 0
