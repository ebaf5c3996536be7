"""Rules of alarm on the desk: read, written, previewed, switched on."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts import services
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.rows import Rows, micros
from tests import factories
from tests.records.accounts import staff
from tests.records.alerts import incidents

pytestmark = pytest.mark.django_db
LIST = "/desk/alarm-rules/"
FORM = {
    "kind": "limit", "basis": "", "code": "permit-cod", "name_vi": "COD vượt giấy phép", "meaning_vi": "Vượt mức.",
    "action_vi": "Gọi cơ sở.", "observed_property": "COD", "procedure": "raw", "thing": "NT01", "unit": "mg/L",
    "step_1_severity": "2", "step_1_above": "60,5", "step_1_clear": "55", "step_2_severity": "3", "step_2_above": "90",
    "need": "2", "among": "3", "hold_min": "30", "article": "Giấy phép 12/GPMT", "source": "12/GPMT, 05/02/2026",
}  # fmt: skip


def person(role: Role, *communes: object) -> Person:
    made = services.register_person(f"{role}@example.vn", name=f"Người {role}", password=None, by=None)
    if communes:
        staff.task(made, services.root_office(), role, *communes)
    else:
        services.appoint(made, services.root_office(), role, by=None)
    return made


def browser_of(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


@pytest.fixture
def operator() -> Client:
    return browser_of(person(Role.OPERATOR))


@pytest.fixture
def outlet() -> Thing:
    """An outlet that was over 60 mg/L for two hours yesterday."""
    thing = factories.station("NT01", ("COD", "pH"), kind=Thing.Kind.WASTEWATER)
    value = np.full(288, 20.0)
    value[100:124] = 80
    start = timezone.now() - timedelta(days=1)
    time = micros(start) + np.arange(288) * 300_000_000
    stream = np.full(288, factories.stream(thing, "COD").id)
    observations.write(Rows(stream, time, value, np.zeros(288), np.ones(288)), by="test", reason="test", at=start)
    return thing


def test_from_the_form_to_the_preview_to_the_switch(operator: Client, outlet: Thing) -> None:
    kinds = operator.get(f"{LIST}new")
    assert "?kind=limit&amp;basis=qcvn08" in kinds.content.decode()
    assert operator.get(f"{LIST}new?kind=limit&basis=").status_code == 200
    shown = operator.post(f"{LIST}new", {**FORM, "do": "preview", "period": "30d"})
    assert shown.status_code == 200
    assert shown.context["previewed"].shown.answer.endswith("quy tắc sẽ mở 1 sự cố ở 1 trạm.")
    assert '<rect class="excursion"' in shown.content.decode()
    assert not AlarmRule.objects.exists()
    kept = operator.post(f"{LIST}new", {**FORM, "do": "keep"})
    assert kept.url == f"{LIST}permit-cod/"
    rule = AlarmRule.objects.get()
    assert (rule.steps, rule.hold_s, rule.enabled) == (
        [{"severity": 2, "above": 60.5, "clear": 55}, {"severity": 3, "above": 90}], 1800, False,
    )  # fmt: skip
    preview = operator.get(f"{LIST}permit-cod/preview?period=30d")
    assert [place.number for place in preview.context["previewed"].shown.places] == [1]
    operator.post(f"{LIST}permit-cod/switch", {"to": "on"})
    page = operator.get(f"{LIST}permit-cod/")
    assert page.context["standing"] == "on"
    assert page.context["spots"][0].judged == ["COD: trên 60,5 mg/L"]
    assert "Giấy phép 12/GPMT" in page.content.decode()


def test_every_fault_stands_at_its_field_and_nothing_is_kept(operator: Client, outlet: Thing) -> None:
    wrong = {
        **FORM,
        "unit": "µg/L",
        "step_1_clear": "70",
        "need": "9",
        "article": "QCVN 99",
        "source": "",
        "do": "keep",
    }
    answer = operator.post(f"{LIST}new", wrong)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"need", "article", "unit"}
    assert len(form.faults["steps"]) == 1
    assert "0.001" in answer.content.decode()
    unread = operator.post(f"{LIST}new", {**FORM, "step_1_above": "1.234,5", "do": "keep"})
    assert set(unread.context["form"].errors) == {"step_1_above"}
    assert not AlarmRule.objects.exists()


def test_change_shows_what_is_held_and_begins_a_version(operator: Client, outlet: Thing) -> None:
    operator.post(f"{LIST}new", {**FORM, "do": "keep"})
    form = operator.get(f"{LIST}permit-cod/change").context["form"]
    assert (form["step_1_above"].value(), form["hold_min"].value()) == ("60,5", "30")
    operator.post(f"{LIST}permit-cod/change", {**FORM, "step_1_above": "50", "step_1_clear": "", "do": "keep"})
    assert [rule.steps[0]["above"] for rule in AlarmRule.objects.order_by("version")] == [60.5, 50]
    assert len(operator.get(f"{LIST}permit-cod/").context["versions"]) == 2


@pytest.mark.parametrize("code", [draft.code for draft, _since, _on in rules.shipped()])
def test_every_shipped_rule_can_be_read_and_its_form_says_what_it_says(operator: Client, code: str) -> None:
    factories.station()
    rules.load_shipped()
    page = operator.get(f"{LIST}{code}/")
    assert page.status_code == 200
    assert page.context["sentence"]
    form = operator.get(f"{LIST}{code}/change").context["form"]
    told = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in told.items() if value not in (None, "", [])}
    sent = operator.post(f"{LIST}{code}/change", {**given, "do": "keep"})
    missing = {"observed_property"}  # no station of this test measures it
    assert sent.status_code == 302 or set(sent.context["form"].errors) <= missing
    assert AlarmRule.objects.filter(code=code).count() == 1  # it says what it said: nothing happened
    assert operator.get(f"{LIST}{code}/preview").status_code == 200


def test_list_groups_by_family_and_tells_the_score(operator: Client, queries) -> None:
    thing = factories.station()
    rules.load_shipped()
    page = operator.get(LIST)
    assert [heading for heading, _rows in page.context["parts"]] == [
        "Môi trường", "Mất số liệu", "Vận hành trạm", "Hệ thống này",
    ]  # fmt: skip
    made = incidents.incident(thing, at=timezone.now(), state="closed")
    rule = AlarmRule.objects.get(code="air-limit-24h")
    made.alarms.create(
        code=rule.code, rule=rule, thing=thing, onset=made.onset, raised=made.onset, last_beyond=made.onset,
        cleared=made.onset, severity=2, recorded=made.onset,
    )  # fmt: skip
    assert "1 trong 1 là đúng (100 %)" in operator.get(LIST).content.decode()


def test_list_costs_the_same_for_few_rules_and_many(operator: Client, queries) -> None:
    factories.station()
    incidents.rule("one", steps=[{"severity": 2, "above": 1}])
    operator.get(LIST)  # what is kept for all pages is there from now on
    few = queries(lambda: operator.get(LIST))
    for n in range(3):
        incidents.rule(f"more-{n}", steps=[{"severity": 2, "above": 1}])
    assert queries(lambda: operator.get(LIST)) == few


def test_who_may_only_read_sees_no_button_and_a_local_operator_changes_only_rules_of_his_communes(outlet) -> None:
    rules.load_shipped()
    officer = browser_of(person(Role.OFFICER))
    page = officer.get(f"{LIST}silence/")
    assert (page.status_code, page.context["may_manage"]) == (200, False)
    assert officer.get(f"{LIST}silence/preview").status_code == 403
    assert officer.post(f"{LIST}silence/switch", {"to": "off"}).status_code == 403
    where = staff.commune()
    local = browser_of(person(Role.OPERATOR, where))
    assert local.post(f"{LIST}silence/switch", {"to": "off"}).status_code == 403
    assert local.post(f"{LIST}new", {**FORM, "do": "keep"}).status_code == 403  # NT01 lies in no commune of his
    Thing.objects.filter(pk=outlet.pk).update(commune=where)
    assert local.post(f"{LIST}new", {**FORM, "do": "keep"}).status_code == 302


def test_station_page_keeps_the_law_of_water_and_tells_what_is_not_judged(operator: Client) -> None:
    thing = factories.station("NM01", ("COD",), kind=Thing.Kind.SURFACE_WATER)
    page = operator.get("/desk/stations/NM01/")
    assert [one.name for one in page.context["unjudged"]] == ["Nhu cầu ôxy hóa học (COD)"]
    half = operator.post("/desk/stations/NM01/", {"water": "1", "water_kind": "river"})
    assert (half.status_code, set(half.context["water"].errors)) == (422, {"water_class"})
    kept = operator.post("/desk/stations/NM01/", {"water": "1", "water_kind": "river", "water_class": "B"})
    assert kept.status_code == 302
    thing.refresh_from_db()
    assert thing.properties == {"water": {"kind": "river", "grade": "B"}}
    assert operator.get("/desk/stations/NM01/").context["unjudged"] == []


def test_rule_that_there_is_not_is_not_found(operator: Client) -> None:
    assert operator.get(f"{LIST}nothing/").status_code == 404
    assert operator.get(LIST).status_code == 200  # empty, and says what fills it


def test_preview_reaches_as_far_as_was_asked(operator: Client, outlet: Thing) -> None:
    operator.post(f"{LIST}new", {**FORM, "do": "keep"})
    asked = operator.get(f"{LIST}permit-cod/preview?period=year").context["previewed"].asked
    assert asked.since == datetime(timezone.localdate().year, 1, 1, tzinfo=factories.VIETNAM)
    strange = operator.get(f"{LIST}permit-cod/preview?period=ever&start=-3").context["previewed"].asked
    assert (strange.period, strange.start) == ("30d", 0)


@pytest.mark.parametrize(
    ("steps", "says"),
    [([], "nó không có ngưỡng nào"), ([{"severity": 2, "above": "x"}], "không đọc được các ngưỡng")],
)
def test_a_rule_nothing_can_be_judged_by_says_so_and_breaks_no_page(operator, outlet, steps, says):
    broken = incidents.rule("wrong", enabled=True, steps=steps)
    for address in (LIST, f"{LIST}{broken.code}/", f"/desk/stations/{outlet.code}/"):
        answer = operator.get(address)
        assert answer.status_code == 200, address
        assert says in answer.content.decode() or "stations" in address
