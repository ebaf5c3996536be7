"""The pages under /api/: a person who knows none of it leaves with the address of last month's PM2.5."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from nonnuoc.api.guide import fetching
from nonnuoc.records.monitoring import offered
from tests.api.observed import World
from tests.portal import network


def words(page: Any) -> str:
    assert page.status_code == 200
    return unescape(page.content.decode())


def address_in(page: Any) -> str:
    """Where the button leads."""
    (found,) = re.findall(r'class="button primary" href="([^"]+)"', page.content.decode())
    return unescape(found)


@pytest.fixture
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Monday after the values of the world."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 3, tzinfo=UTC))


@pytest.mark.django_db
def test_whoever_chooses_nothing_gets_last_months_pm25(client: Client, world: World, monday: None) -> None:
    page = client.get("/api/")
    stream = world.stream("KK01", "PM2.5").id
    assert address_in(page) == f"http://testserver/api/datastreams/{stream}.csv?since=last-month&resolution=hourly"
    assert "Từ 01/10/2026 đến 31/10/2026" in words(page)


@pytest.mark.django_db
def test_what_is_chosen_stands_in_the_address_and_in_every_recipe(client: Client, world: World, monday: None) -> None:
    asked = {"station": "NM01", "property": "DO", "period": "this-month", "resolution": "raw", "format": "xlsx"}
    page = client.get("/api/", asked)
    address = address_in(page)
    stream = world.stream("NM01", "DO").id
    assert address.endswith(f"/api/datastreams/{stream}.xlsx?since=this-month&resolution=raw")
    recipes = [one.code for one in page.context["asked"]["recipes"]]
    assert sum(address in code for code in recipes) == 4
    assert f'.observations({stream}, since="this-month", resolution="raw")' in recipes[2]
    assert all(code in words(page) for code in recipes)
    for name, value in asked.items():
        assert re.search(rf'<select id="{name}".*?<option value="{value}" selected>', page.content.decode(), re.S), name


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_period_without_values_says_so_and_which_has_some(
    client: Client, world: World, monday: None, language: str
) -> None:
    page = client.get("/api/", {"lang": language, "period": "last-month"})
    assert page.context["asked"]["empty"]
    queries = [query for query, _ in page.context["asked"]["elsewhere"]]
    assert [re.findall(r"period=([\w-]+)", query) for query in queries] == [["this-month"], ["last-7d"], ["this-year"]]
    assert not client.get(f"/api/{queries[0]}").context["asked"]["empty"]


@pytest.mark.django_db
def test_what_the_station_does_not_measure_is_told_with_what_it_does(client: Client, world: World) -> None:
    page = client.get("/api/", {"station": "NM01", "property": "PM2.5"})
    assert "NM01 không đo PM2.5" in words(page)
    assert '?station=NM01&amp;property=DO#get"' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", [{"station": "\0", "period": "x" * 999}, {"format": "exe", "resolution": "'"}, {"property": "<b>"}]
)
def test_nonsense_is_filled_in(client: Client, world: World, asked: dict[str, str]) -> None:
    page = client.get("/api/", asked)
    assert "/api/datastreams/" in address_in(page)
    assert "<b>" not in page.content.decode().split("<main")[1].split("</main")[0].replace("<b>GET", "")


@pytest.mark.django_db
def test_only_public_stations_with_values_are_offered(client: Client, world: World) -> None:
    network.station("KK99")
    assert [one.code for one in offered.to_everybody()] == ["KK01", "NM01"]
    page = words(client.get("/api/"))
    assert all(code not in page for code in ("NB01", "XT01", "XK01", "YT01", "KK99"))


@pytest.mark.django_db
def test_without_any_values_it_says_what_fills_it(client: Client) -> None:
    assert "Chưa có gì để lấy" in words(client.get("/api/"))


@pytest.mark.django_db
def test_it_costs_the_same_for_one_and_for_three_stations(client: Client, world: World, queries: Any) -> None:
    client.get("/api/?period=this-month")
    before = queries(lambda: client.get("/api/?period=this-month"))
    for code in ("KK02", "KK03"):
        stream = network.instrument(network.station(code), "PM2.5")
        type(stream).objects.filter(id=stream.id).update(latest_time=timezone.now())
    assert len(offered.to_everybody()) == 4
    assert queries(lambda: client.get("/api/?period=this-month")) == before


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/api/", "/api/docs"])
def test_every_address_on_the_page_is_one_of_ours(client: Client, world: World, page: str) -> None:
    text = client.get(page).content.decode()
    found = {unescape(one).split("#")[0] for one in re.findall(r'href="(/(?!static/)[^"]*)"', text)}
    assert len(found) > 10
    for address in found:
        resolve(address.split("?")[0])  # raises Resolver404


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("page", ["/api/", "/api/docs"])
def test_every_example_of_the_api_opens(client: Client, world: World, page: str) -> None:
    text = client.get(page).content.decode()
    found = {unescape(one).split("#")[0] for one in re.findall(r'href="(?:http://testserver)?(/api/[^"]*)"', text)}
    closed = {address: answer.status_code for address in found if (answer := client.get(address)).status_code != 200}
    assert closed == {}


@pytest.mark.django_db
def test_anchors_lead_somewhere(client: Client, world: World) -> None:
    docs = client.get("/api/docs").content.decode()
    for anchor in re.findall(r'href="/api/docs#([^"]+)"', client.get("/api/").content.decode()):
        assert f'id="{anchor}"' in docs


@pytest.mark.django_db
def test_the_limits_that_hold_are_told(client: Client, world: World, settings: Any) -> None:
    settings.API_LIMITS = {"reads": 601, "downloads": 61, "writes": 0}
    page = words(client.get("/api/"))
    assert "<dd>601</dd>" in page and "<dd>61</dd>" in page and "gấp 10 lần" in page
    settings.API_LIMITS = {}
    assert "gấp 10 lần" not in words(client.get("/api/"))


@pytest.mark.django_db
def test_the_pages_lead_here(client: Client) -> None:
    assert 'href="/api/"' in client.get("/components").content.decode()


def test_every_period_is_one_that_downloads_know() -> None:
    now = timezone.now()
    for period in fetching.PERIODS:
        since, until = fetching.span(period, now)
        assert since < until, period


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("form", list(fetching.FORMATS))
@pytest.mark.parametrize("resolution", list(fetching.RESOLUTIONS))
def test_every_choice_gives_a_file(client: Client, world: World, form: str, resolution: str) -> None:
    page = client.get("/api/", {"format": form, "resolution": resolution, "period": "this-year"})
    answer = client.get(address_in(page))
    assert answer.status_code == 200
    assert len(b"".join(answer)) > 100  # type: ignore[arg-type]
    assert form in answer.headers["Content-Disposition"]
