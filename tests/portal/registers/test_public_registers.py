"""The registers as everybody reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from nonnuoc.look import budgets
from nonnuoc.look.registers import exporting
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import documents, keeping
from tests.desk.staff import said
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db
LIST = "/registers/facilities/"


@pytest.fixture
def anybody() -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_only_registers_with_something_public_are_shown(anybody: Client) -> None:
    kept.facility("Kín", data_class="internal")
    kept.zone()
    page = anybody.get("/registers/").content.decode()
    assert '"/registers/zones/"' in page
    assert '"/registers/facilities/"' not in page
    assert "1 entry in 1 register" in said(anybody.get("/registers/"))


def test_a_public_list_and_entry_and_nothing_else(anybody: Client) -> None:
    hidden = kept.facility("Kín", data_class="internal", **kept.PLACE)
    shown = kept.facility("Mỏ Tốc Tát", contact="0912345678", simulated=True, **kept.PLACE)
    assert "1 facility" in said(anybody.get(LIST))
    page = anybody.get(f"{LIST}{shown.code}/")
    assert "Invented for demonstration" in said(page)
    assert "has-simulated" in page.content.decode()
    assert "0912345678" not in page.content.decode()
    assert "History" not in said(page)
    assert 'itemtype="https://schema.org/Place"' in page.content.decode()
    assert anybody.get(f"{LIST}{hidden.code}/").status_code == 404
    assert anybody.get("/registers/nothing/").status_code == 404
    assert anybody.get(f"{LIST}?withdrawn=yes&office=x&data_class=internal").status_code == 200
    places = json.loads(anybody.get(f"{LIST}places.geojson").content)
    assert [one["id"] for one in places["features"]] == [shown.code]


def test_an_entry_that_was_withdrawn_says_so_and_stands_in_no_list(anybody: Client) -> None:
    made = kept.facility("Mỏ cũ")
    keeping.withdraw(FACILITIES, made.code, reason="đóng", by=None)
    assert "Withdrawn on" in said(anybody.get(f"{LIST}{made.code}/"))
    assert "Mỏ cũ" not in anybody.get(LIST).content.decode()


def test_public_documents_are_handed_out_and_others_are_not_there(anybody: Client) -> None:
    made = kept.facility()
    told = {"media_type": "", "by": None}
    open_ = documents.add(FACILITIES, made.code, name="a.pdf", body=b"%PDF-1", data_class="public", **told)
    closed = documents.add(FACILITIES, made.code, name="b.pdf", body=b"%PDF-2", **told)
    assert anybody.get(f"{LIST}{made.code}/documents/{open_.pk}")["Content-Disposition"].startswith("attachment")
    assert anybody.get(f"{LIST}{made.code}/documents/{closed.pk}").status_code == 404
    page = anybody.get(f"{LIST}{made.code}/").content.decode()
    assert "a.pdf" in page
    assert "b.pdf" not in page


def test_registers_and_public_entries_stand_in_the_sitemap(anybody: Client) -> None:
    shown, hidden = kept.facility(), kept.facility(data_class="internal")
    sitemap = anybody.get("/sitemap.xml").content.decode()
    assert f"{LIST}{shown.code}/" in sitemap
    assert LIST + "<" in sitemap
    assert f"{LIST}{hidden.code}/" not in sitemap


@pytest.fixture
def few_downloads(settings: Any) -> Iterator[None]:
    settings.API_LIMITS = {"downloads": 4}
    budgets.ledger.cache_clear()
    yield
    budgets.ledger.cache_clear()


@pytest.mark.usefixtures("few_downloads")
def test_who_fetches_much_waits_and_nobody_else_does(anybody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ENTRIES", 2)
    for name in ("A", "B", "C", "D"):
        kept.facility(name)
    first = anybody.get(f"{LIST}export.csv", {"q": "a"}, REMOTE_ADDR="192.0.2.1")  # one entry: one download
    assert b"".join(first.streaming_content).count(b"\n") == 2
    whole = f"{LIST}export.xlsx"  # four entries: three downloads
    assert anybody.get(whole, REMOTE_ADDR="192.0.2.1").status_code == 200
    refused = anybody.get(whole, REMOTE_ADDR="192.0.2.1")
    assert (refused.status_code, refused["Retry-After"]) == (429, "45")
    assert "no-store" in refused["Cache-Control"]
    assert "Try again in 45 seconds" in refused.content.decode()
    assert anybody.get(whole, REMOTE_ADDR="192.0.2.2").status_code == 200
