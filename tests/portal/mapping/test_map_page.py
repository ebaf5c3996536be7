"""The public map: page, table, sheets; the same address shows the same."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from nonnuoc.look.mapping import asked, glyphs, layers
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.pattern.register import Shape
from tests.desk.staff import said
from tests.records.accounts import staff
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_every_register_with_a_place_is_a_layer_with_a_mark_of_its_own(reader: Client) -> None:
    known = layers.every()
    assert {one.key for one in REGISTERS if one.shape is not Shape.NONE} | {"stations", "communes"} == set(known)
    marks = [(layer.glyph.outline, layer.glyph.filling) for layer in known.values()]
    assert len(set(marks)) == len(marks)
    assert len(set(glyphs.FILLINGS)) == len(glyphs.FILLINGS)
    page = reader.get("/map").content.decode()
    for key in known:
        assert f'id="glyph-{key}"' in page and f'value="{key}"' in page


def test_what_has_no_known_place_is_counted_and_listed(reader: Client) -> None:
    staff.commune("01273")
    kept.facility("Mỏ Tốc Tát", **kept.PLACE)
    kept.facility("Xưởng giấy")
    page = reader.get("/map?layers=facilities")
    text = said(page)
    assert "1 thing stands on the map. Of 1 more nobody knows yet where it lies" in text
    assert "Mỏ Tốc Tát Facility – known on the map" in text and "Xưởng giấy Facility – not known" in text
    assert "1 without a place" in text
    narrowed = reader.get("/map?layers=facilities&q=toc tat").content.decode()
    assert "Mỏ Tốc Tát" in narrowed and "Xưởng giấy" not in narrowed
    assert "No layer is chosen" in said(reader.get("/map?set=1"))


def test_an_address_is_understood_or_left_out() -> None:
    def of(**query: str) -> asked.Asked:
        return asked.asked(query)

    told = of(layers="facilities,nonsense", at="106.25,22.66,11", chosen="facilities/f-1", q=" kho ", page="3")
    assert told == asked.Asked(("facilities",), asked.View(106.25, 22.66, 11.0), ("facilities", "f-1"), "kho", 3)
    assert told.query(page=1) == "?layers=facilities&at=106.25000,22.66000,11.00&chosen=facilities/f-1&q=kho"
    strange = of(at="nan,1,2", chosen="x", page="-1")
    assert (strange.view, strange.chosen, strange.page) == (None, None, 1)
    assert "communes" not in strange.layers and "facilities" in strange.layers
    assert of(layers="").layers == ()


def test_a_sheet_says_all_that_must_stand_around_a_map(reader: Client) -> None:
    staff.commune("01273")
    kept.facility("Mỏ Tốc Tát", simulated=True, **kept.PLACE)
    kept.facility("Xưởng giấy")
    query = {
        "layers": "facilities,zones",
        "sheet": "a3-portrait",
        "scale": "50000",
        "at": "106.25,22.66,11",
        "title": "Kho",
    }
    answer = reader.get("/map/print", query)
    text = said(answer)
    for words in (
        "Kho",
        "Environmental information system of Cao Bằng",
        "1:50,000",
        "2 km",
        "North is at the top",
        "Facilities",
    ):
        assert words in text or words in answer.content.decode(), words
    for words in ("SIMULATED DATA", "GPS, 12/03/2026", "EPSG:9210", "1 entry of these layers is not drawn", "106°15′"):
        assert words in text, words
    assert "Industrial parks" not in text  # nothing of it lies on the sheet
    body = answer.content.decode()
    assert 'width="277.0mm" height="312.0mm"' in body and "a3-portrait" in body
    bar = re.search(r'class="sheet-bar" width="([\d.]+)mm"', body)
    assert bar and float(bar[1]) - 8 == 40.0  # 2 km at 1:50 000
    assert "style=" not in body


def test_search_answers_first_and_says_what_it_searched(reader: Client) -> None:
    for number in range(10):
        kept.facility(f"Kho {number}")
    text = said(reader.get("/search?q=kho"))
    assert "10 things are called “kho”" in text and "All 10: Facilities" in text
    assert "Nothing here is called “vũ trụ”" in said(reader.get("/search?q=vũ trụ"))
    assert "What was searched" in said(reader.get("/search?q=vũ trụ"))
    spot = reader.get("/search?q=22.66,106.25")
    assert "/map?at=106.25000,22.66000,13" in spot.content.decode()
    hits = reader.get("/search.json?q=kho").json()
    assert (hits["count"], len(hits["groups"][0]["hits"])) == (10, 4)
