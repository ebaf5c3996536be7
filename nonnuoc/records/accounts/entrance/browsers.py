"""What a browser calls itself, in two words that its owner knows it by. A hint for people, never a proof."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Cốc Cốc", r"coc_coc_browser/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def said(agent: str) -> str:
    """ "Firefox, Windows"; what it says of itself where that is something else."""
    parts = [next((name for name, sign in table if re.search(sign, agent)), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, parts)) or agent[:60]
