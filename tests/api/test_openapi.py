"""The description of the interface is valid, and tells every address there is, and none there is not."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve
from openapi_spec_validator import validate

from nonnuoc.api.guide import described
from nonnuoc.api.guide.openapi import DESCRIBED, TAGS, document
from tests.config.test_routes import routes

METHODS = ("get", "post", "put", "patch", "delete")
DOCUMENT = document("http://testserver")
OPERATIONS = [(path, method) for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item]


def test_it_is_a_valid_document() -> None:
    validate(DOCUMENT)


def test_it_is_served_to_everybody_and_to_scripts_of_other_sites(client: Client) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.json()["openapi"] == "3.1.0"
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.1"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["servers"] == [{"url": "http://testserver"}]


def test_no_two_packages_describe_the_same() -> None:
    told = Counter((path, method) for one in DESCRIBED for path, item in one.items() for method in item)
    assert [pair for pair, times in told.items() if times > 1] == []


def shape(address: str) -> str:
    """An address of the table or of the document, with its places alike and no slash at its end."""
    plain = re.sub(r"^/?|\^|\\|/\?\$$|\$$", "", address)
    return re.sub(r"<\w+:\w+>|\(\?P<\w+>[^)]*\)|{\w+}", "{}", plain).rstrip("/")


def addresses() -> set[str]:
    return {shape(address) for address, _ in routes(get_resolver()) if address.startswith("api/")}


def test_every_address_is_described() -> None:
    told = {shape(path) for path in DOCUMENT["paths"]}
    wild = {one for one in addresses() if one.endswith("/{}") and one.startswith("api/sensorthings")}
    missing = addresses() - told - wild
    assert missing == set()
    assert all(any(one.startswith(root.removesuffix("{}")) for one in told) for root in wild)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_description_is_of_an_address_that_takes_the_method(path: str, method: str) -> None:
    try:
        found = resolve(re.sub(r"{(uuid|id|\w+)}", _filled, path))
    except Resolver404:
        pytest.fail(f"{path} is no address")
    assert found.func.access in ("public", "bearer", "station key")  # type: ignore[attr-defined]


def _filled(place: re.Match[str]) -> str:
    return "00000000-0000-0000-0000-000000000000" if place[1] == "uuid" else "1"


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_says_what_it_does_what_it_takes_and_what_it_answers(path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    assert operation["summary"]
    assert operation["tags"] and set(operation["tags"]) <= TAGS.keys()
    assert any(status.startswith("2") for status in operation["responses"])
    parameters = [*DOCUMENT["paths"][path].get("parameters", []), *operation.get("parameters", [])]
    for told in parameters:
        assert "schema" in told and "name" in told, told
    placed = {one["name"] for one in parameters if one["in"] == "path"}
    assert placed == set(re.findall(r"{(\w+)}", path))


def test_an_operation_that_changes_something_needs_a_key() -> None:
    for path, method in OPERATIONS:
        operation: dict[str, Any] = DOCUMENT["paths"][path][method]
        if method != "get" and operation["security"] != [{"key": []}]:
            assert operation["security"] == [{}, {"key": []}], path  # a batch that may only read
            assert path.endswith("$batch")


def test_a_document_given_out_is_a_copy() -> None:
    changed = document("http://testserver")
    changed["paths"]["/api/"]["get"]["summary"] = "x"
    assert document("http://testserver") == DOCUMENT


def test_the_page_tells_every_operation() -> None:
    told = [(one.path, one.method.lower()) for group in described.groups(DOCUMENT) for one in group.operations]
    assert sorted(told) == sorted(OPERATIONS)


def test_the_page_shows_kinds_and_bounds() -> None:
    schema = {"type": "integer", "minimum": 1, "maximum": 9}
    parameter = {
        "name": "n",
        "in": "query",
        "schema": schema,
        "example": 3,
        "required": True,
        "description": "How many.",
    }
    told = {
        "tags": [{"name": "t", "description": "d"}],
        "security": [{}],
        "paths": {"/x/{k}": {"parameters": [{"$ref": "#/p/k"}], "get": _operation(parameter)}},
        "p": {"k": {"name": "k", "in": "path", "required": True, "schema": {"enum": ["a", "b"]}, "example": "a b"}},
    }
    ((one,),) = [group.operations for group in described.groups(told)]
    assert [(each.name, each.kind, each.example) for each in one.parameters] == [
        ("k", "a | b", "a b"),
        ("n", "integer, ≥ 1, ≤ 9", "3"),
    ]
    assert one.example == "/x/a%20b?n=3"
    assert one.answers == (("200", "Fine.", "text/csv"),)


def _operation(*parameters: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": "Fine.", "content": {"text/csv": {}}}
    return {"tags": ["t"], "summary": "s", "parameters": list(parameters), "responses": {"200": answer}}
