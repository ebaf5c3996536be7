"""Every address there is says who may come in, and no door touches a table by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path

from nonnuoc.look.access import BEARER, PUBLIC, SIGNED_IN, STATION_KEY, public
from nonnuoc.records.accounts.access import ACTIONS

PACKAGE = Path(__file__).resolve().parents[2] / "nonnuoc"
#: What only records may do: other rooms call their services and selectors.
TABLE_WORDS = {"objects", "_default_manager", "save", "delete", "bulk_create"}


def routes(resolver: URLResolver, above: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, address)
        else:
            yield address, entry


def filled(address: str) -> str:
    """The address with something in each of its places."""
    values = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000", "slug": "x", "str": "x", "path": "x"}
    return re.sub(r"<(\w+):\w+>", lambda place: values[place[1]], address)


def silent(resolver: URLResolver) -> list[str]:
    """The addresses that do not say who may come in."""
    known = {PUBLIC, STATION_KEY, BEARER, SIGNED_IN, *ACTIONS}
    return [address for address, route in routes(resolver) if getattr(route.callback, "access", None) not in known]


def test_every_address_states_its_access() -> None:
    assert silent(get_resolver()) == []
    assert len(list(routes(get_resolver()))) > 10


def test_an_address_that_states_none_is_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    class Addresses:
        urlpatterns = [
            path("told", public(max_age=1)(view)),
            path("below/", include([path("silent", view)])),  # type: ignore[list-item]
        ]

    assert silent(URLResolver(path("", view).pattern, Addresses)) == ["below/silent"]


@pytest.mark.django_db
def test_what_is_not_public_lets_no_stranger_in(client: Client) -> None:
    closed = [(address, route) for address, route in routes(get_resolver()) if route.callback.access != PUBLIC]
    assert closed
    for address, _ in closed:
        answers = {client.generic(method, "/" + filled(address)) for method in ("GET", "POST")}
        assert {answer.status_code for answer in answers} <= {302, 401, 405}, address
        assert all(answer.url.startswith("/desk/sign-in/") for answer in answers if answer.status_code == 302)


def touches(source: str) -> list[int]:
    """The lines on which a table is touched; what is saved to somewhere is a file."""
    nodes = list(ast.walk(ast.parse(source)))
    files = {id(call.func) for call in nodes if isinstance(call, ast.Call) and call.args}
    attributes = (node for node in nodes if isinstance(node, ast.Attribute) and node.attr in TABLE_WORDS)
    return sorted(node.lineno for node in attributes if node.attr != "save" or id(node) not in files)


@pytest.mark.parametrize("room", ["portal", "desk", "api", "look", "demo", "config"])
def test_no_door_touches_a_table_by_itself(room: str) -> None:
    files = list((PACKAGE / room).rglob("*.py"))
    assert files
    assert {str(file): lines for file in files if (lines := touches(file.read_text()))} == {}


def test_a_door_that_does_is_found() -> None:
    assert touches("thing = Thing.objects.get(id=1)\nthing.save()\nimage.save(out)") == [1, 2]
