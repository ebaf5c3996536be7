"""The map: in step with the list, alone with its own layers, and quick with 2,000 stations."""

from __future__ import annotations

import json
import re
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from bench import panning
from nonnuoc.look import built
from nonnuoc.records.accounts import preferences
from tests.portal import network

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]


@pytest.fixture
def stations(live_server) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), lon=106.25, lat=22.66, hours=14)
    network.water("W1", at, where=network.commune("01290", "Đàm Thủy", 106.7, 22.85))


@pytest.fixture
def open_map(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A window with the front page, its map drawn."""
    contexts = []

    def opened(*, before: Callable[[Page], None] = lambda page: None, **window: object) -> Page:
        shape = {"locale": "vi-VN", "viewport": {"width": 1280, "height": 900}, "service_workers": "block", **window}
        contexts.append(browser.new_context(**shape))
        page = contexts[-1].new_page()
        before(page)
        page.goto(live_server.url)
        page.locator("[data-map]").scroll_into_view_if_needed()
        page.wait_for_selector("[data-map][data-ready]", timeout=60_000)
        return page

    yield opened
    for context in contexts:
        context.close()


def crowd(number: int) -> Callable[[Page], None]:
    """The map's data are of so many stations, wherever the page got them from."""
    features = panning.features(number)

    def answer(route: Route) -> None:
        route.fulfill(body=json.dumps(features), content_type="application/geo+json")

    return lambda page: page.route("**/data/stations.geojson", answer)


def test_2000_stations_are_panned(stations: None, open_map) -> None:
    """`panning.frames` refuses a map that stood still; how long frames take is measured by `make bench`."""
    assert len(panning.frames(open_map(before=crowd(2000)))) > 5


def one_on_another(page: Page) -> None:
    """A hundred stations in the place of A1."""
    made = panning.features(100)
    for one in made["features"]:
        one["geometry"]["coordinates"] = [106.25, 22.66]
    made["features"][50]["properties"]["code"] = "A1"
    page.route("**/data/stations.geojson", lambda route: route.fulfill(body=json.dumps(made)))


def test_stations_in_one_place_are_named_when_they_cannot_be_told_apart(stations: None, open_map) -> None:
    page = open_map(before=one_on_another)
    page.click('[data-station="A1"] .to-map')
    page.wait_for_timeout(600)
    canvas = page.locator(".map canvas")
    canvas.click()  # in the middle stands A1 before 99 others: first it comes nearer
    page.wait_for_timeout(1500)
    canvas.click()
    picked = page.locator(".picked")
    assert "Ở đây có 100 trạm:" in picked.inner_text()
    assert picked.locator("a").count() == 12
    assert "+88" in picked.inner_text()
    assert picked.locator("a").nth(1).get_attribute("href") == "/stations/M0000"
    assert page.locator(".row.chosen").count() == 0


def test_only_ours_is_asked_as_delivered(stations: None, open_map, live_server) -> None:
    asked: list[str] = []
    open_map(before=lambda page: page.on("request", lambda request: asked.append(request.url)))
    assert [url for url in asked if not url.startswith((live_server.url, "blob:", "data:"))] == []


def blue_tile() -> bytes:
    out = BytesIO()
    Image.new("RGB", (256, 256), (20, 120, 220)).save(out, "PNG")
    return out.getvalue()


def archive(tile: bytes) -> bytes:
    """A PMTiles archive (version 3) of one picture: the whole earth."""
    directory = bytes([1, 0, 1]) + varint(len(tile)) + bytes([1])  # entries, id, run, length, offset + 1
    root, data = 127, 127 + len(directory) + 2
    head = struct.pack("<7sB", b"PMTiles", 3)
    head += struct.pack("<8Q", root, len(directory), data - 2, 2, data, 0, data, len(tile))
    head += struct.pack("<3Q", 1, 1, 1)  # tiles addressed, entries, contents
    head += struct.pack("<6B", 1, 1, 1, 2, 0, 0)  # clustered, nothing compressed, PNG, zoom 0 to 0
    head += struct.pack("<4iB2i", -1800000000, -850000000, 1800000000, 850000000, 0, 0, 0)
    assert len(head) == root
    return head + directory + b"{}" + tile


def varint(number: int) -> bytes:
    return bytes([number & 127 | 128, number >> 7]) if number > 127 else bytes([number])


class Tiles(BaseHTTPRequestHandler):
    """A tile server of somebody else, on this machine."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = archive(blue_tile()) if self.path.endswith(".pmtiles") else blue_tile()
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        self.send_response(206 if part else 200)
        self.send_header("Content-Type", "application/octet-stream" if part else "image/png")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "range")
        if part:
            body = body[int(part[1]) : int(part[2]) + 1]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_OPTIONS(self) -> None:
        self.send_response(204)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "range")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def tiles() -> Iterator[str]:
    Tiles.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("address", ["/{z}/{x}/{y}.png", "/land.pmtiles"])
def test_a_base_map_is_drawn_under_ours_and_its_owner_named(
    stations: None, open_map, tiles: str, monkeypatch, address: str
) -> None:
    chosen = {"map.tiles": tiles + address, "map.attribution": "© Bản đồ nền thử"}
    monkeypatch.setattr(preferences, "read", lambda code: chosen.get(code, ""))
    violated: list[str] = []
    page = open_map(
        before=lambda page: page.on("console", lambda m: violated.append(m.text) if m.type == "error" else None)
    )
    assert violated == []
    assert Tiles.asked
    assert page.locator(".ground-of").inner_text() == "© Bản đồ nền thử"
    drawn = Image.open(BytesIO(page.locator(".map .live").screenshot())).convert("RGB")
    red, _, blue = drawn.getpixel((drawn.width // 2, 6))
    assert blue > red + 20  # their blue, made quiet
    page.emulate_media(media="print")
    assert page.locator(".ground-of").is_visible()


def test_a_base_map_that_does_not_answer_leaves_ours(stations: None, open_map, monkeypatch) -> None:
    chosen = {"map.tiles": "http://127.0.0.1:9/land.pmtiles"}
    monkeypatch.setattr(preferences, "read", lambda code: chosen.get(code, ""))
    assert open_map().locator(".map canvas").count() == 1


def test_the_map_is_reached_by_keyboard_and_its_legend_is_printed(stations: None, open_map) -> None:
    page = open_map()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className"))
    assert any("maplibregl-canvas" in name for name in reached)
    assert any("to-map" in name for name in reached)
    page.emulate_media(media="print")
    assert page.locator(".legend").is_visible()
    assert page.locator(".sketch").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_front_page_with_its_map_is_for_everyone(stations: None, open_map, axe, width: int, scheme: str) -> None:
    page = open_map(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.click('[data-station="A1"] .to-map')
    axe(page)


def test_who_asked_for_no_motion_gets_none(stations: None, open_map) -> None:
    page = open_map(reduced_motion="reduce")
    page.click('[data-station="W1"] .to-map')
    assert "Trạm W1" in page.locator(".picked").inner_text()
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")


def test_the_map_turns_dark_with_the_page(stations: None, open_map) -> None:
    page = open_map()
    light = page.locator(".map .live").screenshot()
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(1500)
    dark = page.locator(".map .live").screenshot()
    corner = [Image.open(BytesIO(shot)).convert("L").getpixel((8, 8)) for shot in (light, dark)]
    assert corner[0] > 200 > 60 > corner[1]
