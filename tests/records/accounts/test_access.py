"""Who may do what: against a table written by hand, and against itself – one thing, and lists of things."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonnuoc.records.accounts import access, services
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.monitoring.models import Thing
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db

#: By hand, and on purpose not read from rights.py. E: everywhere, A: in its area, O: of its office, .: not at all.
TABLE = """
                       administrator operator reviewer approver officer commune_officer reporter enterprise leader ministry reader
desk.enter             E             E        E        E        E       E               E        E          E      E        E
data.internal          E             E        E        E        E       A               E        O          E      E        E
data.restricted        E             E        E        E        E       .               .        O          E      .        .
deliveries.read        E             E        E        E        E       .               .        O          E      E        .
deliveries.upload      E             E        .        .        E       .               .        O          .      .        .
deliveries.replay      E             E        .        .        .       .               .        .          .      .        .
observations.correct   E             .        E        E        .       .               .        .          .      .        .
observations.approve   E             .        .        E        .       .               .        .          .      .        .
incidents.read         E             E        E        E        E       A               .        O          E      .        .
incidents.handle       E             E        .        .        E       .               .        .          .      .        .
alarm_rules.manage     E             E        .        .        .       .               .        .          .      .        .
warnings.write         E             .        .        .        E       .               .        .          .      .        .
warnings.approve       E             .        .        .        E       .               .        .          E      .        .
outbox.read            E             E        .        .        .       .               .        .          .      .        .
registers.keep         E             .        .        .        E       A               .        .          .      .        .
registers.import       E             .        .        .        E       .               .        .          .      .        .
facilities.merge       E             .        .        .        E       .               .        .          .      .        .
licences.keep          E             .        .        .        E       .               .        .          .      .        .
obligations.report     E             .        .        .        E       .               .        O          .      .        .
waste.report           E             .        .        .        E       A               .        O          .      .        .
manifests.write        E             .        .        .        E       .               .        O          .      .        .
sites.gate             E             .        .        .        E       .               .        .          .      .        .
species.exact          E             .        .        .        E       .               .        .          .      .        .
occurrences.write      E             .        .        .        E       A               .        .          .      .        .
occurrences.validate   E             .        .        .        E       .               .        .          .      .        .
inspections.read       E             .        .        .        E       A               .        O          E      E        .
inspections.keep       E             .        .        .        E       .               .        .          .      .        .
inspections.publish    E             .        .        .        E       .               .        .          E      .        .
inspections.reply      E             .        .        .        .       .               .        O          .      .        .
producers.publish      E             .        .        .        E       .               .        .          E      .        .
plans.read             E             E        E        E        E       E               E        .          E      E        E
plans.report           E             .        .        .        O       O               O        .          .      .        .
plans.steer            E             .        .        .        E       .               .        .          .      .        .
plans.keep             E             .        .        .        E       .               .        .          .      .        .
plans.decide           E             .        .        .        .       .               .        .          E      .        .
plans.issue            E             .        .        .        E       .               .        .          E      .        .
places.import          E             .        .        .        .       .               .        .          .      .        .
profiles.keep          E             E        .        .        E       .               .        O          .      .        .
stations.register      E             E        .        .        .       .               .        .          .      .        .
stations.delete        E             .        .        .        .       .               .        .          .      .        .
observations.delete    E             .        .        .        .       .               .        .          .      .        .
keys.manage            E             E        .        .        .       .               .        .          .      .        .
people.read            E             E        E        E        E       A               E        .          E      .        .
people.register        E             .        .        .        .       .               .        .          .      .        .
offices.manage         E             .        .        .        .       .               .        .          .      .        .
delegations.give       E             E        E        E        E       E               E        E          E      E        .
settings.manage        E             .        .        .        .       .               .        .          .      .        .
audit.read             E             .        .        .        .       .               .        .          .      .        .
"""  # noqa: E501
_HEAD, *_LINES = [line.split() for line in TABLE.strip().splitlines()]
EXTENTS = {(line[0], role): extent for line in _LINES for role, extent in zip(_HEAD, line[1:], strict=True)}


@pytest.fixture
def world():
    """(an office of every kind of task, one under it, a foreign one, a thing's subject in each)"""
    return staff.commune("01273"), staff.commune("01279")


def test_the_table_is_whole():
    assert {action for action, _ in EXTENTS} == set(access.ACTIONS)
    assert {role for _, role in EXTENTS} == set(Role.values)


@pytest.mark.parametrize("role", Role)
def test_every_role_may_do_what_the_table_says_and_no_more(role, world):
    here, there = world
    kind = staff.KINDS.get(role, Office.Kind.DEPARTMENT)
    own = staff.office("own", kind, commune=here)
    under = staff.office("under", Office.Kind.UNIT, own)
    foreign = staff.office("foreign")
    someone = staff.person()
    staff.task(someone, own, role)
    rights = access.of(someone)
    subjects = {
        "of the office": Subject(own.id, there.id),
        "of one under it": Subject(under.id, there.id),
        "in the area": Subject(foreign.id, here.id),
        "far away": Subject(foreign.id, there.id, "F9"),
        "unknown": Subject(),
    }
    reached = {
        "E": set(subjects),
        "A": {"in the area"},
        "O": {"of the office", "of one under it"},
        ".": set(),
    }
    for action in access.ACTIONS:
        extent = EXTENTS[action, role]
        assert {name for name, on in subjects.items() if rights.may(action, on)} == reached[extent], action
        assert rights.may(action) == (extent != "."), action
        assert rights.reach(action).everywhere == (extent == "E"), action
        assert rights.reach(action).nowhere == (extent == "."), action


@pytest.mark.parametrize("action", access.ACTIONS)
def test_nobody_without_a_task_may_do_anything_and_is_told_what_to_do(action):
    decision = access.decide(staff.person(), action)
    assert not decision.allowed
    assert "Hãy đề nghị quản trị viên giao nhiệm vụ" in decision.why


def test_an_action_nobody_named_is_a_mistake_of_ours():
    with pytest.raises(KeyError, match=r"rights\.ACTIONS"):
        access.may(None, "stations.paint")


def test_the_machine_itself_may_do_everything():
    assert all(access.may(None, action, Subject()) for action in access.ACTIONS)


def test_somebody_who_has_not_signed_in_may_do_nothing_and_is_told_to():
    decision = access.ANYBODY.decide("audit.read")
    assert (decision.allowed, decision.why.startswith("Hãy đăng nhập trước")) == (False, True)


def test_communes_narrow_a_task(world):
    here, there = world
    someone = staff.person()
    staff.task(someone, staff.office("own"), Role.OPERATOR, here)
    rights = access.of(someone)
    assert rights.may("keys.manage", Subject(None, here.id))
    assert not rights.may("keys.manage", Subject(None, there.id))
    assert not rights.may("keys.manage", Subject())
    with pytest.raises(PermissionDenied, match="Xã 01273"):  # the refusal tells the bounds
        rights.require("keys.manage", Subject(None, there.id))


def test_a_commune_officer_with_communes_of_their_own_is_not_bound_to_the_offices(world):
    here, there = world
    someone = staff.person()
    staff.task(someone, staff.office("own", Office.Kind.COMMUNE, commune=here), Role.COMMUNE_OFFICER, there)
    rights = access.of(someone)
    assert rights.may("data.internal", Subject(None, there.id))
    assert not rights.may("data.internal", Subject(None, here.id))


def test_an_area_nobody_knows_reaches_nowhere():
    someone = staff.person()
    staff.task(someone, staff.office("own"), Role.COMMUNE_OFFICER)  # an office without a commune
    assert not access.may(someone, "data.internal", Subject(None, staff.commune().id))
    assert not access.may(someone, "data.internal", Subject())


def test_a_facility_narrows_a_task():
    someone, own = staff.person(), staff.office("own", Office.Kind.ENTERPRISE)
    staff.task(someone, own, Role.ENTERPRISE, facility="F1")
    rights = access.of(someone)
    assert rights.may("deliveries.read", Subject(own.id, None, "F1"))
    assert not rights.may("deliveries.read", Subject(own.id, None, "F2"))
    assert not rights.may("deliveries.read", Subject(own.id, None, ""))


def test_two_tasks_add_up(world):
    here, there = world
    someone = staff.person()
    staff.task(someone, staff.office("a"), Role.OPERATOR, here)
    staff.task(someone, staff.office("b"), Role.OFFICER, there)
    rights = access.of(someone)
    assert rights.may("keys.manage", Subject(None, here.id)) and not rights.may("keys.manage", Subject(None, there.id))
    assert rights.may("deliveries.upload", Subject(None, here.id))
    assert rights.may("deliveries.upload", Subject(None, there.id))


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [(-30, None, True), (-30, 1, True), (-30, -1, False), (1, None, False), (1, 2, False)],
)
def test_a_task_holds_in_its_span(since, until, holds):
    someone, now = staff.person(), timezone.now()
    span = {"since": now + timedelta(days=since), "until": now + timedelta(days=until) if until else None}
    staff.task(someone, staff.office("own"), Role.OPERATOR, **span)
    assert access.may(someone, "keys.manage") == holds


