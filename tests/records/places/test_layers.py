"""Communes and rivers as layers: what maps and other machines take."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from nonnuoc.records.places import geometry
from nonnuoc.records.places.layers import COMMUNES, RIVERS, Features, Layer, shapes
from nonnuoc.records.places.models import Commune, River, RiverAlias

pytestmark = pytest.mark.django_db


def commune(code: str, **more: object) -> Commune:
    facts = {
        "kind": "xa",
        "name": f"Xã {code}",
        "name_ascii": f"xa {code}",
        "lon": 106.0,
        "lat": 22.5,
        "source": "test",
    }
    return Commune.objects.create(code=code, **facts, **more)


@pytest.mark.parametrize("layer", [COMMUNES, RIVERS])
def test_every_field_is_a_column_and_no_other(layer: Layer) -> None:
    commune("00001")
    River.objects.create(code="bang", name="Bằng Giang", source="test")
    found = layer.read(None)
    assert set(found.columns) == {field.name for field in layer.fields}
    assert all(len(column) == len(found) == 1 for column in found.columns.values())


def test_a_commune_is_a_point_until_its_boundary_is_imported() -> None:
    one = commune("00002")
    assert COMMUNES.read(None).shapes[0] == shapely.Point(106.0, 22.5)
    one.boundary = geometry.to_wkb(geometry.as_multipolygon(shapely.box(106, 22, 107, 23)))
    one.boundary_source = "test"
    one.save()
    found = COMMUNES.read(None)
    assert found.shapes[0].geom_type == "MultiPolygon"
    assert found.columns["bounded"] == (True,)
    assert found.bounds == (106, 22, 107, 23)


def test_rivers_have_other_names_and_no_place() -> None:
    river = River.objects.create(code="bang", name="Bằng Giang", source="test")
    for name in ("Bằng", "Bằng Giang", "Mãng"):
        RiverAlias.objects.create(river=river, name=name)
    River.objects.create(code="gam", name="Gâm", source="test")
    found = RIVERS.read(None)
    assert found.columns["other_names"] == ("Bằng, Mãng", None)
    assert found.bounds is None


def test_layers_cost_the_same_for_many(queries) -> None:  # type: ignore[no-untyped-def]
    for number in range(3):
        River.objects.create(code=f"r{number}", name=f"R{number}", source="test")
    assert queries(lambda: RIVERS.read(None)) == 2


def test_rows_are_taken_in_their_order() -> None:
    features = Features(("a", "b", "c"), shapes([None] * 3), {"n": (1, 2, 3)}, np.arange(3), np.arange(3) + 10)
    taken = features.take(np.array([2, 0]))
    assert (taken.ids, taken.columns, taken.place("a")) == (("c", "a"), {"n": (3, 1)}, 1)
    assert taken.since is not None
    assert taken.since.tolist() == [2, 0]
    assert features.place("z") is None
