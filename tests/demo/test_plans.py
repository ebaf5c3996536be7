"""The demonstration's plan: as it might stand in the first round, and said to be invented."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from nonnuoc.demo import people
from nonnuoc.demo.plans import days, every
from nonnuoc.records.accounts import loading as offices
from nonnuoc.records.monitoring import network
from nonnuoc.records.monitoring import services as monitoring
from nonnuoc.records.places import services as places
from nonnuoc.records.plans import loading
from nonnuoc.records.plans.models import (
    Answer,
    Blocker,
    Budget,
    Evidence,
    Form,
    Milestone,
    Override,
    Plan,
    Question,
    Report,
    Round,
    Target,
    Task,
    Value,
)
from nonnuoc.records.plans.tasks import standing
from nonnuoc.records.registers import every as registers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def plan(rolled_back: None) -> Plan:
    """The shipped plan on which the demonstration has worked until TODAY."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(every.timezone, "localdate", lambda *_a: TODAY)
        patch.setattr(days.timezone, "now", lambda: days.timezone.make_aware(days.datetime(2026, 11, 26, 17)))
        offices.load(places.load_province().province.key)
        monitoring.load_properties()
        network.load("cao_bang")
        registers.load("cao_bang")
        loading.load("cao_bang")
        people.register("đá vôi và nước trong")
        every.load()
        every.load()
    return Plan.objects.get()


def test_the_situation_of_today_has_one_of_each(plan):
    lights = {one.task.code: (one.light, one.computed) for one in standing.of([plan], TODAY).values()}
    assert lights["VII.2"][0] == "done"  # after its quarter
    assert lights["V.10"][0] == "late"
    assert lights["III.6"][0] == "at_risk"
    assert lights["V.9"][0] == "on_course"
    assert lights["VII.1"] == ("on_course", "at_risk")  # somebody sees it otherwise, and says so
    assert lights["III.11"][0] == "unknown"  # nobody told anything: that is shown as well
    assert Counter(Blocker.objects.values_list("state", flat=True)) >= Counter(["raised", "submitted", "decided"])
    assert Question.objects.get(key="song-bang").state == "decided"


def test_the_round_is_open_and_most_are_still_waited_for(plan):
    asked = Round.objects.get()
    assert (asked.due, asked.state, asked.simulated, asked.tasks.count()) == (date(2026, 11, 30), "open", True, 37)
    states = Counter(Form.objects.values_list("state", flat=True))
    assert states["approved"] == 4 and states["submitted"] == 9 and states["returned"] == 1
    assert states["draft"] > 40
    assert Form.objects.get(way="paper").office.code == "ubnd-01327"
    half = Answer.objects.filter(form__office__code="ubnd-01447")
    assert 0 < half.exclude(state="").count() < half.count() / 2
    assert Report.objects.count() == 1


def test_what_is_invented_says_so_and_the_real_rows_are_not_marked(plan):
    assert not plan.simulated and plan.public
    assert not Task.objects.filter(simulated=True).exists() and not Target.objects.filter(simulated=True).exists()
    mark = "(mô phỏng)"
    texts = [
        *Milestone.objects.values_list("source", flat=True),
        *Blocker.objects.values_list("text", flat=True),
        *Override.objects.values_list("reason", flat=True),
        *Answer.objects.exclude(result="").values_list("result", flat=True),
        *Evidence.objects.filter(kind="document").values_list("reference", flat=True),
        *Question.objects.exclude(decision="").values_list("decision", flat=True),
        *Target.objects.exclude(baseline=None).values_list("baseline_source", flat=True),
        *Target.objects.filter(path__isnull=False).values_list("path__source", flat=True),
    ]
    assert len(texts) > 100 and all(mark in one for one in texts)
    assert not Budget.objects.filter(simulated=False).exists()
    assert not Value.objects.filter(kind="declared", simulated=False).exists()
