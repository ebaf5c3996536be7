"""Judging on the desk: what waits, the values, the proposal, the second person's decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from nonnuoc.domain import quality as q
from nonnuoc.records.accounts import services
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.monitoring.models import Judgement, Thing
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
FORM = {
    "since": (NOON - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    "until": (NOON + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M"),
    "verdict": "as_checked",
    "reason": "đối chiếu nhật ký trạm",
}


def person(role: Role, office: str = "") -> Person:
    made = services.register_person(f"{role}{office}@example.vn", name=f"Người {role}", password=None, by=None)
    where = services.register_office(office, name=office, kind="enterprise", by=None) if office else None
    services.appoint(made, where or services.root_office(), role, by=None)
    return made


def browser_of(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


@pytest.fixture
def station() -> Thing:
    thing = factories.station()
    values = [20.0 + n % 3 for n in range(13)]
    values[5] = 600.0
    factories.send(*factories.every("PM2.5", values), at=NOON + timedelta(minutes=1))
    return thing


@pytest.fixture
def address(station: Thing) -> str:
    return f"/desk/judging/{factories.stream(station, 'PM2.5').id}/"


def test_from_the_values_to_the_proposal_to_the_decision(station: Thing, address: str) -> None:
    reviewer, approver = browser_of(person(Role.REVIEWER)), browser_of(person(Role.APPROVER))
    span = f"?since={FORM['since']}&until={FORM['until']}"
    page = reviewer.get(address + span)
    assert (page.context["held"].values, page.context["held"].failed) == (13, 1)
    assert page.context["held"].listed[0].flags
    proposed = reviewer.post(address, FORM)
    assert proposed.status_code == 302
    assert not reviewer.get(proposed.url).context["may_decide"]
    seen = approver.get(proposed.url)
    assert seen.context["may_decide"]
    assert [one.id for one in approver.get("/desk/judging/").context["waiting"]] == [seen.context["judgement"].id]
    assert approver.post(proposed.url, {"decision": "approve"}).status_code == 302
    assert q.is_validated(factories.held(station, "PM2.5").quality).all()
    assert Judgement.objects.get().state == "approved"


def test_a_reviewer_cannot_approve_and_is_told_why(address: str) -> None:
    reviewer = browser_of(person(Role.REVIEWER))
    proposed = reviewer.post(address, FORM)
    answer = reviewer.post(proposed.url, {"decision": "approve"})
    assert answer.status_code == 403
    assert Judgement.objects.get().state == "waiting"


def test_returning_needs_a_note(address: str) -> None:
    reviewer, approver = browser_of(person(Role.REVIEWER)), browser_of(person(Role.APPROVER))
    where = reviewer.post(address, FORM).url
    assert approver.post(where, {"decision": "return"}).status_code == 422
    assert approver.post(where, {"decision": "return", "note": "thiếu hiệu chuẩn"}).status_code == 302
    assert Judgement.objects.get().note == "thiếu hiệu chuẩn"


def test_the_proposer_takes_it_back(address: str) -> None:
    reviewer = browser_of(person(Role.REVIEWER))
    where = reviewer.post(address, FORM).url
    assert reviewer.post(where, {"decision": "withdraw"}).status_code == 302
    assert Judgement.objects.get().state == "withdrawn"


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"verdict": "excellent"},
        {"since": "yesterday"},
        {"until": FORM["since"]},
        {"since": "0001-01-01T00:00", "until": "9999-12-31T23:59"},
        {"reason": "\x00"},
    ],
)
def test_wrong_input_is_said_beside_the_form(address: str, wrong: dict[str, str]) -> None:
    answer = browser_of(person(Role.REVIEWER)).post(address, {**FORM, **wrong})
    assert answer.status_code == 422
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("query", ["?since=x&until=y", "?since=9999-12-31T23:59&until=0001-01-01T00:00", "?since=\x00"])
def test_a_wrong_span_in_the_address_shows_the_last_day(address: str, query: str) -> None:
    assert browser_of(person(Role.REVIEWER)).get(address + query).status_code == 200


def test_means_and_what_is_not_there_have_no_page(station: Thing) -> None:
    reviewer = browser_of(person(Role.REVIEWER))
    mean = factories.stream(station, "PM2.5", "mean_1h").id
    assert [reviewer.get(f"/desk/judging/{one}/").status_code for one in (mean, 10**9)] == [404, 404]
    assert reviewer.get("/desk/judgements/1000000000/").status_code == 404


@pytest.mark.parametrize("days", ["", "7", "90", "-1", "x", "٣", "9" * 50])
def test_the_list_takes_any_period(station: Thing, days: str) -> None:
    assert browser_of(person(Role.REVIEWER)).get("/desk/judging/", {"days": days}).status_code == 200


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.OFFICER, Role.LEADER])
def test_others_do_not_judge(address: str, role: Role) -> None:
    client = browser_of(person(role))
    assert [client.get(one).status_code for one in (address, "/desk/judging/")] == [403, 403]
