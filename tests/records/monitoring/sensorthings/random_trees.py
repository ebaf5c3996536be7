"""Random queries: paths that exist, operators and functions over whatever comes, right and wrong types alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import shapely
from hypothesis import strategies as st

from nonnuoc.api.sensorthings.functions import ARGUMENTS
from nonnuoc.records.monitoring.models import (
    Datastream,
    FeatureOfInterest,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
)
from nonnuoc.records.monitoring.observation_ids import observation_id
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.sensorthings.asking import (
    Call,
    Chain,
    Expression,
    Interval,
    Literal,
    Negative,
    Not,
    Operator,
    Options,
    Order,
    Path,
    Step,
)
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet, Kind
from tests.api.observed import CORRECTED, NOON

DAY = timedelta(days=1)
HERE = shapely.Point(106.26, 22.67)
COMPARISONS = [Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE]
SUMS = [Operator.ADD, Operator.SUB, Operator.MUL, Operator.DIV, Operator.MOD]
MEMBERS = ("code", "kind", "decimal", "nothing", "deep", "0", "é'\"", "%s", "{t}")
VALUES = st.one_of(
    st.sampled_from([0, 1, 2, 20, 30.5, -1, 1e308, 5e-324, 2**31, 2**63 - 1, -(2**63), 10**30, 10**299]),
    st.integers(-5, 60),
    st.sampled_from(["COD", "KK01", "YT01", "", "%", "_", "'", "\\", "{}", "%s", "3", "1e400", "2026-11-20", "🌊"]),
    st.text(max_size=5),
    st.booleans(),
    st.none(),
    st.sampled_from([NOON, NOON - DAY, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]),
    st.sampled_from([Interval(NOON - DAY, NOON), Interval(NOON, NOON + DAY)]),
    st.sampled_from([DAY, -DAY, timedelta(0), timedelta(days=365 * 3999), timedelta.max]),
    st.sampled_from([HERE, shapely.box(106, 22, 106.22, 23), shapely.LineString([(0, 0), (1, 1)])]),
)  # fmt: skip
LITERALS = VALUES.map(lambda one: Literal(one, repr(one), 0))


@cache
def leading(of: str, hops: int = 3) -> list[tuple[str, ...]]:
    """Every path of so many navigations at most to a property, or into a JSON object."""
    here = SETS[of]
    found = [(name,) for name in here.fields]
    for name, one in here.fields.items():
        known = list(one.within) or ([] if one.kind is not Kind.JSON else list(MEMBERS))
        found += [(name, member) for member in known]
        found += [(name, member) for member in MEMBERS if one.open]
    if hops:
        for name, navigation in here.navigations.items():
            found += [(name, *rest) for rest in leading(navigation.target, hops - 1)]
    return found


@cache
def paths(of: str) -> st.SearchStrategy[Expression]:
    near, far = leading(of, 1), leading(of, 3)
    wild = [("nothing",), ("Things", "Things"), (next(iter(SETS[of].navigations)),), ("@iot.id", "x")]
    return st.one_of(*(st.sampled_from(some) for some in (near, near, far, wild))).map(lambda one: Path(one, 0))


@cache
def expressions(of: str) -> st.SearchStrategy[Expression]:
    """Anything."""
    return st.recursive(paths(of) | LITERALS, lambda inner: combined(inner), max_leaves=6)


def combined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    pairs, several = st.tuples(inner, inner), st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Chain, st.sampled_from(COMPARISONS), pairs, st.just(0)),
        st.builds(Chain, st.sampled_from(SUMS), pairs, st.just(0)),
        st.builds(Chain, st.sampled_from([Operator.AND, Operator.OR]), several, st.just(0)),
        st.builds(Not, inner, st.just(0)),
        st.builds(Negative, inner, st.just(0)),
        st.sampled_from(list(ARGUMENTS)).flatmap(
            lambda name: st.builds(Call, st.just(name), st.tuples(*[inner] * ARGUMENTS[name][1]), st.just(0))
        ),
    )  # fmt: skip


@cache
def sensible(of: str) -> st.SearchStrategy[Expression]:
    """Filters most of which mean something: comparisons of a property with what it could be, joined."""
    one = st.sampled_from(leading(of, 2)).flatmap(lambda names: _fitting(of, names))
    several = st.lists(one, min_size=2, max_size=3).map(tuple)
    joined = st.builds(Chain, st.sampled_from([Operator.AND, Operator.OR]), several, st.just(0))
    return st.one_of(one, joined, st.builds(Not, one, st.just(0)))


FITTING = {
    Kind.NUMBER: st.sampled_from([0, 1, 3, 22.5, 30, 1e10]),
    Kind.STRING: st.sampled_from(["COD", "KK01", "Trạm YT01", "XT01", "raw", "wastewater", "good", "Hg", "a"]),
    Kind.BOOLEAN: st.booleans(),
    Kind.TIME: st.sampled_from([NOON, NOON - DAY, NOON - 200 * DAY]),
    Kind.SPAN: st.sampled_from([NOON, NOON - DAY, Interval(NOON - DAY, NOON)]),
    Kind.JSON: st.sampled_from(["comma", "wastewater", 5]),
    Kind.SHAPE: st.none(),
}


def _fitting(of: str, names: tuple[str, ...]) -> st.SearchStrategy[Expression]:
    kind = _kind(SETS[of], names)
    told = st.one_of(*[FITTING[kind]] * 4, st.none()).map(lambda one: Literal(one, repr(one), 0))
    operators = [Operator.EQ, Operator.NE] if kind in (Kind.BOOLEAN, Kind.SHAPE) else COMPARISONS
    return st.builds(
        lambda operator, literal: Chain(operator, (Path(names, 0), literal), 0), st.sampled_from(operators), told
    )


def _kind(of: EntitySet, names: tuple[str, ...]) -> Kind:
    while names[0] in of.navigations:
        of, names = SETS[of.navigations[names[0]].target], names[1:]
    found = of.fields[names[0]]
    return found.within[names[1]].kind if len(names) > 1 and names[1] in found.within else found.kind


@dataclass
class Known:
    """The ids there are, of each set."""

    ids: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def now(cls) -> Known:
        keys = Observation.objects.order_by("datastream_id", "-time").values_list("datastream_id", "time")
        some = [observation_id(one, micros(time)) for one, time in list(keys)[::25]]
        locations = list(Location.objects.values_list("id", flat=True))
        return cls({
            "Things": list(Thing.objects.values_list("id", flat=True)),
            "Locations": locations,
            "HistoricalLocations": locations,
            "Datastreams": list(Datastream.objects.values_list("id", flat=True)),
            "Sensors": list(Sensor.objects.values_list("id", flat=True)),
            "ObservedProperties": list(ObservedProperty.objects.values_list("id", flat=True)),
            "Observations": some,
            "FeaturesOfInterest": list(FeatureOfInterest.objects.values_list("id", flat=True)),
        })  # fmt: skip


@st.composite
def steps(draw: st.DrawFn, known: Known) -> tuple[Step, ...]:
    """A path that leads to many."""
    of = draw(st.sampled_from(list(SETS)))
    found = []
    while draw(st.integers(0, 2)) == 0 and len(found) < 4:
        found.append(Step(of if not found else found_name, draw(st.sampled_from([*known.ids[of], 0, 2**62]))))  # noqa: F821
        many = {name: one.target for name, one in SETS[of].navigations.items() if one.many}
        if not many:
            return (*found[:-1], Step(found[-1].name))
        found_name = draw(st.sampled_from(list(many)))
        of = many[found_name]
    return (*found, Step(found_name if found else of))


@st.composite
def options(draw: st.DrawFn, of: str, *, wild: bool, depth: int = 2) -> Options:
    """What is asked of a collection."""
    filters = expressions(of) if wild else sensible(of)
    orders = st.builds(Order, expressions(of) if wild else paths(of), st.booleans())
    navigations = SETS[of].navigations
    names = draw(st.lists(st.sampled_from(list(navigations)), max_size=2 if depth else 0, unique=True))
    expand = {name: draw(options(navigations[name].target, wild=wild, depth=depth - 1)) for name in names}
    return Options(
        filter=draw(st.none() | filters),
        order=tuple(draw(st.lists(orders, max_size=2))) if draw(st.booleans()) else (),
        expand=expand,
        top=draw(st.sampled_from([None, 0, 1, 3, 1000])),
        skip=draw(st.sampled_from([0, 0, 1, 10**15])),
        count=draw(st.booleans()),
        after=draw(st.sampled_from(["", "", "", "", "WzJd", "x"])),
        as_of=draw(st.sampled_from([None, None, NOON, CORRECTED])) if depth == 2 else None,
    )
