"""Amounts, collection, tanks: told once, corrected with a reason; what fills a site; targets over what was told."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.registers.waste import amounts, collecting, emptying, filling, tables, targets
from nonnuoc.records.registers.waste.amounts import Given
from nonnuoc.records.registers.waste.models import Amount, CommuneReport, PickUp, Site, Tank
from tests.records.registers.waste import scene

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year - 1


def told(place, month=3, tonnes=10.0, flow="received", method="", stream="domestic", by=None, **more):
    given = Given(more.pop("year", YEAR), month, flow, stream, tonnes, "M", method=method, **more)
    return amounts.report(place, given, token=uuid4(), by=by)


def faults(error) -> set[str]:
    return set(error.value.message_dict)


def test_the_same_form_twice_is_one_row_and_the_same_month_twice_is_refused():
    site, token = scene.site(), uuid4()
    given = Given(YEAR, 3, "received", "domestic", 10.0, "M")
    assert amounts.report(site, given, token=token, by=None) == amounts.report(site, given, token=token, by=None)
    with pytest.raises(ValidationError) as error:
        told(site)
    assert faults(error) == {"tonnes"}
    told(site, partner="Tổ thu gom 2")  # from another, in the same month
    assert Amount.objects.count() == 2


def test_a_correction_keeps_the_old_number_and_its_reason():
    site = scene.site()
    old = told(site)
    with pytest.raises(ValidationError) as error:
        amounts.correct(old.id, tonnes=8.0, reason=" ", token=uuid4(), by=None)
    assert faults(error) == {"reason"}
    new = amounts.correct(old.id, tonnes=8.0, reason="cân sai", token=uuid4(), by=None)
    old.refresh_from_db()
    assert (old.current, old.tonnes, new.tonnes, new.reason) == (False, 10.0, 8.0, "cân sai")
    assert [row.tonnes for row in filling.rows(site)] == [8.0]
    with pytest.raises(ValidationError):  # of two who correct the same, one sees it
        amounts.correct(old.id, tonnes=7.0, reason="x", token=uuid4(), by=None)
    amounts.correct(new.id, tonnes=None, reason="nhập nhầm khu", token=uuid4(), by=None)
    assert list(filling.rows(site)) == [] and Amount.objects.count() == 3
    told(site)  # struck out, it can be told again


def test_tickets_and_a_monthly_figure_never_count_twice():
    site = scene.site()
    for number in ("A1", "A2"):
        told(site, tonnes=2.5, ticket=number, day=date(YEAR, 3, 4))
    for more in ({"ticket": "A1", "day": date(YEAR, 3, 9)}, {}, {"month": None}):
        with pytest.raises(ValidationError):
            told(site, **more)
    assert filling.months_of(site)[0].received == 5.0
    told(site, month=4)
    with pytest.raises(ValidationError) as error:
        told(site, month=4, ticket="B1", day=date(YEAR, 4, 2))
    assert faults(error) == {"ticket"}


def test_impossible_amounts_are_told_all_at_once():
    site, later = scene.site(), timezone.localdate().year + 1
    with pytest.raises(ValidationError) as error:
        told(site, year=later, tonnes=-1, flow="treated")
    assert faults(error) == {"month", "tonnes", "method"}


def test_reach_of_the_commune_and_of_the_enterprise():
    here, there = scene.commune(), scene.commune("01288", "Tân Giang")
    xa = scene.person("Xa", Role.COMMUNE_OFFICER, scene.office("ubnd-01447", Office.Kind.COMMUNE, commune=here))
    told(scene.site("a", commune=here), by=xa)
    with pytest.raises(PermissionDenied):
        told(scene.site("b", commune=there), by=xa)
    plant = scene.facility("nha-may", enterprise="dn-nha-may")
    told(plant, flow="generated", stream="hazardous", by=scene.person("An", Role.ENTERPRISE, plant.office))
    with pytest.raises(PermissionDenied):
        told(plant, month=4, by=xa)


def test_room_fills_from_the_survey_on_and_is_unknown_without_one():
    site = scene.site(room_left_t=100.0, room_surveyed=date(YEAR, 4, 10))
    for month, tonnes in ((3, 50.0), (4, 10.0), (5, 20.0)):
        told(site, month, 60.0)
        told(site, month, tonnes, "treated", "landfilled")
    told(site, 5, 30.0, "treated", "composted")
    stock = filling.stock(site)
    assert (stock.filling.left_t, stock.filling.months) == (70.0, pytest.approx(70 / (80 / 3)))
    assert stock.kept == 180 - 110 and stock.landfilled_percent == pytest.approx(100 * 80 / 110)
    assert [month.kept for month in stock.months] == [10, 50, 10]
    assert filling.stock(scene.site("unknown")).filling.left_t is None


def test_the_contradiction_of_the_plan_is_shown_with_the_number_that_is_here(settings):
    scene.site("a", ordered="upgrade", data_class="public")
    scene.site("b", ordered="upgrade", data_class="public", simulated=True)
    first, second = tables.about_sites(access.ANYBODY)
    assert "17" in first and "10" in first and " 1." in first
    assert second.endswith("0.")


def report(commune, month=3, *, by=None, draft=False, reason="", **values):
    return collecting.save(commune, date(YEAR, month, 1), values, by=by, draft=draft, reason=reason)


FULL = {"households": 1000, "served": 600, "urban_generated_t": 10.0, "urban_treated_t": 8.0, "basis": "E"}


def test_a_commune_report_begins_from_the_last_month_is_kept_as_a_draft_and_sent():
    here = scene.commune()
    report(here, 2, **FULL)
    begun = collecting.begun(here, date(YEAR, 3, 1))
    assert (begun.pk, begun.households, begun.urban_generated_t) == (None, 1000, None)  # tonnes are asked anew
    report(here, draft=True, households=1010)
    assert collecting.begun(here, date(YEAR, 3, 1)).households == 1010
    assert collecting.sent(here, date(YEAR, 3, 1)) is None
    report(here, **FULL)
    assert collecting.sent(here, date(YEAR, 3, 1)).households == 1000
    assert not CommuneReport.objects.filter(draft=True).exists()


def test_a_sent_report_is_corrected_with_a_reason_and_stays():
    here = scene.commune()
    first = report(here, **FULL)
    assert report(here, **FULL) == first  # twice is once
    with pytest.raises(ValidationError) as error:
        report(here, **{**FULL, "served": 700})
    assert faults(error) == {"reason"}
    second = report(here, **{**FULL, "served": 700}, reason="đếm lại")
    first.refresh_from_db()
    assert second.replaces == first and not first.current and first.served == 600


def test_an_impossible_report_is_refused_even_as_a_draft():
    with pytest.raises(ValidationError) as error:
        report(scene.commune(), draft=True, households=5, served=6, rural_generated_t=1.0, rural_treated_t=2.0)
    assert faults(error) == {"served", "rural_treated_t"}
    with pytest.raises(ValidationError) as error:
        report(scene.commune(), urban_generated_t=4.0)
    assert faults(error) == {"basis"}


def test_targets_name_who_told_nothing_and_are_unknown_without_figures():
    here, there = scene.commune(), scene.commune("01288", "Tân Giang")
    unknown = {one.code: one for one in targets.shares(access.SYSTEM, YEAR)}
    assert all(one.share.percent is None for one in unknown.values())
    assert unknown["T1"].missing == [there.full_name, here.full_name]  # by code
    report(here, **FULL)
    report(here, 4, **{**FULL, "urban_generated_t": 30.0, "urban_treated_t": 12.0, "served": 700})
    found = {one.code: one for one in targets.shares(access.SYSTEM, YEAR)}
    assert found["T1"].share.percent == 50 and found["T1"].missing == [there.full_name]
    assert found["T3"].share.percent == 70 and found["T2"].share.percent is None
    assert found["T4"].share.percent is None and found["T5"].share.percent is None


def test_hazardous_and_medical_targets_come_from_manifests_and_amounts():
    three = scene.Three()
    scene.part(three.generator, "generator")
    scene.part(scene.facility("khac"), "generator")
    done = three.treated(600.0, days=1)
    year = timezone.localtime(done.steps.first().happened).year
    told(three.generator, None, 0.8, "generated", stream="hazardous", year=year)
    clinic = scene.facility("tram-y-te")
    told(clinic, None, 2.0, "generated", stream="medical", year=year)
    told(clinic, None, 0.5, "treated", "disinfected", "medical", year=year)
    told(clinic, None, 1.0, "sent", stream="medical", year=year)
    found = {one.code: one for one in targets.shares(access.SYSTEM, year)}
    assert found["T4"].share.percent == pytest.approx(75) and found["T4"].missing == ["Cơ sở khac"]
    assert found["T5"].share.percent == pytest.approx(75)


def test_works_are_counted_without_the_invented_ones():
    scene.site("a", ordered="upgrade", finished=date(YEAR, 1, 1))
    scene.site("b", ordered="upgrade", simulated=True)
    Site.objects.create(code="n", name="n", kind="hazardous", ordered="build", source="test")
    found = {one.code: (one.registered, one.finished) for one in targets.counts(access.SYSTEM)}
    assert found == {"T9": (1, 1), "T10": (0, 0), "T11": (0, 0), "T12": (0, 0), "T13": (1, 0)}


def test_a_pick_up_needs_a_taker_and_is_corrected_beside_the_old():
    tank = Tank.objects.create(code="be-1", name="Bể 1", source="test")
    with pytest.raises(ValidationError) as error:
        emptying.report(tank, emptying.Given(date(YEAR, 3, 1), 12.0), token=uuid4(), by=None)
    assert faults(error) == {"to_name"}
    given, token = emptying.Given(date(YEAR, 3, 1), 12.0, to_name="Công ty X"), uuid4()
    made = emptying.report(tank, given, token=token, by=None)
    assert emptying.report(tank, given, token=token, by=None) == made
    emptying.correct(made.id, kg=10.0, reason="trừ bì", token=uuid4(), by=None)
    assert [one.kg for one in emptying.of(tank)] == [10.0] and PickUp.objects.count() == 2
