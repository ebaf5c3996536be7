"""Each person's first page shows what is theirs, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts import loading, offices, selectors, services
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.monitoring import services as monitoring
from nonnuoc.records.places import services as places
from tests.portal import network
from tests.records.alerts import incidents

pytestmark = pytest.mark.django_db
BLOCKS = {
    Role.OPERATOR: ["incidents", "held", "board"],
    Role.REVIEWER: ["judging", "board"],
    Role.APPROVER: ["judging", "board"],
    Role.OFFICER: ["incidents", "province", "held"],
    Role.COMMUNE_OFFICER: ["incidents", "communes"],
    Role.REPORTER: [],
    Role.ENTERPRISE: ["incidents", "own", "held"],
    Role.LEADER: ["incidents", "province", "ledger"],
    Role.MINISTRY: ["ledger"],
    Role.READER: ["province"],
}
OFFICES = {
    Role.COMMUNE_OFFICER: "ubnd-01447",
    Role.ENTERPRISE: "nha-may",
    Role.MINISTRY: "bo-nnmt",
    Role.READER: "hdnd",
}


@pytest.fixture(autouse=True)
def province() -> None:
    loading.load(places.load_province().province.key)
    services.register_office("nha-may", name="Nhà máy", kind="enterprise", by=None)


def block_of(client: Client, key: str) -> dict:
    return next(one for one in client.get("/desk/").context["blocks"] if one["key"] == key)


def signed_in(client: Client, role: Role, office: str = "") -> Client:
    person = services.register_person(f"{role}@example.vn", name=role, password=None, by=None)
    services.appoint(person, offices.by_code(office or OFFICES.get(role, "province")), role, by=None)
    client.force_login(person)
    return client


@pytest.mark.parametrize("role", BLOCKS)
def test_each_role_finds_its_own_parts(client: Client, role: Role) -> None:
    answer = signed_in(client, role).get("/desk/")
    assert answer.status_code == 200
    assert [block["key"] for block in answer.context["blocks"]] == BLOCKS[role]


def test_an_administrator_without_a_second_proof_is_led_to_it(client: Client, settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    answer = signed_in(client, Role.ADMINISTRATOR).get("/desk/")
    assert answer.status_code == 302


def test_the_enterprise_sees_its_own_station_only(client: Client) -> None:
    at = timezone.now()
    own = network.air("OWN", at, where=None)
    network.air("OTHER", at, where=None, seed=2)
    monitoring.assign_station(own, office=offices.by_code("nha-may"), data_class="restricted", by=None)
    block = block_of(signed_in(client, Role.ENTERPRISE), "own")
    assert [line.station.code for line in block["lines"]] == ["OWN"]


def test_the_commune_officer_is_told_of_the_own_commune(client: Client) -> None:
    at = timezone.now()
    where = next(one for one in selectors.Office.objects.all() if one.code == "ubnd-01447").commune
    network.air("HERE", at, where=where)
    network.air("THERE", at, where=network.commune("01273", "Thục Phán"), seed=2)
    block = block_of(signed_in(client, Role.COMMUNE_OFFICER), "communes")
    assert [(c.code, [s.code for s, _ in found]) for c, found in block["communes"]] == [("01447", ["HERE"])]


def test_what_needs_somebody_stands_first_with_its_level(client: Client) -> None:
    at = timezone.now()
    air = network.air("BAD", at, where=None, level=120.0)
    made = incidents.incident(air, at=at)
    incidents.alarm(made, network.stream(air, "PM2.5", "mean_24h"), peak=131.0)
    incidents.incident(air, at=at, acknowledged=at)
    page = signed_in(client, Role.OFFICER).get("/desk/")
    block = page.context["blocks"][0]
    assert (block["key"], block["waits"], block["rows"][0].incident) == ("incidents", 1, made)
    assert "131,0 µg/Nm³" in page.content.decode() and "45" in block["rows"][0].what


def test_what_the_checks_doubted_waits_for_the_reviewer(client: Client) -> None:
    at = timezone.now()
    network.flagged(network.air("DOUBT", at, where=None), "PM10", at)
    block = signed_in(client, Role.REVIEWER).get("/desk/").context["blocks"][0]
    assert [(one.datastream.symbol, one.suspect, one.failed) for one in block["doubted"]] == [("PM10", 1, 1)]


def test_held_deliveries_wait_where_they_can_be_mended(client: Client) -> None:
    at = timezone.now()
    network.held("KK99", at - timedelta(hours=1), "unknown_station", None)
    block = next(b for b in signed_in(client, Role.OPERATOR).get("/desk/").context["blocks"] if b["key"] == "held")
    assert [(one.station_code, one.code, one.number) for one in block["held"]] == [("KK99", "unknown_station", 1)]


def test_without_any_task_the_page_says_whom_to_ask(client: Client) -> None:
    client.force_login(services.register_person("a@example.vn", name="A", password=None, by=None))
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert "quản trị viên" in answer.content.decode()


def test_as_many_queries_for_three_stations_as_for_one(client: Client, queries) -> None:
    at = timezone.now()
    network.air("A", at, where=None)
    signed_in(client, Role.OPERATOR).get("/desk/")
    one = queries(lambda: client.get("/desk/"))
    network.air("B", at, where=None, seed=2)
    network.air("C", at, where=None, seed=3)
    assert queries(lambda: client.get("/desk/")) == one
