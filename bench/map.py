"""The map with 20,000 features: what the server takes, and how the two ways to a browser compare (decision 0021).

Reading and writing a layer cold and warm; then the same points, and 2,000 areas, as one GeoJSON of a layer and as
vector tiles, in Chromium's software renderer behind a line of 4 Mbit/s and 60 ms, from the same small web server.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

import numpy as np
import shapely
from playwright.sync_api import Page, sync_playwright

from bench import panning, vector_tiles
from nonnuoc.look.mapping import features
from nonnuoc.look.mapping import tiles as outlines
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern import mapped, searching
from nonnuoc.records.registers.pattern.mapped import Mapped

POINTS, AREAS, CORNERS = 20_000, 2_000, 60
LIMITS_MS = {"cold": 2_000, "warm": 50}
LINE = {"offline": False, "latency": 60, "downloadThroughput": 500_000, "uploadThroughput": 125_000}  # bytes/s
MAPLIBRE = Path(__file__).resolve().parents[1] / "frontend/node_modules/maplibre-gl/dist"
PAGE = Path(__file__).with_name("map_delivery.html")
FLAGS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--enable-precise-memory-info"]
HEAP = "performance.memory.usedJSHeapSize / 2 ** 20"


def run() -> dict[str, object]:
    """The server's times against their limits; the two ways side by side."""
    _facilities()
    figures: dict[str, object] = {"features": POINTS, "server": _server()}
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        return figures | {"browser": "not measured: no Chromium on this machine (Debian: apt install chromium)"}
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's event loop lives in this thread
    found, areas = mapped.read(FACILITIES, access.ANYBODY), _areas()
    with _served(found, areas) as (port, sent):
        for kind in ("points", "areas"):
            figures[kind] = {way: _browsed(chromium, port, sent, way, kind) for way in ("geojson", "tiles")}
    return figures


def _facilities() -> None:
    chance = np.random.default_rng(6)
    lon = chance.uniform(panning.WEST, panning.EAST, POINTS)
    lat = chance.uniform(panning.SOUTH, panning.NORTH, POINTS)
    made = [
        Facility(
            code=f"bench-{i:05}",
            name=f"Cơ sở chế biến số {i} xã Trà Lĩnh",
            data_class=DataClass.PUBLIC,
            source="bench",
            position_source="bench",
            lon=round(float(lon[i]), 6),
            lat=round(float(lat[i]), 6),
            simulated=True,
        )
        for i in range(POINTS)
    ]
    for one in made:
        one.words = searching.words(FACILITIES, one)
    Facility.objects.bulk_create(made, batch_size=2_000, ignore_conflicts=True)


def _server() -> dict[str, object]:
    """Milliseconds until a layer is ready to be sent, read anew (median of 3) and held; what it weighs."""
    colds = [_ms(lambda: features.body(mapped.read(FACILITIES, access.ANYBODY))) for _ in range(3)]
    found = mapped.read(FACILITIES, access.ANYBODY)
    body = features.body(found)
    warm = _ms(lambda: (mapped.editions([FACILITIES]), features.body(found)))
    cold = median(colds)
    x, y = outlines.world(found.lon, found.lat)
    tiles = [_ms(lambda c=c, r=r: vector_tiles.points(x, y, list(found.codes), 8, c, r)) for c, r in _view(8)]  # type: ignore[misc]
    return {
        "limits_ms": LIMITS_MS,
        "cold_ms": round(cold),
        "cold_of_limit": round(cold / LIMITS_MS["cold"], 2),
        "warm_ms": round(warm, 1),
        "warm_of_limit": round(warm / LIMITS_MS["warm"], 2),
        "geojson_bytes": len(body.plain),
        "geojson_bytes_compressed": len(body.packed),
        "tiles_of_first_view": len(tiles),
        "tiles_of_first_view_ms": round(sum(tiles)),
    }


