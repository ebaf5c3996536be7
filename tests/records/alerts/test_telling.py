"""Which changes are told, under which key, to whom, and in which words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from nonnuoc.exchange import rendering
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.attending import telling, together
from nonnuoc.records.alerts.attending.facts import facts
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Entry, Incident
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
