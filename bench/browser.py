"""What a reader's browser does: the chart of a year on a slow phone, and 2,000 stations on the map.

The phone is 360 px wide with a processor slowed down four times; the map is drawn by Chromium's software renderer.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import urlencode

from django.core.management import call_command
from playwright.sync_api import Page, sync_playwright

from bench import fifty, pages, panning

REACH = {"interactive_ms": 2_000, "zoom_ms": 200, "longest_frame_ms": 500}
SLOWDOWN, STATIONS = 4, 2_000
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]

#: Milliseconds from the press of a button until the chart has been drawn with its new span.
ZOOM = """async () => {
    const chart = document.querySelector('[data-chart]')
    const before = chart.dataset.shown
    const began = performance.now()
    document.querySelector('.chart-controls button').click()
    while (chart.dataset.shown === before) await new Promise(requestAnimationFrame)
    await new Promise(requestAnimationFrame)
    return performance.now() - began
}"""


def run() -> dict[str, object] | str:
    """The chart's worst of three visits; the frames of one drag to and fro."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        return "not measured: no Chromium on this machine (Debian: apt install chromium)"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's event loop lives in this thread
    fifty.network()
    call_command("collectstatic", verbosity=0, interactive=False)
    with pages.web() as port:
        return {"reach": REACH, "chart_of_a_year": _chart(chromium, port), "map_of_2000": _map(chromium, port)}


@contextmanager
def _window(chromium: str, slowdown: float, **shape: int) -> Iterator[Page]:
    sandbox = [] if os.getuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *sandbox])
        page = browser.new_context(locale="vi-VN", viewport=shape).new_page()  # type: ignore[arg-type]
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        yield page
        browser.close()


def _chart(chromium: str, port: int) -> dict[str, float]:
    asked = urlencode({"property": "PM2.5", "period": "year"})
    ready, zoomed = [], []
    for _ in range(3):
        with _window(chromium, SLOWDOWN, width=360, height=740) as page:
            page.goto(f"http://127.0.0.1:{port}/stations/{fifty.FIRST}?{asked}#chart")
            page.wait_for_selector("[data-chart][data-ready]", timeout=60_000)
            ready.append(page.evaluate("performance.now()"))
            zoomed += [page.evaluate(ZOOM) for _ in range(3)]
    return {"interactive_ms": round(max(ready)), "zoom_ms": round(max(zoomed))}


def _map(chromium: str, port: int) -> dict[str, float]:
    stations = json.dumps(panning.features(STATIONS))
    with _window(chromium, 1, width=1280, height=800) as page:
        page.route("**/data/stations*", lambda route: route.fulfill(body=stations, content_type="application/geo+json"))
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("[data-map]").scroll_into_view_if_needed()
        page.wait_for_selector("[data-map][data-ready]", timeout=60_000)
        taken = panning.frames(page)
    return {"frames": len(taken), "median_frame_ms": round(median(taken), 1), "longest_frame_ms": round(max(taken), 1)}