def _view(z: int) -> list[tuple[int, int]]:
    """The tiles of the province at a zoom."""
    x, y = outlines.world(np.array([panning.WEST, panning.EAST]), np.array([panning.NORTH, panning.SOUTH]))
    (west, east), (north, south) = (x * 2**z).astype(int), (y * 2**z).astype(int)
    return [(c, r) for c in range(west, east + 1) for r in range(north, south + 1)]


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _areas() -> Mapped:
    """Made-up areas of 60 corners, a kilometre or two across."""
    chance = np.random.default_rng(7)
    middle = np.column_stack(
        (chance.uniform(panning.WEST, panning.EAST, AREAS), chance.uniform(panning.SOUTH, panning.NORTH, AREAS))
    )
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = chance.uniform(0.003, 0.012, (AREAS, CORNERS))
    rings = np.stack((reach * np.cos(angle), reach * np.sin(angle)), axis=-1) + middle[:, None]
    shapes = shapely.polygons(np.concatenate((rings, rings[:, :1]), axis=1))
    none = np.full(AREAS, np.nan)
    codes = tuple(f"A-{i:05}" for i in range(AREAS))
    flags = np.zeros(AREAS, bool)
    return Mapped(codes, codes, ("",) * AREAS, codes, none, none, none, flags, flags, (), np.arange(AREAS), shapes)


@contextmanager
def _served(points: Mapped, areas: Mapped) -> Iterator[tuple[int, list[int]]]:
    """A web server with the page, the library and both ways; and a list that takes the bytes of every answer."""
    x, y = outlines.world(points.lon, points.lat)
    whole = {"points": features.body(points).packed, "areas": gzip.compress(_polygons(areas), 5)}
    sent: list[int] = []

    @lru_cache(maxsize=2_000)
    def tile(kind: str, z: int, column: int, row: int) -> bytes:
        if kind == "points":
            made = vector_tiles.points(x, y, list(points.codes), z, column, row)
        else:
            made = outlines.tile({"all": areas}, z, column, row)
        return gzip.compress(made, 5)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if found := re.fullmatch(r"/tiles/(\w+)/(\d+)/(\d+)/(\d+)", path):
                self._send(tile(found[1], *map(int, found.groups()[1:])), "application/vnd.mapbox-vector-tile", True)
            elif path.startswith("/whole/"):
                self._send(whole[path.rpartition("/")[2]], "application/geo+json", True)
            elif path.startswith("/maplibre/"):
                self._send((MAPLIBRE / path.rpartition("/")[2]).read_bytes(), "text/javascript", False)
            else:
                self._send(PAGE.read_bytes(), "text/html", False)

        def _send(self, body: bytes, media: str, counted: bool) -> None:
            if counted:
                sent.append(len(body))
            self.send_response(200)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            if counted:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], sent
    finally:
        server.shutdown()


def _polygons(areas: Mapped) -> bytes:
    shapes = shapely.to_geojson(shapely.transform(areas.shapes, lambda xy: np.round(xy, features.DECIMALS)))
    made = [
        f'{{"type":"Feature","geometry":{shape},"properties":{{"c":"{code}"}}}}'
        for code, shape in zip(areas.codes, shapes, strict=True)
    ]
    return f'{{"type":"FeatureCollection","features":[{",".join(made)}]}}'.encode()


def _browsed(chromium: str, port: int, sent: list[int], way: str, kind: str) -> dict[str, float]:
    """One visit: until the map is drawn, then panned to and fro, then three zooms in."""
    sandbox = [] if os.getuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *sandbox])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", LINE)
        sent.clear()
        page.goto(f"http://127.0.0.1:{port}/?way={way}&kind={kind}")
        page.wait_for_function("window.firstIdle", timeout=120_000)
        first, first_bytes = page.evaluate("window.firstIdle"), sum(sent)
        panned = _panned(page)
        zooms = [_zoomed(page) for _ in range(3)]
        figures = {
            "drawn_ms": round(first),
            "bytes_until_drawn": first_bytes,
            "bytes_in_all": sum(sent),
            "requests": len(sent),
            "median_frame_ms": round(median(panned), 1),
            "p95_frame_ms": round(float(np.percentile(panned, 95)), 1),
            "longest_frame_ms": round(max(panned), 1),
            "drawn_after_zoom_ms": round(median(zooms)),
            "heap_mib": round(page.evaluate(HEAP), 1),
        }
        browser.close()
    return figures


def _panned(page: Page) -> list[float]:
    page.mouse.move(640, 400)
    page.mouse.down()
    page.evaluate(panning.WATCH)
    for sweep in range(4):
        page.mouse.move(640 + (400 if sweep % 2 else -400), 400 + 10 * sweep, steps=12)
    taken: list[float] = page.evaluate("window.framesTaken")
    page.mouse.up()
    return taken


def _zoomed(page: Page) -> float:
    """Milliseconds from a zoom in until all is drawn again."""
    asked = """() => new Promise((done) => {
        const began = performance.now()
        map.once('idle', () => done(performance.now() - began))
        map.jumpTo({ zoom: map.getZoom() + 1.5 })
    })"""
    return float(page.evaluate(asked))
