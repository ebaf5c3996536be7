"""Outfalls and stacks: whose they are, what measures them, what they gave off."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.rows import Rows, micros
from nonnuoc.records.places.models import River
from nonnuoc.records.registers.facilities import belonging, emitting, selectors, sources, works
from nonnuoc.records.registers.facilities.declared import OUTFALLS, STACKS, ZONES
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.waters.declared import REACHES
from tests import factories
from tests.records.accounts import staff
from tests.records.registers.facilities import made

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2026, 1, 1, tzinfo=factories.VIETNAM)


def station(facility: str, code: str = "NT01", kind: str = Thing.Kind.WASTEWATER) -> Thing:
    thing = factories.station(code, ("COD", "Flow"), kind=kind)
    Thing.objects.filter(pk=thing.pk).update(facility=facility)
    return Thing.objects.get(pk=thing.pk)


def test_link_is_refused_with_what_to_mend() -> None:
    one, other = made.facility(), made.facility()
    outfall, second, stack = made.outfall(one), made.outfall(one), made.stack(one)
    own = factories.stream(station(one.code), "COD")
    foreign = factories.stream(station(other.code, "NT02"), "COD")
    nobodys = factories.stream(station("", "NT03"), "COD")
    for stream in (foreign, nobodys):
        with pytest.raises(ValidationError, match=one.code):
            sources.link(outfall, stream, since=NEW_YEAR, by=None)
    with pytest.raises(ValidationError, match="NT01"):
        sources.link(stack, own, since=NEW_YEAR, by=None)
    held = sources.link(outfall, own, since=NEW_YEAR, by=None)
    assert sources.link(outfall, own, since=NEW_YEAR, by=None) == held
    later = NEW_YEAR + timedelta(days=30)
    with pytest.raises(ValidationError, match=outfall.code):
        sources.link(second, own, since=later, by=None)
    sources.end(held, until=later, by=None)
    sources.link(second, own, since=later, by=None)
    with pytest.raises(ValidationError):
        sources.link(outfall, own, since=NEW_YEAR - timedelta(days=9), by=None)
    before, after = (selectors.source_streams(later + timedelta(days=day)) for day in (-1, 0))
    assert [(one.code, one.observed_property, one.station) for one in before] == [(outfall.code, "COD", "NT01")]
    assert [one.code for one in after] == [second.code]
    with pytest.raises(PermissionDenied):
        sources.link(outfall, own, since=later, by=staff.person())


def test_a_source_is_whose_its_facility_is() -> None:
    office = staff.office("dn", Office.Kind.ENTERPRISE)
    one = made.facility(office=office, commune=staff.commune(), data_class="restricted")
    outfall = made.outfall(one, data_class="restricted")
    assert (outfall.office, outfall.commune) == (office, one.commune)
    owner, stranger = staff.person("owner"), staff.person("stranger")
    staff.task(owner, office, Role.ENTERPRISE)
    staff.task(stranger, staff.office("other", Office.Kind.ENTERPRISE), Role.ENTERPRISE)
    assert reading.one(OUTFALLS, outfall.code, access.of(owner)) == outfall
    assert reading.one(OUTFALLS, outfall.code, access.of(stranger)) is None


def test_load_is_flow_times_concentration_of_the_hours_that_have_both() -> None:
    one = made.facility()
    outfall = made.outfall(one)
    thing = station(one.code)
    flow, cod = factories.stream(thing, "Flow"), factories.stream(thing, "COD")
    time = micros(NEW_YEAR) + np.arange(1, 1 + 12 * 48) * 300_000_000  # two days, every five minutes
    for stream, value in ((flow, np.full(len(time), 10.0)), (cod, np.where(np.arange(len(time)) < 288, 50.0, np.nan))):
        ids, zero, good = np.full(len(time), stream.id), np.zeros(len(time)), np.ones(len(time))
        observations.write(Rows(ids, time, value, zero, good), by="test", reason="test", at=NEW_YEAR)
    now = NEW_YEAR + timedelta(days=4)
    assert emitting.of_year(outfall, 2026, now) == []  # not linked: unknown
    sources.link(outfall, cod, since=NEW_YEAR, by=None)
    assert emitting.of_year(outfall, 2026, now) == []  # flow is unknown
    sources.link(outfall, flow, since=NEW_YEAR + timedelta(hours=12), by=None)
    load = emitting.of_year(outfall, 2026, now)[0]
    assert (load.observed.code, load.kg, load.coverage) == ("COD", 6.0, 12.5)  # 12 h × 10 m³ × 50 g of 96 hours
    assert emitting.of_year(outfall, 2025, now) == []


def test_treatment_comes_before_operation_and_unknown_is_said() -> None:
    river = River.objects.create(code="r", name="Sông Bằng")
    facts = {"name": "Bằng Giang", "river": river, "source": "test", "grade": "B", "grade_source": "QĐ 1"}
    reach = keeping.create(REACHES, {"code": "r1", **facts}, by=None)
    one = made.facility(state="operating")
    late = made.outfall(one, works="building", reach=reach)
    made.outfall(one)  # nobody knows what works it has: nothing is said against it
    assert len(works.of_facility(one, access.SYSTEM)) == 1
    assert any("B (QĐ 1)" in said for said in OUTFALLS.remarks(late, access.SYSTEM))
    assert works.receives(late) == "Bằng Giang, mức B"
    said = belonging.remarks(one, access.SYSTEM)
    assert any("Chưa rõ" in sentence and "nhóm dự án" in sentence for sentence in said)
    zone = keeping.create(ZONES, {"code": "z", "name": "Cụm", "kind": "cluster", "source": "test"}, by=None)
    keeping.change(ZONES, "z", {"state": "operating", "wastewater_plant": False}, by=None)
    zone.refresh_from_db()
    assert "3.7c" in works.told_of_zone(zone, access.SYSTEM)[0]


def test_page_of_a_facility_leaves_out_what_the_reader_may_not_read(queries) -> None:
    one = made.furnished("Nhà máy", data_class="public")
    hidden = {str(table.title): len(table.rows) for table in belonging.tables(one, access.ANYBODY)}
    shown = {str(table.title): len(table.rows) for table in belonging.tables(one, access.SYSTEM)}
    assert hidden["Cửa xả và ống khói"] == 0
    assert shown["Cửa xả và ống khói"] == 2
    assert "Tên gọi và số hiệu khác" not in hidden
    few = queries(lambda: belonging.tables(one, access.SYSTEM))
    for _ in range(3):
        made.outfall(one), made.stack(one)
    assert queries(lambda: belonging.tables(one, access.SYSTEM)) == few


def test_streams_of_all_sources_are_one_query(queries) -> None:
    one = made.facility()
    thing = station(one.code)
    for stream in (factories.stream(thing, "COD"), factories.stream(thing, "Flow")):
        sources.link(made.outfall(one), stream, since=NEW_YEAR, by=None)
    assert queries(selectors.source_streams) == 1
    assert STACKS.model.objects.count() == 0
