"""A.1 Sensing Core: what Capability1Tests of ets-sta10 walks, on the observed world."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.sensorthings.conformance.service import PROPERTIES, RELATIONS, ROOT, SETS, Service, target

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DEPTH = 4


def check_entity(name: str, entity: dict[str, Any]) -> None:
    """Control information, mandatory properties, a link for each relation."""
    assert type(entity["@iot.id"]) is int
    assert entity["@iot.selfLink"] == f"{ROOT}/{name}({entity['@iot.id']})"
    for one in PROPERTIES[name]:
        assert one in entity
    for relation in RELATIONS[name]:
        assert entity[f"{relation}@iot.navigationLink"].startswith("http")


@pytest.mark.parametrize("name", SETS)
def test_read_entities(service: Service, name: str) -> None:
    found = service.get(name)["value"]
    assert found
    for entity in found:
        check_entity(name, entity)


@pytest.mark.parametrize("name", SETS)
def test_read_specific_entity(service: Service, name: str) -> None:
    listed = service.first(name)
    entity = service.get(listed["@iot.selfLink"])
    check_entity(name, entity)
    assert entity == listed


@pytest.mark.parametrize("number", [2**63 - 1, 2**31, 0, -1, 10**25])
@pytest.mark.parametrize("name", SETS)
def test_read_nonexistent_entity(service: Service, name: str, number: int) -> None:
    assert service.refused(f"{name}({number})", 404)["parameter"] == "path"


@pytest.mark.parametrize("name", SETS)
def test_read_property_of_entity(service: Service, name: str) -> None:
    entity = service.first(name)
    for one in PROPERTIES[name]:
        assert service.get(f"{entity['@iot.selfLink']}/{one}") == {one: entity[one]}
        bare = service.answer(f"{entity['@iot.selfLink']}/{one}/$value").content.decode()
        if isinstance(entity[one], dict):
            assert json.loads(bare) == entity[one]
        else:
            assert bare == str(entity[one])
            assert "{" not in bare


def test_read_part_of_json_property(service: Service) -> None:
    thing = next(one for one in service.all("Things") if one["properties"]["code"] == "KK01")
    address = f"Things({thing['@iot.id']})/properties"
    assert service.get(f"{address}/code") == {"code": "KK01"}
    assert service.answer(f"{address}/code/$value").content == b"KK01"
    assert service.answer(f"{address}/simulated/$value").content == b"false"
    assert service.refused(f"{address}/nothing", 404)["parameter"] == "path"


def test_a_property_without_value_is_204(service: Service) -> None:
    observation = service.first("Observations")
    response = service.answer(f"{observation['@iot.selfLink']}/validTime")
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("name", SETS)
def test_resource_paths_are_four_deep(insider: Service, name: str) -> None:
    walk(insider, (name,), name)


def walk(service: Service, path: tuple[str, ...], name: str) -> None:
    """Every relation of the first entity of each collection, with the references beside it."""
    address = "/".join(path)
    found = service.get(address)
    if "value" not in found:
        check_entity(name, found)
        assert service.get(f"{address}/$ref") == {"@iot.selfLink": found["@iot.selfLink"]}
        return
    references = service.get(f"{address}/$ref")["value"]
    assert references == [{"@iot.selfLink": one["@iot.selfLink"]} for one in found["value"]]
    if len(path) == DEPTH or not found["value"]:
        return
    entity = found["value"][0]
    for relation in RELATIONS[name]:
        walk(service, (*path[:-1], f"{path[-1]}({entity['@iot.id']})", relation), target(relation))


def test_service_root(service: Service) -> None:
    for address in (ROOT, f"{ROOT}/"):
        root = service.get(address)
        assert {one["name"]: one["url"] for one in root["value"]} == {name: f"{ROOT}/{name}" for name in SETS}
    required = "http://www.opengis.net/spec/iot_sensing/1.1/req"
    classes = ("datamodel", "resource-path/resource-path-to-entities", "request-data", "create-update-delete")
    told = {f"{required}/{one}" for one in (*classes, "data-array/data-array")}
    assert told <= set(root["serverSettings"]["conformance"])
    assert f"{required}/batch-request/batch-request" not in root["serverSettings"]["conformance"]  # ours are JSON


def test_links_are_absolute_and_lead_somewhere(service: Service) -> None:
    datastream = service.first("Datastreams")
    for relation in RELATIONS["Datastreams"]:
        assert service.get(datastream[f"{relation}@iot.navigationLink"])


def test_links_of_the_root_follow_the_host_asked(service: Service, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    response = service.client.get("/api/sensorthings/v1.1/Things", headers={"Host": "du-lieu.example.vn"}, secure=True)
    link = response.json()["value"][0]["@iot.selfLink"]
    assert link.startswith("https://du-lieu.example.vn/api/sensorthings/v1.1/Things(")


@pytest.mark.parametrize(
    "path",
    ["Nothing", "things", "Things(a)", "Things('1')", "Things(1)/Nothing", "Things/name", "Things()", "Things(1)x"],
)
def test_unknown_path_is_404_with_its_place(service: Service, path: str) -> None:
    problem = service.refused(path, 404)
    assert problem["parameter"] == "path"
    assert 0 <= problem["position"] <= len(path)


def test_collection_of_nobody_is_404_and_not_empty(service: Service) -> None:
    service.refused("Things(999999)/Datastreams", 404)
    service.refused("Datastreams(999999)/Observations", 404, resultFormat="dataArray")
    service.refused("Datastreams(999999)/Observations", 404, resultFormat="CSV")
