from __future__ import annotations

import json

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from nonnuoc.api.downloads import asking
from nonnuoc.api.downloads.openapi import PATHS
from tests.api.downloads.series import SPAN, stream

pytestmark = pytest.mark.django_db
FILE = "/api/datastreams/{datastream_id}.{suffix}"


def schema(path: str) -> Draft202012Validator:
    return Draft202012Validator(PATHS[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"])


def names(path: str) -> set[str]:
    return {one["name"] for one in PATHS[path]["get"]["parameters"] if one["in"] == "query"}


def test_every_parameter_is_described() -> None:
    assert names(FILE) == set(asking.PARAMETERS)
    assert names("/api/datastreams/{datastream_id}/aggregates") == set(asking.PARAMETERS)
    assert names("/api/aggregates") == {*asking.PARAMETERS, "datastreams"}


def test_answers_are_what_is_described(client: Client) -> None:
    raw = stream()
    file = json.loads(client.get(f"/api/datastreams/{raw.id}.json?{SPAN}").getvalue())
    schema(FILE).validate(file)
    schema("/api/aggregates").validate(client.get(f"/api/aggregates?datastreams={raw.id}&{SPAN}").json())
    schema("/api/datastreams/{datastream_id}/aggregates").validate(
        client.get(f"/api/datastreams/{raw.id}/aggregates?resolution=monthly&function=count").json()
    )


def test_every_example_is_answered(client: Client) -> None:
    raw = stream()
    for path, item in PATHS.items():
        for parameter in item["get"]["parameters"]:
            if parameter["in"] != "query" or "example" not in parameter:
                continue
            told = parameter["example"]
            value = ",".join(map(str, told)) if isinstance(told, list) else told
            query = {parameter["name"]: value}
            if path == "/api/aggregates":
                query["datastreams"] = str(raw.id)
            if parameter["name"] == "function":
                query["resolution"] = "daily"
            response = client.get(path.replace("{datastream_id}", str(raw.id)).replace("{suffix}", "csv"), query)
            assert response.status_code == 200, (path, query)
            assert response.getvalue()
