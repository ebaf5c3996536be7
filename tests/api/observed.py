"""A small world for the tests of what machines read and write: two enterprises, a province, stations of every class.

`build()` makes it; the fixture `world` (tests/api/conftest.py) gives it. Everything ends at `NOON`.

==========  ================  ==========  =======  ====================================================================
station     kind              class       office   datastreams
==========  ================  ==========  =======  ====================================================================
KK01        ambient air       public      so       raw PM2.5, PM10 and all that follows; stood in two places; history
NM01        surface water     public      so       raw DO, sampled COD, wqi_1h; no position
NB01        groundwater       internal    so       raw pH
XT01        wastewater        restricted  x        raw COD, N-NH4
XK01        stack emission    internal    x        raw SO2
YT01        wastewater        restricted  y        raw COD, Hg (observed nowhere else)
==========  ================  ==========  =======  ====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nonnuoc.domain.quality import LATE, VALIDATED, Check, Flag
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass, Office, Person, Role
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import (
    Datastream,
    FeatureOfInterest,
    Location,
    Observation,
    ObservationHistory,
    ObservedProperty,
    Thing,
)
from nonnuoc.records.places.models import Commune, River
from tests.portal import network
from tests.records.accounts import staff

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # 12:00 in Việt Nam
HOURS = 6  # of values
STEP = timedelta(minutes=5)
MOVED = datetime(2026, 6, 1, tzinfo=UTC)  # KK01, from its first place to its second
PM25 = 20.0  # the raw value of PM2.5 at NOON, and what `pm25` gives there
#: The value of PM2.5 at NOON was this one from FIRST_STORED to CORRECTED, that one to CORRECTED_AGAIN, now PM25.
WAS = ((91.5, Flag.FAIL | Check.SPIKE), (31.5, Flag.SUSPECT | Check.RATE_OF_CHANGE))
FIRST_STORED, CORRECTED, CORRECTED_AGAIN = (NOON + timedelta(hours=hour) for hour in (1, 2, 3))
#: Came only when the first one was corrected: before, there was nothing for its time.
ADDED_LATER = NOON - STEP


@dataclass(frozen=True, eq=False)
class World:
    """What was made. Rights are those of the moment it was made in."""

    things: dict[str, Thing]  # by code
    offices: dict[str, Office]  # "so", "x", "y"
    people: dict[str, Person]  # "administrator", "operator", "x", "y", "reader"
    rights: dict[str, Rights]  # of the same, and of "anybody"

    def stream(self, code: str, property_code: str, procedure: str = "raw") -> Datastream:
        """One datastream of a station."""
        return network.stream(self.things[code], property_code, procedure)

    def readable(self, who: str) -> set[str]:
        """The codes of the stations somebody may read, written down here and not asked of `access`."""
        public, internal = {"KK01", "NM01"}, {"NB01", "XK01"}
        own = {"x": {"XK01", "XT01"}, "y": {"YT01"}, "reader": internal}
        return public | own.get(who, set() if who == "anybody" else internal | {"XT01", "YT01"})


@pytest.fixture
def world(db: None) -> World:
    """The world, made anew for this test."""
    return build()


def build() -> World:
    """Make it in the database at hand."""
    network.properties()
    offices = {
        "so": staff.office("so"),
        "x": staff.office("x", Office.Kind.ENTERPRISE),
        "y": staff.office("y", Office.Kind.ENTERPRISE),
    }
    people = {name: staff.person(name.title()) for name in ("administrator", "operator", "reader", "x", "y")}
    for name, office, role in (
        ("administrator", "so", Role.ADMINISTRATOR),
        ("operator", "so", Role.OPERATOR),
        ("reader", "so", Role.READER),
        ("x", "x", Role.ENTERPRISE),
        ("y", "y", Role.ENTERPRISE),
    ):
        staff.task(people[name], offices[office], role)
    things = _things(offices)
    _values(things)
    rights = {name: access.of(person) for name, person in people.items()} | {"anybody": access.ANYBODY}
    return World(things, offices, people, rights)


def _things(offices: dict[str, Office]) -> dict[str, Thing]:
    where = network.commune()
    river, _ = River.objects.get_or_create(code="bang-giang", defaults={"name": "Bằng Giang", "source": "test"})
    kind, public = Thing.Kind, DataClass.PUBLIC
    internal, restricted = DataClass.INTERNAL, DataClass.RESTRICTED
    things = [
        _thing("KK01", kind.AMBIENT_AIR, public, offices["so"], where, 106.26, 22.67, properties={"decimal": "comma"}),
        _thing("NM01", kind.SURFACE_WATER, public, offices["so"], where, river=river, simulated=True),
        _thing("NB01", kind.GROUNDWATER, internal, offices["so"], where, 106.30, 22.70),
        _thing("XT01", kind.WASTEWATER, restricted, offices["x"], where, 106.20, 22.60, facility="F-X"),
        _thing("XK01", kind.STACK_EMISSION, internal, offices["x"], where, 106.21, 22.61, facility="F-X"),
        _thing("YT01", kind.WASTEWATER, restricted, offices["y"], where, 106.10, 22.50, facility="F-Y"),
    ]
    Location.objects.filter(thing__code="KK01").update(since=MOVED)
    Location.objects.create(thing=things[0], lon=106.25, lat=22.66, since=MOVED - timedelta(days=90), until=MOVED)
    return {thing.code: thing for thing in things}


def _thing(
    code: str,
    kind: str,
    data_class: str,
    office: Office,
    commune: Commune,
    lon: float | None = None,
    lat: float | None = None,
    **facts: object,
) -> Thing:
    known = {"kind": kind, "data_class": data_class, "office": office, "commune": commune, **facts}
    thing = network.station(code, lon=lon, lat=lat, description=f"Mô tả {code}", source="QĐ 1/2026", **known)
    FeatureOfInterest.objects.create(thing=thing, name=f"Quanh {code}")
    return thing


def _values(things: dict[str, Thing]) -> None:
    last = observations.micros(NOON)
    step = int(STEP.total_seconds()) * 1_000_000
    times = np.arange(last - HOURS * network.HOUR, last + 1, step)
    hours = times[::12]
    for code, properties in (
        ("KK01", {"PM2.5": PM25, "PM10": 40.0}),
        ("NM01", {"DO": 6.5}),
        ("NB01", {"pH": 7.1}),
        ("XT01", {"COD": 30.0, "N-NH4": 2.0}),
        ("XK01", {"SO2": 100.0}),
        ("YT01", {"COD": 55.0, "Hg": 0.0005}),
    ):
        for property_code, level in properties.items():
            raw = network.instrument(things[code], property_code)
            network.put(raw, times, level + (last - times) / step / 8)
    sampled = network.instrument(things["NM01"], "COD", interval_s=None)
    network.put(sampled, np.array([last - 30 * 24 * network.HOUR, last - 24 * network.HOUR]), np.array([9.5, 12.25]))
    leading = ObservedProperty.objects.get(code="PM2.5").id
    for code, status in (("PM2.5", 100), ("PM10", 75)):
        network.put(network.stream(things["KK01"], code, "mean_1h"), hours, 25.5 + np.arange(len(hours)), status=status)
    network.put(network.stream(things["KK01"], "VN_AQI", "aqi_1h"), hours, 50.0 + np.arange(len(hours)), status=leading)
    _doubts(network.stream(things["KK01"], "PM2.5", "raw"), last, step)
    _history(network.stream(things["KK01"], "PM2.5", "raw"))


def _doubts(raw: Datastream, last: int, step: int) -> None:
    """One missing value, one refused, one suspect and late, one validated, one measured while calibrating."""
    for back, value, status, quality in (
        (10, np.nan, 2, Flag.MISSING | Check.MISSING),
        (20, 480.0, 0, Flag.FAIL | Check.SPIKE),
        (30, 61.0, 0, Flag.SUSPECT | Check.RATE_OF_CHANGE | LATE),
        (40, 22.5, 0, Flag.GOOD | VALIDATED),
        (50, 1.0, 1, Flag.FAIL | Check.STATUS),
    ):
        network.put(raw, np.array([last - back * step]), np.array([value]), status=status, quality=quality)
    newest = Observation.objects.filter(datastream=raw).order_by("-time").first()
    Datastream.objects.filter(id=raw.id).update(latest_received=newest.time + timedelta(minutes=1))


def _history(raw: Datastream) -> None:
    """What stood when: written here, because all of one transaction is of one moment.

    Of PM2.5 nothing is known of when it came (`stored` null), but for the two values of this story.
    """
    Observation.objects.filter(datastream=raw).update(stored=None)
    ObservationHistory.objects.filter(datastream=raw).delete()
    held = Observation.objects.filter(datastream=raw)
    held.filter(time=NOON).update(stored=CORRECTED_AGAIN)
    held.filter(time=ADDED_LATER).update(stored=CORRECTED)
    spans = ((FIRST_STORED, CORRECTED), (CORRECTED, CORRECTED_AGAIN))
    for (value, quality), (stored, replaced) in zip(WAS, spans, strict=True):
        ObservationHistory.objects.create(
            datastream=raw, time=NOON, value=value, status=0, quality=int(quality), stored=stored,
            replaced_at=replaced, replaced_by="test", reason="corrected",
        )  # fmt: skip
