from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from nonnuoc.look import built
from nonnuoc.portal import card, lettering
from nonnuoc.portal.card import Card
from nonnuoc.portal.rows import Mark
from tests.portal import network

needs_front_end = pytest.mark.skipif(
    not built.manifest(), reason="the front end, which carries the fonts, is not built"
)
GREEN, INK, PAPER = (0, 228, 0), (27, 28, 26), (251, 250, 246)


def picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


@needs_front_end
@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("path", ["/cards/home.png", "/cards/stations/A1.png", "/cards/communes/01273.png"])
def test_a_card_shows_the_colour_of_the_index_and_that_it_is_simulated(client: Client, path: str) -> None:
    network.air("A1", timezone.now(), where=network.commune(), level=10, hours=14)
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    drawn = picture(response.content)
    assert drawn.size == (1200, 630)
    assert near(drawn.getpixel((1026, 200)), GREEN)  # type: ignore[arg-type]
    assert near(drawn.getpixel((1190, 10)), INK)  # type: ignore[arg-type]
    assert len(response.content) < 100_000


@needs_front_end
@pytest.mark.django_db
def test_without_an_index_there_is_no_mark_and_without_simulation_no_banner(client: Client) -> None:
    network.planned("P1", where=network.commune())
    drawn = picture(client.get("/cards/stations/P1.png").content)
    assert near(drawn.getpixel((1026, 260)), PAPER)  # type: ignore[arg-type]
    assert near(drawn.getpixel((1190, 10)), PAPER)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/cards/stations/NONE.png", "/cards/communes/99999.png", "/cards/communes/x.png"])
def test_there_is_no_card_of_what_there_is_not(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_without_fonts_there_is_no_card(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(built, "manifest", dict)
    lettering.font.cache_clear()
    card.png.cache_clear()
    assert client.get("/cards/home.png").status_code == 404


@needs_front_end
@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5, 6])
def test_every_shape_carries_its_number(rank: int) -> None:
    drawn = picture(card.png(Card("", "Thử", "", "", Mark(f"aqi-{rank}", rank, "88", indexed=True), "")))
    middle = {drawn.getpixel((x, y)) for x in range(960, 1090, 2) for y in range(200, 330, 2)}
    colour = card._colour(f"aqi-{rank}")
    assert any(near(one, colour) for one in middle)  # type: ignore[arg-type]
    text = (255, 255, 255) if rank > 4 else (17, 17, 16)
    assert any(near(one, text) for one in middle)  # type: ignore[arg-type]


@needs_front_end
def test_letters_come_from_the_subset_that_has_them_and_others_are_left_out() -> None:
    assert lettering._runs("Phục Hòa") == [("latin", "Ph"), ("vietnamese", "ụ"), ("latin", "c Hòa")]
    assert lettering.width("🌊", 400, 30) == 0
    assert lettering.width("Nước", 600, 30) > lettering.width("Nư", 600, 30) > 0


@needs_front_end
def test_long_sentences_break_and_end_in_an_ellipsis() -> None:
    found = lettering.lines("một hai ba bốn năm " * 20, 400, 30, 400, 3)
    assert len(found) == 3
    assert found[-1].endswith("…")
    assert max(lettering.width(line, 400, 30) for line in found) <= 400
    assert lettering.lines("x" * 500, 400, 30, 400, 3)[0].endswith("…")
    assert lettering.lines("", 400, 30, 400, 3) == []


@pytest.mark.django_db
def test_the_front_page_names_its_card(client: Client) -> None:
    page = client.get("/").content.decode()
    assert '<meta property="og:image" content="http://testserver/cards/home.png">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "card"), [("/stations/A1", "/cards/stations/A1.png"), ("/communes/01273", "/cards/communes/01273.png")]
)
def test_stations_and_communes_name_theirs(client: Client, page: str, card: str) -> None:
    network.air("A1", timezone.now(), where=network.commune(), hours=14)
    assert f'<meta property="og:image" content="http://testserver{card}">' in client.get(page).content.decode()
