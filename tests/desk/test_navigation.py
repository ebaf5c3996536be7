"""The desk's own navigation: what one may open, and where one is."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver, reverse

from nonnuoc.desk import navigation
from nonnuoc.desk.management_urls import urlpatterns
from nonnuoc.records.accounts.models import Office, Role
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


def signed_in(client, role: str | None) -> object:
    someone = staff.person("Somebody")
    if role:
        kind = staff.KINDS.get(Role(role), Office.Kind.DEPARTMENT)
        staff.task(someone, staff.office("own", kind), role)
    client.force_login(someone)
    return client


def links(page, label: str) -> list[str]:
    """The addresses in the navigation of this name."""
    found = re.search(rf'<nav class="{label}[^"]*".*?</nav>', page.content.decode(), re.S)
    return re.findall(r'<li><a href="([^"]+)"', found[0]) if found else []


@pytest.mark.parametrize("role", [None, *Role.values])
def test_every_link_that_is_offered_opens(client, role):
    signed_in(client, role)
    seen, waiting = set(), ["/desk/delegations/"]
    while waiting:
        address = waiting.pop()
        page = client.get(address)
        assert page.status_code == 200, address
        seen.add(address)
        waiting += {*links(page, "desk-rooms"), *links(page, "desk-pages")} - seen - set(waiting)
    assert seen >= {"/desk/account/", "/desk/delegations/"}
    assert ("/desk/people/" in seen) == (role not in (None, "reader", "ministry", "enterprise"))
    assert ("/desk/audit/" in seen) == (role == "administrator")


def test_the_current_page_and_its_room_are_marked(client):
    page = signed_in(client, Role.ADMINISTRATOR).get("/desk/offices/own/").content.decode()
    assert re.findall(r'aria-current="(\w+)">([^<]+)<', page) == [("true", "Người dùng"), ("page", "Cơ quan")]


def test_every_page_of_the_desk_stands_in_a_room():
    """A page nobody put into a room would show no navigation of its own."""
    known = {route for room in navigation.ROOMS for page in room.pages for route in (page.route, *page.below)}
    assert {route.name for route in urlpatterns} <= known
    assert known <= set(get_resolver().reverse_dict)
    assert all(reverse(page.route).startswith("/desk/") for room in navigation.ROOMS for page in room.pages)


def test_who_has_not_signed_in_sees_none(client):
    assert links(client.get("/desk/sign-in/"), "desk-rooms") == []
