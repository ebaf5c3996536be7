"""How long the frames take while a map of 2,000 stations is panned, in Chromium's software renderer.

`frames` needs a page on which the map is drawn; `features` are the stations, as data/stations.geojson gives them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

WEST, SOUTH, EAST, NORTH = 105.3, 22.35, 106.85, 23.1  # about the province
MARKS = ("aqi-1", "aqi-2", "aqi-3", "wqi-1", "wqi-2", "silent", "measuring", "planned")
#: From now on the page notes how many milliseconds lie between its frames.
WATCH = """
() => {
  window.framesTaken = []
  let last = performance.now()
  const frame = (now) => { window.framesTaken.push(now - last); last = now; requestAnimationFrame(frame) }
  requestAnimationFrame(frame)
}
"""


class StoodStillError(Exception):
    """The map did not move: what was measured is nothing."""


def features(number: int) -> dict[str, Any]:
    """So many made-up stations, crowded as a province's would be."""
    chance = np.random.default_rng(1)
    lon, lat = chance.uniform(WEST, EAST, number), chance.uniform(SOUTH, NORTH, number)
    marks = chance.integers(0, len(MARKS), number)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(float(lon[i]), 6), round(float(lat[i]), 6)]},
                "properties": {
                    "code": f"M{i:04}",
                    "name": f"Made-up {i}",
                    "mark": MARKS[marks[i]],
                    "number": str(int(chance.integers(1, 99))) if "qi-" in MARKS[marks[i]] else "",
                    "said": "–",
                    "order": i,
                    "simulated": True,
                },
            }
            for i in range(number)
        ],
    }


def frames(page: Page, sweeps: int = 6, steps: int = 25) -> list[float]:
    """Milliseconds each frame took while the map was dragged to and fro by the mouse. Raises StoodStillError."""
    live = page.locator(".map .live")
    box = live.bounding_box()
    if box is None:
        raise StoodStillError("there is no map to be dragged")
    x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] * 0.4
    before = live.screenshot()
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(WATCH)
    for sweep in range(sweeps):
        page.mouse.move(x + (reach if sweep % 2 else -reach), y + 10 * sweep, steps=steps)
    taken: list[float] = page.evaluate("window.framesTaken")
    moved = live.screenshot() != before
    page.mouse.up()
    if not moved:
        raise StoodStillError("the map did not follow the mouse")
    return taken
