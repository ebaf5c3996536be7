"""Which changes are told, under which key, to whom, and in which words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils.translation import override

from nonnuoc.exchange import rendering
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.attending import handling, telling, together, told, wording
from nonnuoc.records.alerts.attending.facts import facts
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Entry, Incident
from nonnuoc.records.outbox import webhooks
from nonnuoc.records.outbox.models import Message
from tests import factories as f
from tests.records.accounts import staff
from tests.records.alerts import incidents as i
from tests.records.alerts import watch as w
from tests.records.alerts.watch import MINUTE, NOON, somebody

pytestmark = pytest.mark.django_db
Kind = Entry.Kind


@pytest.fixture
def officer():
    return somebody(Role.OFFICER, "Bình")


@pytest.fixture
def incident(officer):
    thing = f.station("KK01", ["PM2.5"], commune=staff.commune())
    made = i.incident(thing, at=NOON, told=None, told_severity=0)
    i.alarm(made, f.stream(thing, "PM2.5"), cleared=None, suspect=1)
    return made


def tell(*changes: Change, at=NOON) -> None:
    telling.tell(changes, at=at)


def keys(one) -> list[str]:
    return [":".join(message.key.split(":")[2:]) for message in w.told(one)]


def test_only_what_sounds_is_told(incident, officer):
    tell(Change(incident, Kind.OPENED), Change(incident, Kind.JOINED), Change(incident, Kind.COMPLETED))
    assert w.told(officer) == []
    tell(Change(incident, Kind.OPENED, sounds=True))
    assert keys(officer) == ["opened:1"]
    incident.refresh_from_db()
    assert (incident.told, incident.told_severity) == (NOON, 3)
    assert incident.log.get(kind="told").facts == {
        "key": f"incident:{incident.id}:opened:1",
        "what": "opened",
        "people": 1,
        "machines": 0,
    }


def test_the_same_told_again_is_one_message_and_one_line(incident, officer):
    for _ in range(3):
        tell(Change(incident, Kind.OPENED, sounds=True))
    assert keys(officer) == ["opened:1"]
    assert incident.log.filter(kind="told").count() == 1


def test_several_changes_of_one_incident_are_one_message(incident, officer):
    i.entry(incident, Kind.WORSE, at=NOON)
    tell(Change(incident, Kind.WORSE, sounds=True), Change(incident, Kind.OPENED, sounds=True))
    assert keys(officer) == ["opened:1"]


def test_each_graver_step_is_told_once(incident, officer):
    for severity in (3, 4):
        incident.severity = severity
        incident.save()
        i.entry(incident, Kind.WORSE, at=NOON)
        tell(Change(incident, Kind.WORSE, sounds=True))
        tell(Change(incident, Kind.WORSE, sounds=True))
    assert keys(officer) == ["worse:1", "worse:2"]


def test_of_a_silenced_incident_only_what_is_graver_is_told(incident, officer):
    incident.silenced_until = NOON + MINUTE
    incident.save()
    i.entry(incident, Kind.REOPENED, at=NOON)
    tell(Change(incident, Kind.REOPENED, sounds=True))
    assert w.told(officer) == []
    i.entry(incident, Kind.WORSE, at=NOON)
    tell(Change(incident, Kind.WORSE, sounds=True))
    assert keys(officer) == ["worse:1"]
    tell(Change(incident, Kind.REOPENED, sounds=True), at=NOON + MINUTE)
    assert keys(officer) == ["worse:1", "reopened:1"]


def test_who_heard_that_it_began_hears_quietly_that_it_is_over(incident, officer):
    tell(Change(incident, Kind.OPENED, sounds=True))
    late = somebody(Role.OFFICER, "Chi")
    Incident.objects.filter(id=incident.id).update(state="cleared", cleared=NOON)
    incident.refresh_from_db()
    i.entry(incident, Kind.CLEARED, at=NOON)
    tell(Change(incident, Kind.CLEARED), at=NOON + MINUTE)
    assert keys(officer) == ["opened:1", "cleared:1"]
    assert w.told(officer)[-1].severity == 1
    assert w.told(late) == []


def test_what_was_never_told_is_not_told_to_be_over(incident, officer):
    Incident.objects.filter(id=incident.id).update(state="cleared", cleared=NOON)
    incident.refresh_from_db()
    tell(Change(incident, Kind.CLEARED))
    assert w.told(officer) == []


def test_only_whose_rights_reach_the_station_are_told(incident, officer):
    near = staff.person("Gần")
    far = staff.person("Xa")
    for one, commune in ((near, staff.commune()), (far, staff.commune("01288"))):
        task = {"since": NOON - timedelta(days=9)}
        where = staff.office(f"o-{one.name}", "commune", commune=commune)
        staff.task(one, where, Role.COMMUNE_OFFICER, **task)
    tell(Change(incident, Kind.OPENED, sounds=True))
    assert (len(w.told(near)), len(w.told(far)), len(w.told(officer))) == (1, 0, 1)


def test_nothing_to_tell_asks_nothing(queries, incident):
    assert queries(lambda: tell(Change(incident, Kind.JOINED))) == 0


def said(what: str, language: str, **facts: object) -> rendering.Text:
    (message,) = Message.objects.filter(template=f"incident_{what}").order_by("-id")[:1]
    message.facts |= facts
    return rendering.text(message, language)


def announced(incident, *whats: str) -> None:
    for what in whats:
        i.entry(incident, together.KINDS[what], at=NOON)
        more = {"more": {"minutes": 15}, "escalation": 1} if what == "escalated" else {}
        together.bring([together.Piece(incident, what, **more)], at=NOON)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("what", ["opened", "worse", "reopened", "escalated"])
def test_a_message_says_what_since_when_how_sure_what_to_do_and_where(incident, what, language):
    announced(incident, what)
    text = said(what, language)
    assert len(text.subject) <= 100
    assert "Trạm KK01" in text.subject
    value, level = ("68,0", "45,0") if language == "vi" else ("68.0", "45.0")
    rule = i.rule()
    for expected in (
        f"{value} µg/Nm³",
        f"{level} µg/Nm³",
        "10:00 02/03/2026",
        "QCVN 05:2023/BTNMT, bảng 1",
        getattr(rule, f"meaning_{language}"),
        getattr(rule, f"action_{language}"),
        f"/desk/duty/{incident.id}/",
        "Xã 01273",
        "1 trong 3" if language == "vi" else "1 of 3",
    ):
        assert expected in text.body, expected
    assert "\n\n\n" not in text.body
    assert "None" not in text.subject + text.body


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_end_is_said_with_how_long_it_lasted(incident, officer, language):
    tell(Change(incident, Kind.OPENED, sounds=True))
    Incident.objects.filter(id=incident.id).update(state="cleared", cleared=NOON)
    incident.refresh_from_db()
    tell(Change(incident, Kind.CLEARED))
    text = said("cleared", language)
    assert "10:00 02/03/2026" in text.body and "12:00 02/03/2026" in text.body
    assert text.subject.startswith("Đã hết" if language == "vi" else "Over")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_long_name_leaves_a_subject_that_can_be_read(incident, officer, language):
    incident.thing.name = "Trạm quan trắc môi trường không khí tự động liên tục " * 3
    incident.thing.save()
    announced(incident, "worse")
    assert len(said("worse", language).subject) <= 100


def test_what_is_invented_says_so_before_anything_else(incident, officer):
    incident.thing.simulated = True
    incident.thing.save()
    announced(incident, "opened")
    assert said("opened", "vi").subject.startswith("[MÔ PHỎNG]")
    assert said("opened", "en").subject.startswith("[SIMULATED]")
    assert "invented" in said("opened", "en").body


def test_names_are_data_and_no_template(incident, officer):
    incident.thing.name = "{% load x %}{{ settings.SECRET_KEY }} <b>&"
    incident.thing.save()
    announced(incident, "opened")
    assert "{% load x %}{{ settings.SECRET_KEY }} <b>&" in said("opened", "en").subject


def test_facts_are_plain_json(incident):
    assert json.loads(json.dumps(facts(incident))) == facts(incident)


def test_facts_of_an_incident_without_alarms_or_station(officer):
    made = facts(i.incident(None, at=NOON, family="system"))
    assert (made["headline_en"], made["value_en"], made["stations"]) == ("This system: this system", "", 0)


def over_limit(number: int, at=NOON, **facts: object) -> list[Incident]:
    """So many stations, each with an incident of its own."""
    made = []
    for _ in range(number):
        thing = f.station(f"M{Incident.objects.count():03d}", ["PM2.5"], **facts)
        one = i.incident(thing, at=at, told=None, told_severity=0)
        i.alarm(one, f.stream(thing, "PM2.5"), cleared=None)
        made.append(one)
    return made


def sounding(some: list[Incident]) -> list[Change]:
    return [Change(one, Kind.OPENED, sounds=True) for one in some]


def end(one: Incident, **values: object) -> Incident:
    Incident.objects.filter(id=one.id).update(changed=NOON, **values)
    one.refresh_from_db()
    return one


def test_a_few_at_once_are_told_one_by_one(officer):
    tell(*sounding(over_limit(together.FEW)))
    assert [one.template for one in w.told(officer)] == ["incident_opened"] * together.FEW


def test_many_at_once_are_one_message_and_machines_hear_each(officer):
    webhooks.make_webhook("m", "https://a.example/", by=somebody(Role.ADMINISTRATOR))
    many = over_limit(23, commune=staff.commune())
    many[7].severity = 4
    many[7].save()
    for _ in range(2):
        tell(*sounding(many))
    (message,) = w.told(officer)
    assert (message.template, message.severity, message.topic) == ("incident_many", 4, "incident.environment")
    assert (message.facts["count"], message.facts["gravest"], message.facts["more"]) == (23, 1, 3)
    assert message.facts["lines_en"][0].startswith(f"#{many[7].id} · extreme")
    assert Message.objects.filter(webhook__isnull=False, template="incident_opened").count() == 23
    line = many[3].log.get(kind="told").facts
    assert line == {
        "key": f"incident:{many[3].id}:opened:1",
        "what": "opened",
        "people": 1,
        "machines": 1,
        "many": [message.key],
    }


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "vi",
            ["23 sự cố mới cùng lúc: Môi trường", "23 sự cố ở mức nghiêm trọng", "Xã 01273 (23)", "và 3 sự cố khác"],
        ),
        (
            "en",
            ["23 new incidents at once: Environment", "23 of them are severe", "Xã 01273 (23)", "and 3 more of them"],
        ),
    ],
)
def test_what_tells_of_many_says_how_many_how_grave_where_and_which(officer, language, wanted):
    many = over_limit(23, commune=staff.commune())
    tell(*sounding(many))
    text = said("many", language)
    assert text.subject == wanted[0]
    for one in wanted[1:]:
        assert one in text.body, one
    value = "68,0 µg/Nm³" if language == "vi" else "68.0 µg/Nm³"
    assert text.body.count(value) == 20
    assert text.body.rstrip().splitlines()[-2].endswith("/desk/duty/")
    assert "\n\n\n" not in text.body


def test_each_is_told_only_of_what_their_rights_reach(officer):
    near, far = staff.person("Gần"), staff.person("Xa")
    here, there = staff.commune(), staff.commune("01288")
    for one, commune in ((near, here), (far, there)):
        where = staff.office(f"o-{one.name}", "commune", commune=commune)
        staff.task(one, where, Role.COMMUNE_OFFICER, since=NOON - timedelta(days=9))
    mine, others = over_limit(8, commune=here), over_limit(2, commune=there)
    tell(*sounding([*mine, *others]))
    assert [one.facts["count"] for one in w.told(officer)] == [10]
    assert [one.facts["count"] for one in w.told(near)] == [8]
    assert [one.template for one in w.told(far)] == ["incident_opened"] * 2
    assert {one.person for one in told.messages(mine[0].id)} == {officer, near}
    assert {one.person for one in told.messages(others[0].id)} == {officer, far}
    assert others[0].log.get(kind="told").facts["people"] == 2


def test_what_is_invented_is_not_counted_with_what_is_real(officer):
    tell(*sounding([*over_limit(6), *over_limit(7, simulated=True)]))
    assert {one.facts["simulated"]: one.facts["count"] for one in w.told(officer)} == {False: 6, True: 7}


def test_who_heard_of_many_hears_of_one_that_is_over(officer):
    many = over_limit(6)
    tell(*sounding(many))
    late = somebody(Role.OFFICER, "Chi")
    tell(Change(end(many[0], state="cleared", cleared=NOON), Kind.CLEARED))
    assert [one.template for one in w.told(officer)] == ["incident_many", "incident_cleared"]
    assert w.told(late) == []


def test_forty_cost_as_many_queries_as_six(queries, officer):
    webhooks.make_webhook("m", "https://a.example/", by=somebody(Role.ADMINISTRATOR))
    six = over_limit(6)
    few = queries(lambda: tell(*sounding(six)))
    many = over_limit(40, at=NOON + timedelta(hours=5))
    assert queries(lambda: tell(*sounding(many), at=NOON + timedelta(hours=5))) <= few


def withdraw(one: Incident) -> Change:
    """As the engine leaves an incident of which no alarm is left."""
    found = one.alarms.get()
    gone = {name: getattr(found, name) for name in ("code", "rule_id", "thing_id", "datastream_id", "step", "severity")}
    gone |= {"onset": found.onset.isoformat(), "level": found.level, "peak": found.peak}
    one.alarms.all().delete()
    i.entry(one, Kind.CLOSED, at=NOON, facts={"outcome": "withdrawn", "withdrawn": [gone]})
    end(one, state="closed", outcome="withdrawn", closed=NOON, cleared=NOON)
    return Change(one, Kind.CLOSED)


def test_who_was_told_of_what_was_an_error_of_the_data_is_told_so_and_nobody_else(incident, officer):
    tell(Change(incident, Kind.OPENED, sounds=True))
    late = somebody(Role.OFFICER, "Chi")
    change = withdraw(incident)
    for _ in range(2):
        tell(change)
    assert keys(officer) == ["opened:1", "withdrawn:1"]
    assert w.told(late) == []
    text = said("withdrawn", "vi")
    assert text.subject.startswith("Đính chính: Trạm KK01: PM2.5 trung bình 24 giờ")
    assert "lỗi số liệu" in text.body and "68,0 µg/Nm³" in text.body
    assert "error of the data" in said("withdrawn", "en").body


def test_of_what_was_withdrawn_before_anybody_was_told_nobody_hears(incident, officer):
    tell(withdraw(incident))
    assert w.told(officer) == []


def test_what_somebody_had_taken_up_is_corrected_too(incident, officer):
    tell(Change(incident, Kind.OPENED, sounds=True))
    withdraw(incident)
    i.entry(incident, Kind.COMPLETED, at=NOON, facts={"withdrawn": []})
    end(incident, state="cleared", outcome="", closed=None)
    tell(Change(incident, Kind.CLEARED))
    assert keys(officer) == ["opened:1", "withdrawn:1"]


def test_what_became_part_of_another_is_told_to_machines_alone(incident, officer):
    webhooks.make_webhook("m", "https://a.example/", by=somebody(Role.ADMINISTRATOR))
    tell(Change(incident, Kind.OPENED, sounds=True))
    other = i.incident(incident.thing, at=NOON)
    i.entry(incident, Kind.MERGED, at=NOON)
    end(incident, state="closed", outcome="merged", closed=NOON, merged_into=other)
    tell(Change(incident, Kind.MERGED))
    assert keys(officer) == ["opened:1"]
    message = Message.objects.filter(webhook__isnull=False).order_by("-id")[0]
    assert (message.template, message.facts["what"], message.facts["merged_into"]) == (
        *("incident_closed", "merged", other.id),
    )
    assert f"#{other.id}" in rendering.told(message)["data"]["text"]["en"]["body"]


def test_machines_hear_that_it_is_over_withdrawn_or_closed_as_grave_as_it_was(incident, officer):
    webhooks.make_webhook("m", "https://a.example/", by=somebody(Role.ADMINISTRATOR), least_severity=3)
    tell(Change(incident, Kind.OPENED, sounds=True))
    i.entry(incident, Kind.CLEARED, at=NOON)
    tell(Change(end(incident, state="cleared", cleared=NOON), Kind.CLEARED))
    handling.close(incident, "confirmed", "đốt rác", by=officer, at=NOON)
    heard = Message.objects.filter(webhook__isnull=False).order_by("id")
    assert [one.facts["what"] for one in heard] == ["opened", "cleared", "closed"]
    assert (heard[2].facts["state"], heard[2].facts["outcome"]) == ("closed", "confirmed")
    assert "confirmed" in rendering.told(heard[2])["data"]["text"]["en"]["body"]
    assert [one.split(":")[0] for one in keys(officer)] == ["opened", "cleared"]


def alarm(kind: str, steps: list[dict[str, object]], *, peak: float, level: float, step: int = 0) -> Alarm:
    return Alarm(rule=AlarmRule(kind=kind, steps=steps, unit="µg/Nm3"), step=step, peak=peak, level=level)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (alarm("limit", [{"severity": 2}], peak=60, level=45.0), "ngưỡng 45,0 µg/Nm³"),
        (
            alarm("limit", [{"severity": 2}, {"times": 2}], peak=99, level=90.0, step=1),
            "gấp 2 lần giới hạn 45,0 µg/Nm³",
        ),
        (alarm("limit", [{"times": 2}], peak=1, level=2.5), "bằng một phần 2 giới hạn 5,0 µg/Nm³"),
        (alarm("index", [{"category": 4}], peak=160.2, level=150.5 - 1e-9), "khoảng chỉ số từ 151 trở lên"),
        (alarm("index", [{"category": 4}], peak=20, level=25.5 - 1e-9), "khoảng chỉ số từ 25 trở xuống"),
        (alarm("level", [{"alarm": 2}], peak=200, level=180.5), "báo động 2: 180,5 µg/Nm³"),
    ],
)
def test_the_level_is_the_document_s_own(found, wanted):
    assert wording.level(found) == wanted


def test_an_index_is_told_as_it_is_put_into_a_category():
    assert wording.value(Alarm(rule=AlarmRule(kind="index")), 150.5) == "151"


def test_a_convention_is_called_one_in_the_reader_s_language():
    assert wording.article("convention: hai chu kỳ đo") == "quy ước: hai chu kỳ đo"
    with override("en"):
        assert wording.article("Quy ước: hai chu kỳ đo") == "convention: hai chu kỳ đo"
    assert wording.article("QCVN 05:2023/BTNMT, bảng 1") == "QCVN 05:2023/BTNMT, bảng 1"


def test_an_outage_of_the_network_does_not_speak_of_one_parameter():
    made = i.incident(None, at=NOON, family="silence")
    for n in range(6):
        i.alarm(made, f.stream(f.station(f"N{n}", ["PM2.5"]), "PM2.5"), code="silence", cleared=None)
    found = facts(made)
    assert found["rule_vi"] == "Nhiều trạm cùng mất tín hiệu"
    assert "nhà mạng" in found["action_vi"] and found["document_vi"].startswith("quy ước: ít nhất năm trạm")
    assert found["stations"] == 6 and found["names_vi"].startswith("Trạm N0, Trạm N1")