def test_the_end_of_a_task_is_not_part_of_it():
    someone, now = staff.person(), timezone.now()
    staff.task(someone, staff.office("own"), Role.OPERATOR, until=now)
    assert access.of(someone, now - timedelta(microseconds=1)).may("keys.manage")
    assert not access.of(someone, now).may("keys.manage")


def test_a_closed_office_opens_nothing():
    someone, own = staff.person(), staff.office("own", is_active=False)
    staff.task(someone, own, Role.ADMINISTRATOR)
    assert not access.may(someone, "desk.enter")


def test_a_closed_account_opens_nothing_and_says_so():
    someone = staff.person(is_active=False)
    staff.task(someone, staff.office("own"), Role.ADMINISTRATOR)
    decision = access.decide(someone, "desk.enter")
    assert (decision.allowed, "đã đóng" in decision.why) == (False, True)


def lent(**facts):
    """(who lent an operator's task, to whom, the delegation)"""
    owner, other = staff.person("Owner"), staff.person("Other")
    return owner, other, staff.lend(staff.task(owner, staff.office("own"), Role.OPERATOR), other, **facts)


def test_what_is_lent_may_be_done_and_it_is_known_by_whose_right():
    owner, other, delegation = lent()
    assert access.decide(other, "keys.manage") == access.Decision(True, lent=delegation)
    assert access.decide(owner, "keys.manage") == access.Decision(True)


