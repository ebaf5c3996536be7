"""The description of the service: valid, and true of what the service answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from nonnuoc.api.sensorthings import options
from nonnuoc.api.sensorthings.openapi import PATHS, ROOT
from nonnuoc.records.monitoring.sensorthings.schema import SETS
from tests.api.observed import World

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": PATHS,
    "components": {
        "schemas": {"Problem": {"type": "object"}},
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    },
}


def test_document_is_valid() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [one["operationId"] for item in PATHS.values() for one in item.values()]
    assert sorted(names) == sorted(set(names))


def test_every_set_and_relation_is_told_with_every_option() -> None:
    for name, entities in SETS.items():
        for relation in entities.navigations:
            assert f"{ROOT}/{name}({{id}})/{relation}" in PATHS
        told = {one["name"] for one in PATHS[f"{ROOT}/{name}"]["get"]["parameters"]}
        assert told == set(options.COLLECTION)
        assert PATHS[f"{ROOT}/{name}({{id}})"].keys() == {"get", "patch", "put", "delete"}


@pytest.mark.django_db
def test_examples_are_answered(world: World) -> None:
    parameters = PATHS[f"{ROOT}/Datastreams"]["get"]["parameters"]
    examples = {one["name"]: one["example"] for one in parameters if "example" in one}
    assert len(examples) == 4
    for name, example in examples.items():
        assert Client().get(f"{ROOT}/Datastreams", {name: example}).status_code == 200
    response = Client().get(f"{ROOT}/Datastreams", examples)
    assert response.status_code == 200
    assert response.json()["value"]


@pytest.mark.django_db
def test_members_of_an_entity_are_those_told(world: World) -> None:
    for name in SETS:
        (found,) = Client().get(f"{ROOT}/{name}", {"$top": 1}).json()["value"]
        told = PATHS[f"{ROOT}/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert found.keys() == told["properties"]["value"]["items"]["properties"].keys()
