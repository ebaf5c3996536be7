"""Formulas over records: a value changes when, and only when, a record it counts changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.plans.models import Value
from nonnuoc.records.plans.targets import measures, values, wording
from nonnuoc.records.registers.land import craft
from nonnuoc.records.registers.land.declared import CRAFT_VILLAGES
from nonnuoc.records.registers.land.models import CraftCheck
from nonnuoc.records.registers.nature.forest import FORESTS
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.waste import collecting
from nonnuoc.records.registers.waste.models import Site
from nonnuoc.records.registers.waters.models import UrbanArea
from tests import factories
from tests.records.accounts import staff
from tests.records.plans import made
from tests.records.plans.made import NOW, TODAY

pytestmark = pytest.mark.django_db
COMMUNES = ("01273", "01447", "01448")
SINCE = date(2026, 1, 1)


def measured(key: str, on: date = TODAY):
    return measures.ALL[key].compute(access.SYSTEM, on, SINCE)


DEEDS = st.tuples(
    st.sampled_from(COMMUNES),
    st.sampled_from([(2024, 5), (2025, 11), (2026, 3), (2026, 4)]),
    st.booleans(),  # only a draft
    st.none() | st.integers(0, 50),  # urban generated
    st.none() | st.floats(0, 1),  # of it treated
    st.integers(0, 50),  # rural generated: another target's
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, min_size=1, max_size=5))
def test_the_urban_share_is_what_its_reports_say_and_is_written_only_when_they_change(deeds):
    with transaction.atomic():
        plan = made.plan()
        target = made.target(plan, measure="waste.domestic.urban")
        communes = {code: staff.commune(code) for code in COMMUNES}
        sent: dict[tuple[str, int, int], tuple[float | None, float | None]] = {}
        values.record(plan, TODAY, at=NOW)
        before = _expected(sent)
        for commune, (year, month), draft, generated, share, rural in deeds:
            treated = None if None in (generated, share) else float(round(generated * share))
            told = {
                "urban_generated_t": generated,
                "urban_treated_t": treated,
                "rural_generated_t": rural,
                "basis": "E",
            }
            collecting.save(communes[commune], date(year, month, 1), told, by=None, draft=draft, reason="sửa")
            if not draft:
                sent[commune, year, month] = generated, treated
            after = _expected(sent)
            whole = [one for one in values.record(plan, TODAY, at=NOW) if one.commune_id is None]
            assert bool(whole) == (after != before)
            assert values.record(plan, TODAY, at=NOW) == []
            found = values.latest([plan], TODAY)[target.pk].measured
            assert (found.numerator, found.denominator, found.facts["known"] if after[1] else None) == (
                after[2],
                after[3],
                len(after[1]) or None,
            )
            assert found.value == (100 * after[2] / after[3] if after[3] else None)
            before = after
        transaction.set_rollback(True)


def _expected(sent):
    """Year, communes that told both, part and whole – of 2026 until today, else of 2025; made without the system."""
    for year in (2026, 2025):
        both = {
            (commune, month): told
            for (commune, of, month), told in sent.items()
            if of == year and None not in told and date(of, month, 1) <= TODAY
        }
        part, whole = (sum(told[i] for told in both.values()) for i in (1, 0))
        if whole:
            return year, frozenset(commune for commune, _month in both), float(part), float(whole)
    return 2026, frozenset(), None, None


def test_craft_villages_count_when_their_checklist_is_answered_and_never_when_invented():
    def village(code, **facts):
        told = {"code": code, "name": f"Làng {code}", "commune": "01273", "screening": "existed", "source": "test"}
        return keeping.create(CRAFT_VILLAGES, {**told, **facts}, by=None)

    def answer(of, said):
        craft.answer(of, dict.fromkeys(CraftCheck.Item, (said, "biên bản")), on=date(2026, 5, 1), by=None)

    staff.commune()
    village("X", simulated=True)
    found = measured("craft.infrastructure")
    assert (found.value, found.quality, found.why) == (None, "unknown", "no_village")
    first, second = village("A"), village("B")
    found = measured("craft.infrastructure")
    assert (found.value, found.why, found.missing) == (None, "villages_unanswered", ["Làng A", "Làng B"])
    answer(first, "yes")
    found = measured("craft.infrastructure")
    assert (found.value, found.quality, found.facts["least"], found.facts["most"]) == (100, "partial", 50, 100)
    answer(second, "no")
    found = measured("craft.infrastructure")
    assert (found.value, found.numerator, found.denominator, found.quality) == (50, 1, 2, "complete")
    assert [(one.code, one.counts) for one in found.counted] == [("A", True), ("B", False)]
    assert next(iter(found.by_commune.values())).value == 50
    keeping.change(CRAFT_VILLAGES, "A", {"households": 12}, by=None)
    assert measured("craft.infrastructure") == found


def test_forest_cover_is_of_the_last_year_that_is_over_and_of_every_commune():
    here, there = staff.commune("01273"), staff.commune("01447")
    for one, size in ((here, 10.0), (there, 30.0)):
        one.area_km2 = size
        one.save()

    def grown(commune, ha, **facts):
        told = {"commune": commune.code, "area_ha": ha, "function": "protection", "origin": "natural", "year": 2025}
        return keeping.create(FORESTS, {**told, "source": "test", **facts}, by=None)

    assert measured("forest.cover").why == "no_forest"
    grown(here, 600)
    grown(here, 900, year=2026)  # the year is not over
    grown(here, 300, origin="young")
    found = measured("forest.cover")
    assert (found.value, found.why, found.missing) == (None, "forest_missing", (there.full_name,))
    assert found.facts["least"] == 15
    grown(there, 1400)
    found = measured("forest.cover")
    assert (found.value, found.day, found.numerator, found.denominator) == (50, date(2025, 12, 31), 2000, 4000)
    assert {one: part.value for one, part in found.by_commune.items()} == {
        here.pk: 60,
        there.pk: pytest.approx(1400 / 30),
    }


def test_works_and_urban_areas_count_what_is_finished_of_what_is_registered():
    assert measured("works.upgraded").why == "no_work"
    commune = staff.commune()
    facts = {"source": "test", "kind": Site.Kind.AREA, "ordered": "upgrade", "commune": commune}
    done = Site.objects.create(code="A", name="Khu A", **facts, finished=date(2026, 11, 1))
    Site.objects.create(code="B", name="Khu B", **facts, finished=date(2026, 12, 1))
    Site.objects.create(code="C", name="Khu C", **facts, finished=date(2026, 11, 1), simulated=True)
    found = measured("works.upgraded")
    assert (found.value, found.facts["registered"], found.denominator) == (1, 2, None)
    assert (found.by_commune[commune.pk].value, found.by_commune[commune.pk].denominator) == (1, 2)
    done.withdrawn = NOW
    done.save()
    assert (measured("works.upgraded").value, measured("works.new").why) == (0, "no_work")

    kind = {"kind": Site.Kind.PROVINCIAL, "source": "test"}
    main = Site.objects.create(code="P", name="Khu tỉnh", target_from_ha=30, target_to_ha=40, **kind)
    assert measured("works.provincial_ha").why == "no_area"
    main.area_ha = 32.5
    main.save()
    assert measured("works.provincial_ha").value == 32.5

    areas = [UrbanArea.objects.create(code=f"U{n}", name=f"Đô thị {n}", type="III", source="test") for n in range(3)]
    assert measured("waters.sewerage").why == "sewerage_unknown"
    for one, state in zip(areas, ("operating", "none", ""), strict=True):
        one.sewerage, one.sewerage_source = state, "báo cáo" if state else ""
        one.save()
    found = measured("waters.sewerage")
    assert (found.value, found.quality, found.facts["known"], found.missing) == (1, "partial", 2, ["Đô thị 2"])


def test_a_new_station_counts_once_it_works_and_has_sent():
    assert measured("stations.air.new").why == "no_station"
    planned = factories.station("KK9", commune=staff.commune())
    Thing.objects.filter(pk=planned.pk).update(state=Thing.State.PLANNED)
    old = factories.station("KK1")
    Datastream.objects.filter(thing=old).update(first_time=datetime(2025, 6, 1, tzinfo=UTC))
    invented = factories.station("MP1", simulated=True)
    Datastream.objects.filter(thing=invented).update(first_time=NOW)
    assert (measured("stations.air.new").value, measured("stations.air.new").facts) == (0, {"registered": 1})
    Thing.objects.filter(pk=planned.pk).update(state=Thing.State.ACTIVE)
    assert measured("stations.air.new").value == 0
    Datastream.objects.filter(thing=planned).update(first_time=datetime(2026, 10, 1, tzinfo=UTC))
    found = measured("stations.air.new")
    assert (found.value, [one.code for one in found.counted if one.counts]) == (1, ["KK9"])
    assert measured("stations.air.new", date(2026, 9, 1)).why == "no_station"
    assert measured("stations.water.new").why == "no_station"


@pytest.mark.parametrize("key", sorted(measures.ALL))
def test_where_there_are_no_records_a_formula_says_why_and_never_0(key):
    found = measured(key)
    assert (found.value, found.numerator, found.quality) == (None, None, Value.Quality.UNKNOWN)
    assert found.why in wording.WHY
    assert "%" not in wording.reason(found.why, found.stored())
    one = measures.ALL[key]
    assert one.key == key and str(one.title) and str(one.numerator) and str(one.source)
    assert bool(str(one.denominator)) == (one.unit == "%")
