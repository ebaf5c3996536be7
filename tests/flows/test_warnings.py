"""Whole stories: from a station's file to the warning that other machines read, and to its end."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from lxml import etree

from nonnuoc.domain import quality as q
from nonnuoc.exchange.cap import building, checking
from nonnuoc.ingest import pipeline
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.alerts.models import AlarmRule, Incident
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.warnings import selectors, services
from nonnuoc.records.warnings.models import PublicWarning
from tests import factories as f
from tests.records.warnings import warned

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOUR = timedelta(hours=1)
NS = {"c": building.NAMESPACE}


@pytest.fixture
def clock(monkeypatch):
    """What time it is; give another one to go on."""

    def set_to(when):
        monkeypatch.setattr("django.utils.timezone.now", lambda: when.astimezone(UTC))

    set_to(f.NOON)
    return set_to


@pytest.fixture(autouse=True)
def shipped(clock):
    """The rules that come with the system, and leave to warn of very bad air."""
    f.station("DUMMY", ["PM2.5"])
    rules.load_shipped()
    AlarmRule.objects.filter(code="aqi-hour").update(enabled=True)
    accounts.choose_setting("warnings.automatic", "VN_AQI 5 Severe Actual; VN_AQI 6 Extreme Actual", by=None)
    preferences.forget()


def sent(values, *, until=f.NOON, **more):
    moving = [value + 0.1 * (n * 7 % 11) for n, value in enumerate(values)]
    f.send(*f.every("PM2.5", moving, until=until, step=HOUR), at=until, **more)


def told() -> list[tuple[str, str, str]]:
    rows = PublicWarning.objects.order_by("id")
    return [(one.message_type, one.severity, one.status) for one in rows]


def test_smog_warns_by_itself_gets_graver_and_ends_when_the_values_were_wrong(clock):
    thing = f.station("KK01", ["PM2.5"], interval_s=3600, commune=warned.place())
    sent([30.0] * 20 + [100.0, 180.0, 220.0, 220.0])
    assert told() == [("Alert", "Severe", "Actual")]
    (first,) = selectors.in_force(f.NOON)
    assert "VN_AQI" in first.headline_vi and "phường Thục Phán" in first.headline_vi

    clock(f.NOON + 3 * HOUR)
    sent([420.0, 480.0, 480.0], until=f.NOON + 3 * HOUR)
    assert told() == [("Alert", "Severe", "Actual"), ("Update", "Extreme", "Actual")]

    clock(f.NOON + 4 * HOUR)
    since = f.NOON - 24 * HOUR
    stream = f.stream(thing, "PM2.5")
    pipeline.correct(stream, since=since, until=f.NOON + 4 * HOUR, flag=q.Flag.FAIL, reason="Đầu đo bị ẩm", by=None)
    assert Incident.objects.get(thing=thing).outcome == "withdrawn"
    assert told()[-1] == ("Cancel", "Minor", "Actual") and selectors.in_force(f.NOON + 4 * HOUR) == []

    for warning in PublicWarning.objects.all():
        xml = building.build(warning)
        assert checking.faults(xml) == []
    names = etree.fromstring(xml).findtext("c:references", namespaces=NS).split()
    assert [one.split(",")[1] for one in names] == list(
        PublicWarning.objects.exclude(message_type="Cancel").order_by("id").values_list("identifier", flat=True)
    )


def test_an_invented_station_never_warns_in_earnest():
    f.station("KK01", ["PM2.5"], interval_s=3600, commune=warned.place(), simulated=True)
    sent([30.0] * 20 + [100.0, 180.0, 220.0, 220.0])
    assert told() == [("Alert", "Severe", "Test")] and selectors.in_force(f.NOON) == []


def test_a_day_that_comes_late_warns_nobody(clock):
    f.station("KK01", ["PM2.5"], interval_s=3600, commune=warned.place())
    clock(f.NOON + 48 * HOUR)
    sent([30.0] * 20 + [100.0, 180.0, 220.0, 220.0] + [20.0] * 40, until=f.NOON + 40 * HOUR)
    assert Incident.objects.exists() and told() == []


def test_a_person_makes_it_theirs(clock):
    f.station("KK01", ["PM2.5"], interval_s=3600, commune=warned.place())
    sent([30.0] * 20 + [100.0, 180.0, 220.0, 220.0])
    an, binh = warned.officer("An"), warned.officer("Binh")
    draft = services.draft_from(Incident.objects.get(), by=an)
    assert (draft.message_type, draft.status) == ("Update", "Actual")
    services.approve(services.propose(draft, by=an), by=binh)
    clock(f.NOON + 3 * HOUR)
    sent([420.0, 480.0, 480.0], until=f.NOON + 3 * HOUR)
    assert len(told()) == 2