@pytest.mark.parametrize(("since", "until"), [(1, 2), (-2, -1)])
def test_what_is_lent_holds_in_its_span_only(since, until):
    now = timezone.now()
    _, other, _ = lent(since=now + timedelta(days=since), until=now + timedelta(days=until))
    assert not access.may(other, "desk.enter")


def test_what_was_lent_ends_with_the_task_the_office_and_the_account_of_its_owner():
    owner, other, delegation = lent()
    assert access.may(other, "keys.manage")
    for thing, field, value in [
        (delegation.appointment, "until", timezone.now()),
        (delegation.appointment.office, "is_active", False),
        (owner, "is_active", False),
    ]:
        before = getattr(thing, field)
        setattr(thing, field, value)
        thing.save()
        assert not access.may(other, "keys.manage"), field
        setattr(thing, field, before)
        thing.save()
    assert access.may(other, "keys.manage")


def test_what_was_lent_is_not_lent_on():
    owner, other, third = staff.person("Owner"), staff.person("Other"), staff.person("Third")
    held = staff.task(owner, staff.office("own"), Role.ADMINISTRATOR)
    staff.lend(held, other)
    span = {"since": timezone.now(), "until": timezone.now() + timedelta(days=1)}
    with pytest.raises(services.ValidationError, match="không ủy quyền tiếp được"):
        services.delegate(held, third, **span, reason="on", by=other)
    assert not access.may(third, "desk.enter")


