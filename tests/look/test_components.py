"""The page of the components shows every one of them, drawn from the template whose source it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from nonnuoc.look import built, components, tokens
from tests.look import messages

TEMPLATES = messages.ROOT / "look" / "templates" / "components"
CSS = """:root{color-scheme:light dark;--lightningcss-light:initial;--paper:#fff;--ink:#000000;--rim:#1b1c1a8c;
--space-1:4px}@media (prefers-color-scheme:dark){:root{--paper:#000;--ink:#eee}}@media print{:root{--paper:#abc}}"""


def test_every_component_is_shown_and_none_is_forgotten() -> None:
    assert {path.stem for path in TEMPLATES.glob("*.html")} == set(components.COMPONENTS)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_shows_each_by_day_and_by_night_with_its_markup(client: Client, language: str) -> None:
    page = client.get(f"/components?lang={language}").content.decode()
    for key in components.COMPONENTS:
        assert page.count(f'<h2 id="{key}">') == 1
    assert page.count('class="side in-light"') == page.count('class="side in-dark"') == len(components.COMPONENTS)
    assert "{% standing False %}" in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_the_page_stands_without_a_built_front_end(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(built, "FOLDER", tmp_path)
    built.manifest.cache_clear()
    tokens.sheet.cache_clear()
    try:
        page = client.get("/components")
        assert page.status_code == 200
        assert "Giao diện chưa được dựng" in page.content.decode()
    finally:
        built.manifest.cache_clear()
        tokens.sheet.cache_clear()


def test_tokens_are_read_from_the_stylesheet_as_it_is_served() -> None:
    assert tokens.light(CSS) == {"paper": "#fff", "ink": "#000000", "rim": "#1b1c1a8c", "space-1": "4px"}
    assert tokens.dark(CSS)["paper"] == "#000"
    assert tokens.dark(CSS)["space-1"] == "4px"


def test_the_two_sides_hold_their_own_tokens() -> None:
    day, night = tokens.themed(CSS).splitlines()
    assert day.startswith(".in-light{color-scheme:light;--paper:#fff;")
    assert night.startswith(".in-dark{color-scheme:dark;--paper:#000;--ink:#eee;")


def test_swatches_say_their_contrast_with_paper() -> None:
    assert [(one.name, one.ratio) for one in components.swatches(tokens.light(CSS))] == [("paper", 1.0), ("ink", 21.0)]
    assert tokens.colour("#1b1c1a8c") is None
    assert tokens.colour("red") == (255, 0, 0)


@pytest.mark.skipif(not built.manifest(), reason="the front end is not built")
def test_the_built_stylesheet_still_holds_them(client: Client) -> None:
    by_day, by_night = tokens.light(tokens.sheet()), tokens.dark(tokens.sheet())
    assert {"paper", "ink", "jade", "aqi-1", "wqi-6", "type-6", "space-16", "hairline"} <= set(by_day)
    assert by_day["paper"] != by_night["paper"]
    shown = {one.name for one in components.swatches(by_day)}
    assert {f"{scheme}-{rank}" for scheme in ("aqi", "wqi") for rank in range(1, 7)} <= shown
    assert client.get("/components.css").headers["content-type"] == "text/css; charset=utf-8"
