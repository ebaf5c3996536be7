"""The duty desk answers first, shows what somebody may see, and does what its forms say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.models import AuditEntry, Person, Role
from nonnuoc.records.alerts.models import Attachment, Entry, Family, Incident, Severity
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.outbox.models import Message
from tests.desk.staff import said
from tests.portal import network
from tests.records.accounts import staff
from tests.records.alerts import incidents

pytestmark = pytest.mark.django_db
State, Kind = Incident.State, Entry.Kind
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def air(at: datetime) -> Thing:
    thing = network.station("KK01", kind=Thing.Kind.AMBIENT_AIR, name="Trạm Tân Giang", lon=106.2, lat=22.6)
    raw = network.instrument(thing, "PM2.5")
    times = observations.micros(at) - np.arange(288)[::-1] * 300_000_000
    network.put(raw, times, np.linspace(20, 68, 288))
    return thing


def person(role: str = Role.OPERATOR, name: str = "An", where: Any = None) -> Person:
    someone = staff.person(name)
    staff.task(someone, where or staff.office(f"office-{name}"), role)
    return someone


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(person())
    return client


def raised(thing: Thing, at: datetime, **facts: Any) -> Incident:
    made = incidents.incident(thing, at=at, **facts)
    incidents.alarm(made, network.stream(thing, "PM2.5", "raw"), cleared=made.cleared)
    return made


def act(client: Client, one: Incident, deed: str, **facts: Any) -> Any:
    told = {f"{deed}-{name}": value for name, value in facts.items()}
    return client.post(f"/desk/duty/{one.id}/act", {"deed": deed, **told})


def test_with_nothing_open_the_page_says_so_calmly(desk: Client, air: Thing, at: datetime) -> None:
    page = desk.get("/desk/duty/")
    assert page.context["sentence"] == "Lúc này không có việc gì cần bạn."
    assert "Không có sự cố nào đang mở." in said(page)
    raised(air, at, state=State.CLOSED)
    assert "Trạm Tân Giang" in desk.get("/desk/duty/").context["last_closed"]


def test_the_answer_comes_first_with_what_is_gravest(desk: Client, air: Thing, at: datetime) -> None:
    raised(air, at)
    incidents.incident(air, at=at, severity=Severity.MINOR)
    incidents.incident(air, at=at, acknowledged=at, family=Family.OPERATION)
    page = desk.get("/desk/duty/")
    assert page.context["sentence"] == "2 sự cố cần người nhận."
    assert page.context["first"] == "Trạm Tân Giang: PM2.5 68,0 µg/Nm³, giới hạn 45"
    assert page.context["second"] == "1 vụ đã có người nhận, không vụ nào là mất tín hiệu."
    assert "<title>(2) Bàn trực" in page.content.decode()
    assert [section.whole for section in page.context["sections"]] == [2, 1]


def test_a_line_tells_where_what_how_long_and_whose(desk: Client, air: Thing, at: datetime) -> None:
    officer = person(Role.OFFICER, "Chi")
    raised(air, at, onset=timedelta(hours=2, minutes=5), assigned_to=officer, silenced_until=at + timedelta(hours=1))
    (section,) = desk.get("/desk/duty/").context["sections"]
    row = section.rows[0]
    assert (row.where, row.what) == ("Trạm Tân Giang", "PM2.5 68,0 µg/Nm³, giới hạn 45")
    assert row.lasting.endswith(", đã 2 giờ 05 phút")
    assert row.whose == "giao cho Chi, chưa ai nhận, đã 1 giờ 55 phút"
    assert row.silenced.startswith("không nhắn tin đến ")
    assert (row.waits, row.may_acknowledge, row.simulated) == (True, True, False)


def test_a_network_that_falls_silent_is_one_line_with_how_many(desk: Client, at: datetime) -> None:
    made = incidents.incident(None, at=at, family=Family.SILENCE, severity=Severity.EXTREME)
    for number in range(3):
        incidents.alarm(made, None, code="silence", thing=network.station(f"S{number}", simulated=number == 0))
    page = desk.get("/desk/duty/")
    (row,) = page.context["sections"][0].rows
    assert row.what == "3 trạm mất tín hiệu"
    assert "1 vụ là mất tín hiệu" in page.context["second"]
    assert desk.get(f"/desk/duty/{made.id}/").status_code == 200


def test_invented_stations_say_so(desk: Client, air: Thing, at: datetime) -> None:
    Thing.objects.update(simulated=True)
    made = raised(air, at)
    for path in ("/desk/duty/", f"/desk/duty/{made.id}/", "/desk/duty/handover/", "/desk/"):
        assert "SỐ LIỆU MÔ PHỎNG" in desk.get(path).content.decode(), path


def test_filters_narrow_list_and_numbers_and_what_is_none_is_passed_over(
    desk: Client, air: Thing, at: datetime
) -> None:
    raised(air, at)
    incidents.incident(air, at=at, family=Family.OPERATION)
    page = desk.get("/desk/duty/?family=operation&state=x&area=99999")
    assert page.context["sentence"] == "1 sự cố cần người nhận."
    assert len(page.context["sections"][0].rows) == 1
    assert "Không có sự cố nào như vậy" in said(desk.get("/desk/duty/?mine=on"))


def test_long_lists_come_in_pages(desk: Client, air: Thing, at: datetime) -> None:
    for _ in range(53):
        incidents.incident(air, at=at)
    first = desk.get("/desk/duty/")
    assert first.context["standing"].waiting == 53
    assert len(first.context["sections"][0].rows) == 50
    second = desk.get(f"/desk/duty/{first.context['next']}")
    assert (len(second.context["sections"][0].rows), second.context["next"]) == (3, "")


@pytest.mark.parametrize("path", ["/desk/duty/", "/desk/duty/list", "/desk/duty/closed/", "/desk/duty/handover/"])
def test_as_many_queries_for_three_as_for_one(
    desk: Client, air: Thing, at: datetime, queries: Callable[..., int], path: str
) -> None:
    facts = {"state": State.CLOSED} if "closed" in path else {}

    def one_more(code: str) -> None:
        made = incidents.incident(air, at=at, **facts)
        incidents.alarm(made, network.stream(air, "PM2.5", "raw"), code=code, cleared=at)
        incidents.entry(made, Kind.NOTED, at=at, note="x")

    one_more("a")
    desk.get(path)
    one = queries(lambda: desk.get(path))
    one_more("b")
    one_more("c")
    assert queries(lambda: desk.get(path)) == one


def test_the_script_gets_only_what_changes(desk: Client, air: Thing, at: datetime) -> None:
    raised(air, at)
    part = desk.get("/desk/duty/list").content.decode()
    assert part.lstrip().startswith('<div class="duty-now" data-waiting="1"')
    assert "<html" not in part


def test_acknowledging_from_the_list_leads_back_to_it(desk: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at)
    answer = desk.post(f"/desk/duty/{made.id}/act", {"deed": "acknowledge", "back": "list"}, follow=True)
    assert answer.redirect_chain == [("/desk/duty/", 302)]
    made.refresh_from_db()
    assert made.acknowledged_by.name == "An"
    assert "Bạn đã nhận." in said(answer)
    assert answer.context["standing"].waiting == 0


def test_who_was_second_is_told_who_was_first(desk: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at, acknowledged=at, acknowledged_by=person(name="Binh"))
    answer = act(desk, made, "acknowledge")
    assert answer.status_code == 422
    assert "Binh" in str(answer.context["refused"].non_field_errors())


def test_everything_that_can_be_done_is_done_and_stands_in_the_log(desk: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at)
    chi = person(Role.OFFICER, "Chi")
    for deed, facts in (
        ("note", {"text": "Đã gọi trạm"}),
        ("assign", {"to": str(chi.id)}),
        ("silence", {"hours": "4", "reason": "Đang sửa"}),
        ("unsilence", {}),
        ("attach", {"file": SimpleUploadedFile("anh.png", PNG, "image/png"), "note": "Tủ điện"}),
        ("close", {"outcome": "confirmed", "cause": "Đốt rơm rạ"}),
        ("reopen", {"reason": "Lại bốc khói"}),
    ):
        answer = act(desk, made, deed, **facts)
        assert answer.status_code == 302, (deed, answer.context["refused"].errors)
    page = desk.get(f"/desk/duty/{made.id}/")
    kinds = set(made.log.values_list("kind", flat=True))
    assert kinds >= {"noted", "assigned", "silenced", "unsilenced", "attached", "closed", "reopened"}
    for words in ("Đã gọi trạm", "Đang sửa", "Tủ điện", "Đốt rơm rạ", "Lại bốc khói", "Chi"):
        assert words in said(page), words


def test_what_is_refused_stands_in_its_form_and_nothing_is_lost(desk: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at)
    answer = act(desk, made, "close", outcome="confirmed", cause="")
    assert answer.status_code == 422
    form = answer.context["refused"]
    assert (form.key, form["outcome"].value()) == ("close", "confirmed")
    assert form.errors
    made.refresh_from_db()
    assert made.state == State.OPEN
    assert act(desk, made, "burn").status_code == 404


def test_a_picture_is_shown_and_everything_else_is_saved(desk: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at)
    act(desk, made, "attach", file=SimpleUploadedFile("anh.png", PNG, "image/png"))
    act(desk, made, "attach", file=SimpleUploadedFile("x.txt", b"<script>alert(1)</script>", "text/plain"))
    for name, kind, disposition in (
        ("anh.png", "image/png", "inline"),
        ("x.txt", "application/octet-stream", "attach"),
    ):
        file = Attachment.objects.get(name=name)
        answer = desk.get(f"/desk/duty/{made.id}/files/{file.uuid}")
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Disposition"].startswith(disposition)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.content == bytes(file.body)
    other = incidents.incident(air, at=at)
    assert desk.get(f"/desk/duty/{other.id}/files/{file.uuid}").status_code == 404


def test_who_may_only_look_finds_no_buttons_and_can_do_nothing(client: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at)
    client.force_login(person(Role.LEADER, "Lan"))
    assert not client.get("/desk/duty/").context["sections"][0].rows[0].may_acknowledge
    assert client.get(f"/desk/duty/{made.id}/").context["deeds"] == []
    assert act(client, made, "acknowledge").status_code == 403
    assert client.post("/desk/duty/handover/", {"read": "on"}).status_code == 403


def test_the_page_of_an_incident_tells_all_there_is(desk: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at)
    made.alarms.update(suspect=1, peak_time=at - timedelta(minutes=30))
    incidents.entry(made, Kind.JOINED, at=at, time=at - timedelta(hours=9), facts={"severity": 2})
    incidents.rule()
    Message.objects.create(key=f"incident:{made.id}:opened:1", topic="incident.environment", channel="email",
        template="incident_opened", person=person(name="Nga"), queued=at, due=at, give_up=at, state="failed",
        why="hộp thư đầy")  # fmt: skip
    near = network.station("KK02", kind=Thing.Kind.AMBIENT_AIR, lon=106.3, lat=22.6, name="Trạm Sông Hiến")
    raw = network.instrument(near, "PM2.5")
    network.put(raw, np.array([observations.micros(at - timedelta(minutes=30))]), np.array([90.0]))
    page = desk.get(f"/desk/duty/{made.id}/")
    text = said(page)
    assert page.context["verdict"].startswith("Trong 1 trạm lân cận")
    for words in ("QCVN 05:2023/BTNMT", "biết sau 9 giờ", "hộp thư đầy", "Nga", "Trạm Sông Hiến", "90,0 µg/Nm³",
        "nghi ngờ 1 trong 3", "Xem thiết bị và các trạm lân cận"):  # fmt: skip
        assert words in text, words
    assert page.context["charts"][0].plot.marks
    assert f"/desk/duty/{made.id}/series?stream=" in page.content.decode()
    assert f"/desk/incidents/{made.id}/warning" not in page.content.decode()  # an operator writes no warnings


def test_the_chart_is_for_who_may_see_the_incident_and_of_its_own_streams(
    client: Client, air: Thing, at: datetime
) -> None:
    office = staff.office("nha-may", "enterprise")
    Thing.objects.filter(id=air.id).update(data_class="restricted", office=office)
    made = raised(air, at)
    stream = network.stream(air, "PM2.5", "raw")
    foreign = network.instrument(network.station("KK02"), "PM10")
    span = {"since": (at - timedelta(hours=6)).isoformat(), "until": at.isoformat(), "points": 50}
    path = f"/desk/duty/{made.id}/series"
    client.force_login(person(Role.ENTERPRISE, "X", office))
    told = client.get(path, {"stream": stream.id, **span}).json()
    assert told["count"] == 72
    assert [limit["value"] for limit in told["limits"]] == [45.0]
    (since, until) = told["marked"][0]
    assert (since, until >= at.timestamp() - 5) == (made.onset.timestamp(), True)
    assert client.get(path, {"stream": foreign.id, **span}).status_code == 404
    assert client.get(path, {"stream": stream.id, "since": "x"}).status_code == 400
    client.force_login(person(Role.ENTERPRISE, "Y", staff.office("y", "enterprise")))
    assert client.get(path, {"stream": stream.id, **span}).status_code == 403
    client.logout()
    assert client.get(path, {"stream": stream.id, **span}).status_code == 302


def test_what_became_part_of_another_leads_there(desk: Client, air: Thing, at: datetime) -> None:
    whole = raised(air, at)
    part = incidents.incident(air, at=at, state=State.CLOSED, outcome="merged", merged_into=whole)
    assert f'href="/desk/duty/{whole.id}/"' in desk.get(f"/desk/duty/{part.id}/").content.decode()
    assert f'href="/desk/duty/{part.id}/"' in desk.get(f"/desk/duty/{whole.id}/").content.decode()


def test_closed_ones_are_found_by_station_time_and_outcome(desk: Client, air: Thing, at: datetime) -> None:
    made = raised(air, at, state=State.CLOSED)
    incidents.incident(network.station("NM01"), at=at, state=State.CLOSED, outcome="false_alarm")
    found = desk.get("/desk/duty/closed/?station=Tân+Giang")
    assert [row.incident for row in found.context["rows"]] == [made]
    assert [row.incident for row in desk.get("/desk/duty/closed/?outcome=confirmed").context["rows"]] == [made]
    assert desk.get("/desk/duty/closed/?until=2020-01-01").context["rows"] == []
    assert desk.get("/desk/duty/closed/?since=2020-02-01&until=2020-01-01").status_code == 422


def test_the_sheet_of_a_shift_tells_what_was_done_and_who_takes_over(desk: Client, air: Thing, at: datetime) -> None:
    network.put(network.stream(network.air("MUTE", at, where=None, silent_h=30), "PM2.5", "raw"), [1], [1.0])
    made = raised(air, at)
    act(desk, made, "note", text="Bơm hỏng")
    closed = raised_closed(air, at)
    old = incidents.incident(air, at=at, state=State.CLOSED)
    Incident.objects.filter(id=old.id).update(closed=at - timedelta(days=3), changed=at - timedelta(days=3))
    Entry.objects.filter(incident=old).update(at=at - timedelta(days=3))
    page = desk.get("/desk/duty/handover/?hours=8")
    assert [one.row.incident for one in page.context["open"]] == [made]
    assert [one.row.incident for one in page.context["closed"]] == [closed]
    assert [one.code for one in page.context["silent"]] == ["MUTE"]
    assert any("An: Ghi chú – Bơm hỏng" in deed for deed in page.context["open"][0].deeds)
    assert page.context["sentence"].startswith("1 sự cố được bàn giao")
    assert desk.post("/desk/duty/handover/", {}).status_code == 422
    answer = desk.post("/desk/duty/handover/", {"read": "on", "note": "Xem lại trạm MUTE"}, follow=True)
    assert answer.context["watch"].name == "An"
    entry = AuditEntry.objects.get(action="watch.taken-over")
    assert (entry.detail["note"], entry.detail["waiting"]) == ("Xem lại trạm MUTE", 1)
    desk.post("/desk/duty/handover/", {"read": "on"})
    assert AuditEntry.objects.filter(action="watch.taken-over").count() == 1  # the same person a moment later


def raised_closed(thing: Thing, at: datetime) -> Incident:
    made = incidents.incident(thing, at=at, state=State.CLOSED)
    incidents.entry(made, Kind.CLOSED, at=at, facts={"outcome": "confirmed"})
    return made


def test_the_navigation_says_how_many_wait(desk: Client, air: Thing, at: datetime) -> None:
    raised(air, at)
    assert 'data-waiting-count>1<span class="unseen">' in desk.get("/desk/deliveries/").content.decode()


def test_a_public_warning_is_one_press_away_from_an_incident_of_the_environment(client, air, at):
    client.force_login(person(Role.OFFICER))
    incident = raised(air, at)
    page = client.get(f"/desk/duty/{incident.id}/").content.decode()
    assert f'<form id="warning-form" method="post" action="/desk/incidents/{incident.id}/warning">' in page
    answer = client.post(f"/desk/incidents/{incident.id}/warning")
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/warnings/{incident.warnings.get().uuid}/change")


def test_silence_is_nothing_to_warn_people_of(client, air, at):
    client.force_login(person(Role.OFFICER))
    incident = raised(air, at, family=Family.SILENCE)
    assert "warning-form" not in client.get(f"/desk/duty/{incident.id}/").content.decode()


def test_what_was_found_in_late_data_is_counted_on_the_sheet_not_listed(desk, air, at):
    raised(air, at, state=State.CLOSED, outcome=Incident.Outcome.RECORDED, closed=at, cleared=at)
    page = said(desk.get("/desk/duty/handover/"))
    assert "Thêm 1 vụ tìm thấy trong số liệu đến muộn" in page
    assert "/desk/duty/closed/?outcome=recorded" in desk.get("/desk/duty/handover/").content.decode()
