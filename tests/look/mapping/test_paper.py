"""A sheet keeps its scale: what it says a distance is, it is on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest

from nonnuoc.look.mapping import labelling, paper
from nonnuoc.records.places import nearness

PROVINCE = (105.27, 22.36, 106.84, 23.12)
VALLEY = (106.20, 22.63, 106.31, 22.70)


@pytest.mark.parametrize("box", [PROVINCE, VALLEY])
@pytest.mark.parametrize("sheet", paper.SHEETS.values(), ids=lambda one: one.key)
def test_a_millimetre_is_what_the_scale_says(box: tuple[float, ...], sheet: paper.Sheet) -> None:
    on = paper.fitting(box, sheet.wide, sheet.high)  # type: ignore[arg-type]
    corners = np.array([[0, 0], [sheet.wide, 0], [sheet.wide, sheet.high], [0, sheet.high]])
    lon, lat = on.lonlat(corners[:, 0], corners[:, 1])
    for one, other in ((0, 1), (1, 2), (0, 2), (1, 3)):
        km, _ = nearness.between(lon[one], lat[one], lon[other], lat[other])
        said = float(np.hypot(*(corners[one] - corners[other]))) * on.scale / 1e6
        assert float(km) == pytest.approx(said, rel=0.001)
    x, y = on.place([box[0], box[2]], [box[1], box[3]])
    assert (x >= 0).all() and (x <= sheet.wide).all() and (y >= 0).all() and (y <= sheet.high).all()


def test_the_bar_is_as_long_as_it_says_and_a_chosen_scale_is_kept() -> None:
    on = paper.fitting(VALLEY, 200, 160, 50_000)
    km, length = paper.bar_km(on)
    assert (on.scale, km, length) == (50_000, 2, 40.0)
    assert paper.rounded(23_400) == 25_000 and paper.rounded(25_000) == 25_000 and paper.rounded(float("inf")) == 1_000


def test_ticks_stand_where_their_numbers_are() -> None:
    on = paper.fitting(VALLEY, 200, 160, 50_000)
    east = next(tick for tick in paper.grid(on) if tick.side == "bottom")
    lon, lat = on.lonlat([east.x], [east.y])
    assert paper.zone().from_wgs84(lon, lat)[0][0] == pytest.approx(float(east.words) * 1000, abs=1)
    above = next(tick for tick in paper.degrees(on) if tick.side == "top")
    degrees, _, minutes = above.words.partition("°")
    lon, _lat = on.lonlat([above.x], [0])
    assert lon[0] == pytest.approx(int(degrees) + int(minutes.rstrip("′")) / 60, abs=1e-5)


def test_no_name_lies_on_another_or_on_a_mark() -> None:
    chance = np.random.default_rng(1)
    x, y = chance.uniform(0, 200, 300), chance.uniform(0, 160, 300)
    marks = np.column_stack((x - 2, y - 2, x + 2, y + 2))
    names = [f"Cơ sở {i}" for i in range(300)]
    labels, boxes = labelling.place(x, y, names, 2.0, 2.3, marks, (200, 160))
    assert 20 < len(labels) < 300
    placed = boxes[len(marks) :]
    assert len(placed) == len(labels)
    for i, box in enumerate(placed):
        others = np.delete(boxes, len(marks) + i, axis=0)
        touching = (others[:, 0] < box[2]) & (others[:, 2] > box[0]) & (others[:, 1] < box[3]) & (others[:, 3] > box[1])
        assert not touching.any()
