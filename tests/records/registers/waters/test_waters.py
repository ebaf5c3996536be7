"""Reaches hang together; what lies along them is found; the register's class is what values are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.alerts.levels import applying
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places import geometry, services
from nonnuoc.records.places.models import River
from nonnuoc.records.registers.pattern import keeping, seeding
from nonnuoc.records.registers.waters import along, classes, corridors, remarks, standing
from nonnuoc.records.registers.waters.along import Mark
from nonnuoc.records.registers.waters.declared import INTAKES, REACHES, REGISTERS, RESERVOIRS, URBAN_AREAS
from nonnuoc.records.registers.waters.models import Intake, Reach, UrbanArea
from tests import factories
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared as they stand in the source."""
    with translation.override("en"):
        yield


PLACED = {"position_source": "test", "source": "test", "data_class": "public"}


@pytest.fixture
def river() -> River:
    return River.objects.create(code="song", name="Sông", source="test")


def reach(code: str, **facts: object) -> Reach:
    values = {"code": code, "name": code, "river": "song", "source": "test", "data_class": "public"} | facts
    return keeping.create(REACHES, values, by=None)


@pytest.fixture
def three(river: River) -> list[Reach]:
    """upper (0–12) → middle (12–20) → lower (20–35)"""
    lower = reach("lower", from_km=20, to_km=35)
    middle = reach("middle", from_km=12, to_km=20, downstream="lower")
    return [reach("upper", from_km=0, to_km=12, downstream="middle"), middle, lower]


def station(code: str = "NM01", **facts: object) -> Thing:
    return factories.station(code, ("COD",), kind=Thing.Kind.SURFACE_WATER, **facts)


def judged(thing: Thing) -> list[float]:
    AlarmRule.objects.get_or_create(
        code="water", version=1,
        defaults={"kind": "limit", "name_vi": "x", "name_en": "x", "meaning_vi": "x", "meaning_en": "x",
                  "action_vi": "x", "action_en": "x", "basis": "qcvn08", "article": "x", "enabled": True,
                  "steps": [{"severity": 2}], "valid_from": datetime(2024, 1, 1, tzinfo=UTC)},
    )  # fmt: skip
    stream = factories.stream(thing, "COD").id
    return [one.above[0] for one in applying.of_streams([stream])[stream]]


def test_a_reach_that_flows_back_into_itself_is_refused(three):
    with pytest.raises(ValidationError) as refused:
        keeping.change(REACHES, "lower", {"downstream": "upper"}, by=None)
    assert "“upper” comes to “lower” further on" in refused.value.message_dict["downstream"][0]


def test_a_class_needs_the_document_that_sets_it(three):
    with pytest.raises(ValidationError) as refused:
        keeping.change(REACHES, "lower", {"grade": "B"}, by=None)
    assert refused.value.messages == ["A class of water needs the document that sets it."]


def test_kilometres_that_do_not_fit_are_told_at_both_reaches_and_not_refused(three):
    keeping.change(REACHES, "middle", {"from_km": 13}, by=None)
    (told,) = [one for one in remarks.of_reach(three[0], access.ANYBODY) if "kilometre" in str(one)]
    assert "“middle”" in str(told)
    assert "“upper”" in str(told)
    keeping.change(REACHES, "middle", {"data_class": "internal"}, by=None)
    assert not [one for one in remarks.of_all_reaches(access.ANYBODY) if "middle" in str(one)]


def test_below_an_outfall_stations_and_intakes_come_in_order_with_their_distance(three):
    standing.put(three[1], station().code, km=16, source="visit", by=None)
    intake = {"code": "I1", "name": "Intake", "reach": "lower", "km": 24, "source": "test", "data_class": "public"}
    keeping.create(INTAKES, intake, by=None)
    steps = along.below(access.ANYBODY, three[0], 4)
    assert [(one.mark.name, one.km) for one in steps] == [("Trạm NM01", 12.0), ("Intake", 20.0)]
    assert [(one.mark.name, one.km) for one in along.above(access.ANYBODY, three[2], 24)] == [("Trạm NM01", 8.0)]
    keeping.change(INTAKES, "I1", {"data_class": "restricted"}, by=None)
    station_only = along.below(access.ANYBODY, three[0], 4)
    assert [one.mark.name for one in station_only] == ["Trạm NM01"]


def test_other_rooms_add_what_they_know_along_the_river(three, monkeypatch):
    outfall = Mark("outfall", "Xả", "outfalls", "O1", three[1].pk, 14)
    monkeypatch.setattr(along, "READERS", [*along.READERS, lambda _rights: [outfall]])
    assert [(one.mark, one.km) for one in along.below(access.ANYBODY, three[0], 4)] == [(outfall, 10)]


def test_the_class_of_the_register_judges_and_the_stations_own_is_what_is_left(three, queries):
    thing = station()
    Thing.objects.filter(pk=thing.pk).update(properties={"water": {"kind": "river", "grade": "A"}})
    assert judged(thing) == [10]
    standing.put(three[0], "NM01", km=3, source="visit", by=None)
    assert judged(thing) == [10]  # the reach has no class yet
    keeping.change(REACHES, "upper", {"grade": "C", "grade_source": "QĐ 1"}, by=None)
    assert judged(thing) == [20]
    found = classes.of_station("NM01")
    assert (found.code, found.grade, found.judges) == ("upper", "C", True)
    keeping.change(REACHES, "upper", {"grade": "B"}, by=None)
    assert judged(thing) == [15]
    keeping.withdraw(REACHES, "upper", reason="wrong", by=None)
    assert judged(thing) == [10]
    standing.take(three[0], "NM01", by=None)
    assert classes.of_station("NM01") is None


