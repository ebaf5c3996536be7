"""Keys for programs: told once, kept nowhere, one's own to revoke and an administrator's, gone when all begins anew."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.entrance import recovery
from nonnuoc.records.accounts.models import AccessKey, AuditEntry, Person
from tests.desk.staff import administrator, colleague, deeds

pytestmark = pytest.mark.django_db
FORM = {"name": "sổ tay", "valid": "365"}


def entered(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    session = client.session
    session["confirmed"] = time.time()
    session.save()
    return client


@pytest.fixture
def owner() -> Person:
    return colleague()


@pytest.fixture
def desk(owner: Person) -> Client:
    return entered(owner)


def secret_in(page: Any) -> str:
    (secret,) = re.findall(r"<code>(nnk_[\w-]{43})</code>", page.content.decode())
    return str(secret)


def test_a_new_key_is_shown_once_and_opens(desk: Client, owner: Person) -> None:
    page = desk.post("/desk/account/keys/new/", FORM)
    secret = secret_in(page)
    assert "no-store" in page.headers["Cache-Control"]
    key = access_keys.find(secret)
    assert key is not None and (key.person, key.name, key.writes) == (owner, "sổ tay", False)
    assert timedelta(days=364) < key.expires - timezone.now() <= timedelta(days=365)
    kept = str(list(AccessKey.objects.values())) + str(list(AuditEntry.objects.values())) + str(dict(desk.session))
    assert secret not in kept
    listed = desk.get("/desk/account/keys/").content.decode()
    assert "sổ tay" in listed and secret not in listed
    assert deeds("access-key") == ["access-key.made"]


def test_a_key_that_may_write_says_so(desk: Client) -> None:
    desk.post("/desk/account/keys/new/", FORM | {"writes": "on"})
    assert AccessKey.objects.get().writes
    assert "đọc và ghi" in desk.get("/desk/account/keys/").content.decode()


@pytest.mark.parametrize("told", [{"name": ""}, {"name": "x" * 81}, {"valid": "9999"}, {"valid": ""}, {"name": "\0"}])
def test_a_key_that_cannot_be_made_is_refused_beside_its_field(desk: Client, told: dict[str, str]) -> None:
    page = desk.post("/desk/account/keys/new/", FORM | told)
    assert page.status_code == 422 and set(page.context["form"].errors) == set(told)
    assert not AccessKey.objects.exists()


def test_whoever_did_not_prove_themselves_a_moment_ago_does_so_first(owner: Person) -> None:
    client = Client()
    client.force_login(owner)
    assert client.post("/desk/account/keys/new/", FORM).url.startswith("/desk/account/confirm/")
    assert client.get("/desk/account/keys/new/").url.startswith("/desk/account/confirm/")
    assert not AccessKey.objects.exists()


def test_whoever_misses_a_second_proof_is_led_to_it(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = entered(administrator())
    assert client.get("/desk/account/keys/").url == "/desk/account/"
    assert client.post("/desk/account/keys/new/", FORM).url == "/desk/account/"


def test_one_revokes_ones_own_after_being_asked(desk: Client, owner: Person) -> None:
    key, secret = access_keys.make(owner, name="sổ tay")
    address = f"/desk/account/keys/{key.id}/revoke/"
    assert "sổ tay" in desk.get(address).content.decode()
    assert AccessKey.objects.get().revoked is None
    assert desk.post(address).url == "/desk/account/keys/"
    found = access_keys.find(secret)
    assert found is not None and access_keys.why_not(found) == "revoked"
    assert desk.post(address).status_code == 302  # again: nothing
    assert deeds("access-key") == ["access-key.made", "access-key.revoked"]


def test_nobody_sees_or_revokes_anothers(desk: Client) -> None:
    key, _ = access_keys.make(colleague("chi@example.vn", "Chi"), name="of Chi")
    assert desk.post(f"/desk/account/keys/{key.id}/revoke/").status_code == 403
    assert "of Chi" not in desk.get("/desk/account/keys/").content.decode()
    assert AccessKey.objects.get().revoked is None
    assert desk.post("/desk/account/keys/0/revoke/").status_code == 404


def test_an_administrator_sees_and_revokes_anothers(owner: Person) -> None:
    key, _ = access_keys.make(owner, name="sổ tay của Bình")
    desk = entered(administrator())
    assert "sổ tay của Bình" in desk.get(f"/desk/people/{owner.id}/").content.decode()
    assert desk.post(f"/desk/account/keys/{key.id}/revoke/").url == f"/desk/people/{owner.id}/"
    entry = AuditEntry.objects.get(action="access-key.revoked")
    assert (entry.by.name, entry.subject) == ("Nông Thị An", owner.email)
    assert "sổ tay của Bình" not in desk.get(f"/desk/people/{owner.id}/").content.decode().split("<h2>")[-2]


def test_the_account_page_tells_how_many_are_in_force(desk: Client, owner: Person) -> None:
    for name in ("one", "two"):
        access_keys.make(owner, name=name)
    page = desk.get("/desk/account/").content.decode()
    assert "2 khóa đang có hiệu lực" in page and 'href="/desk/account/keys/"' in page


def test_an_account_that_begins_anew_has_no_keys(owner: Person) -> None:
    access_keys.make(owner, name="one")
    recovery.give_link(owner, by=administrator())
    assert not access_keys.in_force(owner).exists()
    assert deeds("access-key") == ["access-key.made", "access-key.revoked"]


def test_a_closed_account_makes_none_and_two_years_are_the_most(owner: Person) -> None:
    with pytest.raises(ValidationError):
        access_keys.make(owner, name="x", valid=timedelta(days=731))
    owner.is_active = False
    with pytest.raises(PermissionDenied):
        access_keys.make(owner, name="x")


def test_one_holds_so_many_and_no_more(desk: Client, owner: Person) -> None:
    for number in range(access_keys.MOST):
        access_keys.make(owner, name=f"{number}")
    page = desk.post("/desk/account/keys/new/", FORM)
    assert page.status_code == 422 and AccessKey.objects.count() == access_keys.MOST
    access_keys.revoke(access_keys.of(owner)[0], by=owner)
    secret_in(desk.post("/desk/account/keys/new/", FORM))


def test_the_list_costs_the_same_for_one_and_for_three(desk: Client, owner: Person, queries: Any) -> None:
    access_keys.make(owner, name="one")
    desk.get("/desk/account/keys/")
    for_one = queries(lambda: desk.get("/desk/account/keys/"))
    for name in ("two", "three"):
        access_keys.make(owner, name=name)
    assert queries(lambda: desk.get("/desk/account/keys/")) == for_one > 0
