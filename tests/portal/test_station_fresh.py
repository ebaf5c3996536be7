"""The page of a station is drawn once for a state; whatever changes that state shows with the next request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.domain.quality import VALIDATED, Check, Flag
from nonnuoc.portal import station
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring.models import Delivery, Thing
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

pytestmark = pytest.mark.django_db
PATH = "/stations/A1?property=PM2.5"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A minute that does not end while the test runs: no page is drawn anew for its sake."""
    moment = timezone.now().replace(minute=30, second=20, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    station._found.cache_clear()
    station._page.cache_clear()
    return moment


@pytest.fixture
def thing(at: datetime) -> Thing:
    return network.air("A1", at, where=network.commune(), hours=14)


def text(client: Client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def drawn() -> int:
    """How often a page was drawn."""
    return station._page.cache_info().misses


def put(thing: Thing, when: datetime, value: float, quality: object = 1) -> None:
    network.put(network.stream(thing, "PM2.5", "raw"), np.array([micros(when)]), np.array([value]), quality=quality)


def earlier(at: datetime, hours: int) -> datetime:
    """A moment at which the station has a value, but not its newest."""
    return at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


def test_the_same_state_is_drawn_once(client: Client, thing: Thing) -> None:
    first = text(client)
    assert text(client) == first
    assert drawn() == 1


def test_a_new_value_shows_at_once(client: Client, thing: Thing, at: datetime) -> None:
    text(client)
    put(thing, at - timedelta(seconds=20), 77.7)
    assert '<span class="strong">77,7</span>' in text(client)


def later_value(thing: Thing, at: datetime) -> None:
    put(thing, earlier(at, 3) + timedelta(minutes=2), 9_999.0)


def correction(thing: Thing, at: datetime) -> None:
    put(thing, earlier(at, 5), 8_888.0)


def refusal(thing: Thing, at: datetime) -> None:
    put(thing, earlier(at, 5), 7_777.0, Flag.FAIL | Check.SPIKE)


def judgement(thing: Thing, at: datetime) -> None:
    put(thing, earlier(at, 5), 20.0, 1 | VALIDATED)


@pytest.mark.parametrize("change", [later_value, correction, refusal, judgement])
def test_what_changes_the_past_shows_in_the_chart_at_once(
    client: Client, thing: Thing, at: datetime, change: Callable[[Thing, datetime], None]
) -> None:
    before = text(client)
    newest = network.stream(thing, "PM2.5", "raw").latest_time
    change(thing, at)
    assert network.stream(thing, "PM2.5", "raw").latest_time == newest  # the station's newest value tells nothing of it
    after = text(client)
    assert chart(after) != chart(before)
    assert drawn() == 2


def chart(page: str) -> str:
    return page.partition('id="chart"')[2].partition('<section class="section" id=')[0]


def test_a_year_drawn_in_steps_sees_a_correction_too(client: Client, thing: Thing, at: datetime) -> None:
    before = text(client, f"{PATH}&period=year&mean=raw")
    correction(thing, at)
    assert chart(text(client, f"{PATH}&period=year&mean=raw")) != chart(before)


def test_a_new_file_shows_among_the_receipts_at_once(client: Client, thing: Thing, at: datetime) -> None:
    hour = earlier(at, 0)
    assert "<code>" not in text(client)
    network.receipt(thing, hour)
    assert text(client).count("<code>") == 1


def test_a_file_held_back_for_its_times_shows_at_once(client: Client, thing: Thing, at: datetime) -> None:
    text(client)
    held = network.held("A1", at + timedelta(seconds=70), "clock_ahead", thing)
    Delivery.objects.filter(pk=held.pk).update(received=at + timedelta(hours=1))
    assert f"/receipts/{held.uuid}" in text(client)


def test_a_station_that_is_renamed_or_closed_to_the_public_is_so_at_once(client: Client, thing: Thing) -> None:
    text(client)
    Thing.objects.update(name="Trạm đổi tên")
    assert "Trạm đổi tên" in text(client)
    Thing.objects.update(data_class=DataClass.INTERNAL)
    assert client.get(PATH).status_code == 404


def test_each_language_and_each_question_has_a_page_of_its_own(client: Client, thing: Thing) -> None:
    assert "Giá trị mới nhất" in text(client)
    assert "Newest values" in text(client, f"{PATH}&lang=en")
    assert "O3" in chart(text(client, "/stations/A1?property=O3"))
    text(client, f"{PATH}&utm_source=x")  # which is no question
    assert drawn() == 3
