"""A place kept for somebody: one link, told once, good for a week and for one person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from nonnuoc.records.accounts import access, invitations, selectors, services
from nonnuoc.records.accounts.invitations import UnknownInvitationError
from nonnuoc.records.accounts.models import AuditEntry, Invitation, Person, Role
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
PASSWORD = "limestone and clear water"


@pytest.fixture
def an():
    return services.register_administrator("an@example.vn", name="An", password=PASSWORD, by=None)


@pytest.fixture
def department():
    return staff.office("so")


def invite(department, an, **facts):
    told = {"email": "New@Example.vn ", "name": " Mới ", "office": department, "role": Role.OFFICER, "by": an, **facts}
    return invitations.invite(told.pop("email"), **told)


def test_whoever_opens_the_link_has_the_account_and_the_task(department, an):
    commune = staff.commune()
    secret = invite(department, an, communes=(c for c in [commune]), facility="F1")
    person = invitations.accept(secret, password=PASSWORD)
    (task,) = selectors.person(person.id).tasks
    assert (person.email, person.name, person.check_password(PASSWORD)) == ("new@example.vn", "Mới", True)
    assert (task.role, task.office, task.facility, list(task.communes.all())) == (
        "officer",
        department,
        "F1",
        [commune],
    )
    assert access.may(person, "desk.enter")
    told = AuditEntry.objects.filter(action__in=["person.invited", "invitation.accepted"]).order_by("id")
    assert [(entry.action, entry.by) for entry in told] == [("person.invited", an), ("invitation.accepted", person)]
    assert told[0].after == {"role": "officer", "office": "so", "communes": [commune.code], "facility": "F1"}


def test_the_link_opens_once(department, an):
    secret = invite(department, an)
    invitations.accept(secret, password=PASSWORD)
    with pytest.raises(UnknownInvitationError):
        invitations.accept(secret, password=PASSWORD)
    assert Person.objects.filter(email="new@example.vn").count() == 1


def test_of_the_secret_nothing_but_a_digest_is_kept(department, an):
    secret = invite(department, an)
    kept = str(Invitation.objects.values().get()) + str(list(AuditEntry.objects.values()))
    assert len(secret) == 43 and secret not in kept


@pytest.mark.parametrize("secret", ["", "x" * 43, "a\0b", "\ud800", "🌊" * 5000])
def test_a_secret_nobody_was_given_opens_nothing(secret):
    with pytest.raises(UnknownInvitationError):
        invitations.find(secret)


def test_it_runs_out_after_a_week(department, an):
    secret = invite(department, an)
    assert invitations.find(secret).expires - timezone.now() > timedelta(days=6, hours=23)
    Invitation.objects.update(expires=timezone.now())
    with pytest.raises(UnknownInvitationError):
        invitations.accept(secret, password=PASSWORD)
    assert not invitations.waiting().exists()


def test_a_second_invitation_ends_the_first(department, an):
    first, second = invite(department, an), invite(department, an, role=Role.READER)
    with pytest.raises(UnknownInvitationError):
        invitations.find(first)
    assert invitations.find(second).role == "reader"


def test_one_that_is_withdrawn_opens_nothing_and_is_withdrawn_once(department, an):
    secret = invite(department, an)
    invitation = invitations.find(secret)
    for _ in range(2):
        invitations.withdraw(invitation, by=an)
    with pytest.raises(UnknownInvitationError):
        invitations.find(secret)
    assert AuditEntry.objects.filter(action="invitation.withdrawn").count() == 1


def test_who_has_an_account_is_given_the_task_instead(department, an):
    with pytest.raises(ValidationError) as refused:
        invite(department, an, email="AN@example.vn")
    assert set(refused.value.message_dict) == {"email"}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"name": " "}, "name"),
        ({"role": Role.ENTERPRISE}, "role"),
        ({"role": Role.ADMINISTRATOR, "facility": "F1"}, "role"),
        ({"facility": "x" * 41}, "facility"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_beside_its_field(department, an, facts, field):
    with pytest.raises(ValidationError) as refused:
        invite(department, an, **facts)
    assert set(refused.value.message_dict) == {field}
    assert not Invitation.objects.exists()


def test_a_weak_password_leaves_the_place_kept(department, an):
    secret = invite(department, an)
    with pytest.raises(ValidationError):
        invitations.accept(secret, password="short")
    assert invitations.find(secret).accepted is None
    assert not Person.objects.filter(email="new@example.vn").exists()


def test_only_an_administrator_invites_and_withdraws(department, an):
    plain = staff.person("Plain")
    staff.task(plain, department, Role.OPERATOR)
    with pytest.raises(PermissionDenied):
        invite(department, plain)
    invitation = invitations.find(invite(department, an))
    with pytest.raises(PermissionDenied):
        invitations.withdraw(invitation, by=plain)