def test_an_invented_reach_judges_no_real_station(three):
    keeping.change(REACHES, "upper", {"grade": "C", "grade_source": "QĐ 1"}, by=None)
    thing = station()
    standing.put(three[0], "NM01", source="visit", by=None)
    Reach.objects.filter(code="upper").update(simulated=True)
    assert judged(thing) == []
    three[0].refresh_from_db()
    with pytest.raises(ValidationError):
        standing.put(three[0], station("NM02").code, source="visit", by=None)
    invented = station("NM03", simulated=True)
    standing.put(three[0], "NM03", source="visit", by=None)
    assert judged(invented) == [20]


@pytest.mark.parametrize(
    ("code", "facts", "field"),
    [
        ("NM01", {"km": 14, "source": "x"}, "km"),
        ("NM01", {"km": 3, "source": " "}, "source"),
        ("none", {"km": 3, "source": "x"}, "station"),
        ("KK01", {"km": 3, "source": "x"}, "station"),
    ],
)
def test_a_station_is_put_where_it_can_stand(three, code, facts, field):
    station()
    factories.station("KK01")
    with pytest.raises(ValidationError) as refused:
        standing.put(three[0], code, by=None, **facts)
    assert list(refused.value.message_dict) == [field]


def test_a_commune_officer_puts_stations_on_waters_of_the_own_commune_alone(three):
    here, there = staff.commune("01273"), staff.commune("01279")
    someone = staff.person("officer")
    staff.task(someone, staff.office("ubnd", Office.Kind.COMMUNE, commune=here), Role.COMMUNE_OFFICER)
    thing = station(commune=here)
    Reach.objects.filter(code="upper").update(commune=here)
    Reach.objects.filter(code="lower").update(commune=there)
    for one in three:
        one.refresh_from_db()
    standing.put(three[0], thing.code, source="visit", by=someone)
    with pytest.raises(PermissionDenied):
        standing.put(three[2], thing.code, source="visit", by=someone)


def test_a_corridor_is_decided_or_derived_or_unknown():
    box = shapely.box(106.2, 22.6, 106.21, 22.61)
    drawn = {"code": "I1", "name": "drawn", "shape": geometry.to_wkb(box), "corridor_decision": "QĐ 5"}
    width = {"code": "I2", "name": "width", "lon": 106.3, "lat": 22.6, "corridor_m": 300, "corridor_document": "TT 1"}
    for facts in (drawn, width, {"code": "I3", "name": "none"}):
        keeping.create(
            INTAKES, {**PLACED, **({} if facts["code"] != "I3" else {"position_source": ""}), **facts}, by=None
        )
    assert [(one.intake.code, one.how, one.document) for one in corridors.touching(shapely.Point(106.205, 22.605))] == [
        ("I1", "decided", "QĐ 5")
    ]
    (derived,) = corridors.touching(shapely.Point(106.302, 22.6))
    assert (derived.how, derived.document) == ("derived", "TT 1")
    assert geometry.area_km2(derived.shape) == pytest.approx(3.14159265 * 0.3**2, rel=2e-3)
    assert corridors.touching(shapely.Point(106.304, 22.6)) == []
    assert [one.code for one in corridors.unknown()] == ["I3"]
    told = [str(remarks.of_intake(one, access.ANYBODY)[0]) for one in Intake.objects.order_by("code")]
    assert "QĐ 5" in told[0]
    assert "300 m" in told[1]


def test_the_corridor_of_an_invented_intake_touches_only_what_is_invented():
    facts = {"code": "I1", "name": "x", "lon": 106.3, "lat": 22.6, "corridor_m": 300, "corridor_document": "TT 1"}
    keeping.create(INTAKES, {**PLACED, **facts, "simulated": True}, by=None)
    assert corridors.touching(shapely.Point(106.3, 22.6)) == []
    assert len(corridors.touching(shapely.Point(106.3, 22.6), simulated=True)) == 1


def test_what_is_said_of_an_urban_areas_wastewater_has_a_source():
    facts = {"code": "U1", "name": "U", "type": "III", "source": "plan", "sewerage": "operating"}
    with pytest.raises(ValidationError, match="who says so"):
        keeping.create(URBAN_AREAS, facts, by=None)


def test_what_the_plan_names_is_registered_and_nothing_is_invented():
    services.load_province("cao_bang")
    assert seeding.load(REGISTERS, "cao_bang") == 5 + 13
    assert seeding.load(REGISTERS, "cao_bang") == 0
    assert [one.enters_from_abroad for one in Reach.objects.all()] == [None] * 5
    assert set(Reach.objects.values_list("grade", "from_km", "lon")) == {("", None, None)}
    types = list(UrbanArea.objects.values_list("type", flat=True))
    assert (types.count("II"), types.count("III")) == (1, 12)
    assert set(UrbanArea.objects.values_list("sewerage", "stormwater_apart")) == {("", None)}
    assert UrbanArea.objects.get(code="cb-do-thi-cao-bang").project_document.startswith("Kế hoạch số 32-KH/TU")
    assert RESERVOIRS.model.objects.count() == 0  # the plan names none
