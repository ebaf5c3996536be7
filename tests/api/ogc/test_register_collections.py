"""Registers as collections: what is kept back of an entry cannot be asked for either."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import keeping
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db
ITEMS = "/api/ogc/collections/facilities/items"


def codes(client: Client, **asked: str) -> list[str]:
    answer = client.get(ITEMS, {"f": "json", **asked})
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["features"]]


def test_every_register_is_a_collection_with_queryables_and_an_interface() -> None:
    client = Client()
    listed = {one["id"] for one in client.get("/api/ogc/collections?f=json").json()["collections"]}
    described = client.get("/api/ogc/api?f=json").json()
    assert {one.key for one in REGISTERS} <= listed
    for register in REGISTERS:
        told: Any = client.get(f"/api/ogc/collections/{register.key}/queryables?f=json").json()
        assert set(register.columns) - {"lon", "lat"} <= set(told["properties"])
    assert any("facilities" in path or "collectionId" in path for path in described["paths"])


def test_what_is_kept_back_cannot_be_found_out_by_filters() -> None:
    secret = kept.zone("Khu kín", code="kin", data_class="restricted")
    shown = kept.facility("Công khai", contact="0912345678", zone=secret, state="operating", **kept.PLACE)
    hidden = kept.facility("Kín", data_class="internal", **kept.PLACE)
    gone = kept.facility("Cũ")
    keeping.withdraw(FACILITIES, gone.code, reason="x", by=None)
    anybody, officer = Client(), Client()
    officer.force_login(kept.officer())

    assert codes(anybody) == [shown.code]
    assert codes(anybody, filter="state = 'operating'") == [shown.code]
    assert codes(anybody, filter="contact LIKE '09%'") == []
    assert codes(anybody, filter="contact IS NULL") == [shown.code]
    assert codes(anybody, filter="zone = 'kin'") == []
    assert codes(officer, filter="zone = 'kin'") == [shown.code]
    assert codes(officer, filter="contact LIKE '09%'") == [shown.code]
    assert codes(officer) == [shown.code, hidden.code]
    assert anybody.get(f"{ITEMS}/{hidden.code}?f=json").status_code == 404
    page = anybody.get(f"{ITEMS}/{shown.code}?f=html").content.decode()
    assert f"/registers/facilities/{shown.code}/" in page
    assert "0912345678" not in page
