"""What Vite built, found by its manifest."""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "static" / "built"
FONTS = "node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro-"
#: What the first view needs: two weights, the letters of Vietnamese and of Latin.
FIRST_FONTS = tuple(
    f"{FONTS}{subset}-{weight}-normal.woff2" for weight in (400, 600) for subset in ("latin", "vietnamese")
)


@cache
def manifest() -> dict[str, Any]:
    """Source file -> what became of it. Empty, with a word in the log, while nothing has been built."""
    try:
        found: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text())
    except FileNotFoundError:
        logging.getLogger(__name__).warning("the front end is not built: run `npm ci && npm run build` in frontend/")
        return {}
    return found


def path(source: str) -> str | None:
    """Where a built file lies under static/; None while it is not built."""
    entry = manifest().get(source)
    return f"built/{entry['file']}" if entry else None
