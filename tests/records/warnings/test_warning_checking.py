"""What is wrong with a warning: every fault with its field, its mend, and what to put there instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.utils import timezone, translation

from nonnuoc.records.places.models import River
from nonnuoc.records.warnings import checking
from nonnuoc.records.warnings.models import PublicWarning
from tests.records.warnings import warned
from tests.records.warnings.test_warning_areas import coast

pytestmark = pytest.mark.django_db
ALL = [[106.2, 22.6], [106.3, 22.6], [106.3, 22.7], [106.2, 22.7], [106.2, 22.6]]

HOLE = [[106.24, 22.64], [106.25, 22.64], [106.25, 22.65], [106.24, 22.64]]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def found(*, communes: bool = True, **facts: Any) -> dict[str, checking.Fault]:
    """The faults of a good warning with these facts, by field and code."""
    warning = PublicWarning.objects.create(**warned.good(**facts))
    if communes:
        warning.communes.add(warned.place())
    return {f"{one.field} {one.code}": one for one in checking.faults(warning, at=timezone.now())}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_nothing_is_wrong_with_a_good_one():
    assert found() == {} == found(communes=False, polygon=warned.SQUARE)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        *[
            ({name: " "}, f"{name} missing")
            for name in ("event_vi", "event_en", "headline_vi", "headline_en", "description_vi", "area_vi")
        ],
        ({"headline_en": "Smoke\u202e"}, "headline_en control"),
        ({"description_vi": "Khói\x0b"}, "description_vi control"),
        ({"instructions": []}, "instructions missing"),
        ({"instructions": [{"audience": "everyone", "vi": "Ở nhà."}]}, "instructions missing"),
        ({"instructions": [{"audience": "everyone", "vi": "a", "en": "b"}] * 2}, "instructions twice"),
        ({"instructions": {"everyone": "x"}}, "instructions unreadable"),
        ({"expires": timezone.now() + timedelta(days=8)}, "expires too_far"),
        (
            {"effective": timezone.now() - timedelta(hours=2), "expires": timezone.now() - timedelta(hours=1)},
            "expires past",
        ),
        ({"onset": timezone.now() + timedelta(days=2)}, "onset after_expires"),
        ({"polygon": polygon([[22.6, 106.2], [22.6, 106.3], [22.7, 106.3], [22.6, 106.2]])}, "polygon swapped"),
        ({"polygon": polygon(ALL[:-1])}, "polygon open"),
        ({"polygon": polygon([ALL[0], ALL[2], ALL[1], ALL[3], ALL[0]])}, "polygon crossing"),
        ({"polygon": polygon([[406.2, 22.6], [406.3, 22.6], [406.3, 22.7], [406.2, 22.6]])}, "polygon unreadable"),
        ({"polygon": {"type": "LineString", "coordinates": ALL}}, "polygon unreadable"),
    ],
)
def test_a_fault_refuses_and_says_how_to_mend_it(facts, fault):
    told = found(**facts)
    assert list(told) == [fault]
    assert told[fault].refuses and told[fault].says and told[fault].mend


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"description_en": ""}, "description_en missing"),
        ({"polygon": polygon([[x - 60, y] for x, y in ALL])}, "polygon outside"),
        (
            {"polygon": polygon(ALL, [[106.24, 22.64], [106.25, 22.64], [106.25, 22.65], [106.24, 22.64]])},
            "polygon hole",
        ),
    ],
)
def test_a_thing_to_look_at_refuses_nothing(facts, fault):
    told = found(**facts)
    assert list(told) == [fault] and not told[fault].refuses


def test_without_any_area_it_is_refused_and_a_reach_alone_is_on_no_map():
    assert list(found(communes=False)) == ["area missing"]
    river = River.objects.create(code="bang-giang", name="Bằng Giang", source="test")
    told = found(communes=False, river=river, reach="từ A đến B")
    assert list(told) == ["area words_only"] and not told["area words_only"].refuses


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (shapely.geometry.mapping(coast(300)), "too_many"),
        (polygon([ALL[0], ALL[2], ALL[1], ALL[3], ALL[0]]), "crossing"),
    ],
)
def test_a_bad_outline_comes_with_one_that_will_do(drawn, code):
    told = found(polygon=drawn)
    proposal = told[f"polygon {code}"].proposal
    assert proposal is not None and found(polygon=proposal) == {}


def test_what_cannot_be_mended_is_not_proposed():
    told = found(polygon=polygon([[106.2, 22.6], [106.3, 22.6], [106.25, 22.6], [106.2, 22.6]]))
    assert told["polygon crossing"].proposal is None
