"""The tokens as browsers get them: read from the stylesheet that Vite built of frontend/src/style/tokens.css."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from nonnuoc.look import built

Colour = tuple[int, int, int]
LIGHT = re.compile(r":root\s*{([^}]*)}")
#: Shorter than their digits, so Vite writes them as words.
WORDS = {"red": "#f00"}
DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*{\s*:root\s*{([^}]*)}")
TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+)")


@cache
def sheet() -> str:
    """The whole stylesheet; empty while nothing is built."""
    path = built.path("src/style/style.css")
    return (built.FOLDER.parent / path).read_text(encoding="utf-8") if path else ""


def light(css: str) -> dict[str, str]:
    """Name -> value, by day."""
    found = LIGHT.search(css)
    return _pairs(found[1]) if found else {}


def dark(css: str) -> dict[str, str]:
    """Name -> value, by night: what is not said again is as by day."""
    found = DARK.search(css)
    return light(css) | (_pairs(found[1]) if found else {})


def _pairs(block: str) -> dict[str, str]:
    return {name: value.strip() for name, value in TOKEN.findall(block) if not name.startswith("lightningcss")}


def colour(value: str) -> Colour | None:
    """Red, green, blue of an opaque colour as Vite writes it (#rgb, #rrggbb, a word); None for anything else."""
    value = WORDS.get(value, value)
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        value = "#" + "".join(2 * digit for digit in value[1:])
    if not re.fullmatch(r"#[0-9a-f]{6}", value):
        return None
    red, green, blue = bytes.fromhex(value[1:])
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(parts: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in parts)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def themed(css: str) -> str:
    """Two classes that hold a part of a page by day or by night, whatever the reader's device is set to."""
    return _rule("in-light", light(css), "light") + _rule("in-dark", dark(css), "dark")


def _rule(name: str, tokens: Mapping[str, str], scheme: str) -> str:
    said = "".join(f"--{token}:{value};" for token, value in tokens.items())
    return f".{name}{{color-scheme:{scheme};{said}background:var(--paper);color:var(--ink)}}\n"