def test_an_administrators_task_needs_a_second_proof_also_when_it_is_lent():
    owner, other, plain = staff.person("Owner"), staff.person("Other"), staff.person("Plain")
    held = staff.task(owner, staff.office("own"), Role.ADMINISTRATOR)
    staff.task(plain, held.office, Role.OPERATOR)
    staff.lend(held, other)
    assert [access.needs_second_factor(one) for one in (owner, other, plain)] == [True, True, False]
    services.choose_setting("second_factor.everyone", True, by=None)
    access.preferences.forget()
    assert access.needs_second_factor(plain)


@pytest.mark.parametrize("role", Role)
def test_reading_follows_the_class_of_data(role, world):
    here, there = world
    own = staff.office("own", staff.KINDS.get(role, Office.Kind.DEPARTMENT), commune=here)
    someone = staff.person()
    staff.task(someone, own, role)
    rights = access.of(someone)
    on = {"E": Subject(None, there.id), "A": Subject(None, here.id), "O": Subject(own.id, there.id)}
    assert rights.may_read("public", Subject())
    for name in ("internal", "restricted"):
        extent = EXTENTS[f"data.{name}", role]
        assert not access.ANYBODY.may_read(name, Subject())
        assert rights.may_read(name, Subject()) == (extent == "E")
        if extent in on:
            assert rights.may_read(name, on[extent])


def test_it_costs_the_same_number_of_queries_however_much_is_asked(queries):
    someone, own = staff.person(), staff.office("own", Office.Kind.ENTERPRISE)
    staff.task(someone, own, Role.ENTERPRISE)
    rights = access.of(someone)

    def ask(times: int) -> None:
        for _ in range(times):
            for action in access.ACTIONS:
                rights.may(action, Subject(own.id))

    assert queries(lambda: ask(3)) == 1  # the tree of offices, once
    assert queries(lambda: ask(1)) == 0


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_thing_and_a_list_of_things_are_decided_alike(transactional_world, data):
    """Whatever tasks somebody holds, `decide` and `reach(…).within()` let the same stations through."""
    offices, communes, facilities, things = transactional_world
    someone = staff.person(f"p{uuid4()}")
    for _ in range(data.draw(st.integers(0, 3))):
        role = data.draw(st.sampled_from(Role.values))
        where = data.draw(st.sampled_from(offices))
        narrowed = data.draw(st.sets(st.sampled_from(communes), max_size=2))
        facility = data.draw(st.sampled_from(["", *facilities]))
        if not someone.appointments.filter(office=where, role=role, facility=facility).exists():
            staff.task(someone, where, role, *narrowed, facility=facility)
    rights = access.of(someone)
    for action in access.ACTIONS:
        one_by_one = {t.id for t in things if rights.may(action, Subject(t.office_id, t.commune_id, t.facility))}
        listed = set(Thing.objects.filter(rights.reach(action).within()).values_list("id", flat=True))
        assert listed == one_by_one, action
        places = {o.id for o in offices if rights.may(action, Subject(o.id, o.commune_id))}
        found = Office.objects.filter(rights.reach(action).within("id", "commune_id", None))
        assert set(found.values_list("id", flat=True)) == places, action
    readable = {t.id for t in things if rights.may_read(t.data_class, Subject(t.office_id, t.commune_id, t.facility))}
    assert set(Thing.objects.filter(rights.readable()).values_list("id", flat=True)) == readable


@pytest.fixture
def transactional_world():
    """Offices in a tree, communes, facilities, and a station for many of their combinations."""
    communes = [staff.commune("01273"), staff.commune("01279")]
    top = staff.office("top", commune=communes[0])
    offices = [top, staff.office("below", parent=top), staff.office("apart", commune=communes[1])]
    facilities = ["F1", "F2"]
    classes = ["public", "internal", "restricted"]
    combinations = [(o, c, f) for o in [*offices, None] for c in [*communes, None] for f in ["", *facilities]]
    things = [
        Thing.objects.create(
            code=f"T{n}", name="T", kind="ambient_air", state="active", office=o, commune=c, facility=f,
            data_class=classes[n % 3],
        )
        for n, (o, c, f) in enumerate(combinations)
    ]  # fmt: skip
    return offices, communes, facilities, things
