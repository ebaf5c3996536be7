"""Whatever is asked is answered or refused: no query, path or option is an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonnuoc.api.sensorthings import functions, printing
from nonnuoc.records.monitoring.sensorthings.asking import Call, Chain, Expression, Operator, Path
from nonnuoc.records.monitoring.sensorthings.schema import SETS
from tests.api import observed
from tests.api.observed import World
from tests.api.sensorthings.trees import LITERALS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROOT = "/api/sensorthings/v1.1"
QUIETLY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield observed.build()
        transaction.set_rollback(True)


def paths_of(name: str, deep: int = 2) -> list[tuple[str, ...]]:
    """Every path from a set to a property, through relations and into JSON."""
    of = SETS[name]
    found: list[tuple[str, ...]] = [("@iot.id",), *((one,) for one in of.properties)]
    found += [(one, *member) for one in of.properties for member in (("x",), ("code",), ("flag",))]
    if deep:
        for relation, navigation in of.navigations.items():
            found += [(relation, *rest) for rest in paths_of(navigation.target, deep - 1)]
    return found


def trees(name: str) -> st.SearchStrategy[Expression]:
    """Conditions over what a set really has, of every type with every other."""
    leaves = st.one_of(LITERALS, st.sampled_from(paths_of(name)).map(lambda names: Path(names, 0)))

    def more(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        two = st.builds(lambda sign, a, b: Chain(sign, (a, b), 0), st.sampled_from(list(Operator)), inner, inner)
        calls = st.sampled_from(sorted(functions.ARGUMENTS)).flatmap(
            lambda one: st.lists(inner, min_size=functions.ARGUMENTS[one][0], max_size=functions.ARGUMENTS[one][1]).map(
                lambda given_: Call(one, tuple(given_), 0)
            )
        )
        return st.one_of(two, calls)

    return st.recursive(leaves, more, max_leaves=6)


ASKED = st.sampled_from(sorted(SETS)).flatmap(lambda name: st.tuples(st.just(name), trees(name)))


@QUIETLY
@given(ASKED, st.sampled_from(["$filter", "$orderby"]), st.sampled_from(["JSON", "CSV", "dataArray"]))
def test_any_tree_is_answered_or_refused(world: World, asked: tuple[str, Expression], option: str, form: str) -> None:
    name, tree = asked
    query = f"{option}={quote(printing.expression(tree))}&$count=true&$top=3&$resultFormat={form}"
    response = Client().get(f"{ROOT}/{name}?{query}")
    assert response.status_code in (200, 400), (query, response.content)
    if response.status_code == 400:
        assert response.json()["parameter"] in (option, "$resultFormat"), response.content


PARTS = [
    *SETS,
    *(f"{name}(1)" for name in SETS),
    "Thing",
    "Datastream",
    "$ref",
    "$value",
    "name",
    "properties",
    "x",
    "(",
]


@QUIETLY
@given(
    st.lists(st.sampled_from(PARTS), max_size=6).map("/".join),
    st.text(max_size=30),
    st.sampled_from(["$expand", "$select", "$skiptoken", "$as_of", "$skip"]),
)
def test_any_path_and_option_is_answered_or_refused(world: World, path: str, value: str, option: str) -> None:
    response = Client().get(f"{ROOT}/{quote(path)}?{option}={quote(value, errors='surrogatepass')}")
    assert response.status_code in (200, 204, 400, 404), response.content


@pytest.mark.parametrize(
    "key", ["bnVsbA", "W10", "WzFd", "W251bGxd", "Wy0xXQ", "WyJ4Il0", "a" * 5000, "%00", "W3RydWVd"]
)
def test_made_up_places_to_go_on_from(world: World, key: str) -> None:
    for address in ("Things", "Observations", "Observations?$resultFormat=dataArray&"):
        response = Client().get(f"{ROOT}/{address}{'' if '?' in address else '?'}$skiptoken={key}")
        assert response.status_code in (200, 400)
