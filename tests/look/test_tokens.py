"""Colours that the law fixes, and contrasts that people need."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from nonnuoc import rules
from nonnuoc.look import tokens

STYLE = Path(__file__).resolve().parents[2] / "frontend" / "src" / "style"
TOKENS = (STYLE / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
Colour = tuple[int, ...]


def colour(name: str, sheet: str) -> Colour:
    found = re.search(rf"--{name}: (?:#([0-9a-f]{{6}})|rgb\((\d+) (\d+) (\d+)\));", sheet)
    if found is None:
        return colour(name, LIGHT)
    if found[1]:
        return tuple(bytes.fromhex(found[1]))
    return tuple(int(part) for part in found.groups()[1:])


def contrast(one: Colour, other: Colour) -> float:
    def light(parts: Colour) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in parts)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("table", "css"), [("vn_aqi", "aqi"), ("vn_wqi", "wqi")])
def test_index_colours_are_those_of_the_decision(table: str, css: str) -> None:
    categories = rules.load(table, on=date(2026, 3, 2)).data["category"]
    assert [colour(f"{css}-{rank}", LIGHT) for rank in range(1, 7)] == [tuple(c["rgb"]) for c in categories]


@pytest.mark.parametrize("scheme", ["aqi", "wqi"])
@pytest.mark.parametrize("rank", range(1, 7))
def test_numbers_on_index_colours_can_be_read(scheme: str, rank: int) -> None:
    rule = re.search(
        rf"\.{scheme}-{rank} {{[^}}]*--index-text: var\(--(index-\w+-text)\)", (STYLE / "index.css").read_text()
    )
    assert rule is not None
    assert contrast(colour(f"{scheme}-{rank}", LIGHT), colour(rule[1], LIGHT)) >= 4.5


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "least"), [("ink", 7), ("stone-5", 7), ("jade", 7)])
def test_text_on_paper_has_contrast_aaa(sheet: str, text: str, least: float) -> None:
    for ground in ("paper", "stone-1"):
        assert contrast(colour(text, sheet), colour(ground, sheet)) >= least


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_without_index_stand_out_from_paper(sheet: str) -> None:
    assert contrast(colour("stone-4", sheet), colour("paper", sheet)) >= 3


def test_no_stylesheet_invents_a_colour() -> None:
    for path in STYLE.glob("*.css"):
        if path.name not in ("tokens.css", "print.css"):
            assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", path.read_text()) == [], path.name


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_written_on_jade_can_be_read(sheet: str) -> None:
    assert contrast(colour("on-jade", sheet), colour("jade", sheet)) >= 4.5
    assert contrast(colour("ink", sheet), colour("jade-wash", sheet)) >= 7
    assert contrast(colour("jade", sheet), colour("jade-wash", sheet)) >= 4.5


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
def test_names_on_the_map_can_be_read(sheet: str) -> None:
    for ground in ("ground", "ground-land"):
        assert contrast(colour("stone-5", sheet), colour(ground, sheet)) >= 4.5


def test_type_has_six_sizes_and_space_a_grid_of_four() -> None:
    assert re.findall(r"--(type-\d): ", LIGHT) == [f"type-{step}" for step in range(1, 7)]
    spaces = [int(size) for size in re.findall(r"--space-\d+: (\d+)px;", LIGHT)]
    assert spaces == sorted(spaces)
    assert [size for size in spaces if size % 4] == []


def test_who_asks_for_more_contrast_or_has_colours_of_his_own_is_heard() -> None:
    for wish in ("prefers-contrast: more", "forced-colors: active"):
        assert f"@media ({wish})" in TOKENS
    assert "prefers-reduced-motion: reduce" in (STYLE / "base.css").read_text()


def test_our_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == tokens.contrast((0, 0, 0), (255, 255, 255)) == 21
    assert tokens.contrast((0, 90, 82), (251, 250, 246)) == contrast((0, 90, 82), (251, 250, 246))
