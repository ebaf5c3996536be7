"""The shipped words: of every hazard a draft that nobody has to touch, in both languages, the action first."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.warnings import checking, describing, drafting, services, words
from nonnuoc.records.warnings.models import PublicWarning
from tests import factories
from tests.records.alerts import incidents
from tests.records.warnings import warned

VIETNAMESE = re.compile(r"[ăâđêôơưàáạảãèéẹẻẽìíịỉĩòóọỏõùúụủũỳýỵỷỹ]", re.IGNORECASE)
MATTERS = {
    Thing.Kind.AMBIENT_AIR: ("PM2.5", "air"),
    Thing.Kind.SURFACE_WATER: ("COD", "water"),
    Thing.Kind.WASTEWATER: ("COD", "discharge"),
    Thing.Kind.STACK_EMISSION: ("SO2", "emission"),
    Thing.Kind.GROUNDWATER: ("pH", "groundwater"),
}


def test_every_hazard_speaks_to_everyone_in_both_languages():
    for hazard in words.hazards().values():
        assert hazard.category in PublicWarning.Category.values and hazard.hours > 0
        audiences = [one["audience"] for one in hazard.instructions]
        assert audiences[0] == "everyone" and len(set(audiences)) == len(audiences)
        assert set(audiences) <= set(words.audiences())
        for one in hazard.instructions:
            assert set(one) == {"audience", "response", "vi", "en"}
            assert one["response"] in checking.RESPONSES
            assert VIETNAMESE.search(one["vi"]) and not VIETNAMESE.search(one["en"])
            assert len(one["vi"]) <= 250  # it is read aloud, and on telephones


def test_every_sentence_is_there_in_both_languages_with_the_same_names():
    for name, both in words._sentences().items():
        assert set(both) == {"vi", "en"}, name
        assert len({frozenset(re.findall(r"\{(\w+)\}", both[one])) for one in both}) == 1, name


def test_every_kind_of_station_has_its_hazard():
    assert set(drafting.HAZARDS.values()) <= set(words.hazards())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MATTERS)
def test_a_draft_of_any_station_can_be_proposed_as_it_is(kind):
    symbol, hazard = MATTERS[kind]
    thing = factories.station("ST01", [symbol], kind=kind, commune=warned.place())
    incident = incidents.incident(thing, at=timezone.now())
    incidents.alarm(incident, thing.datastreams.get(procedure="raw"), peak=12.5, level=10.0)
    an = warned.officer("An")
    draft = services.draft_from(incident, by=an)
    assert draft.event_vi == words.hazards()[hazard].event["vi"]
    assert services.propose(draft, by=an).state == "proposed"


@pytest.mark.django_db
def test_a_level_of_a_river_is_a_flood():
    thing = factories.station("MN01", ["WaterLevel"], kind=Thing.Kind.RAIN_AND_RIVER_LEVEL, commune=warned.place())
    incident = incidents.incident(thing, at=timezone.now(), severity=4)
    incidents.rule("bd", AlarmRule.Kind.LEVEL, steps=[{"severity": 3, "alarm": 2}, {"severity": 4, "alarm": 3}])
    incidents.alarm(
        incident,
        thing.datastreams.get(procedure="raw"),
        code="bd",
        kind=AlarmRule.Kind.LEVEL,
        step=1,
        peak=181.52,
        level=181.0,
    )
    draft = services.draft_from(incident, by=warned.officer("An"))
    assert (draft.event_en, draft.category, draft.severity) == ("River flood", "Met", "Extreme")
    assert "Mực nước cao nhất 181,52 m" in draft.description_vi and "báo động 3 (181,00 m)" in draft.description_vi


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "number", "code"), [(49.6, 1, "good"), (50.5, 2, "moderate"), (250, 5, "very_bad"), (999, 0, None)]
)
def test_categories_are_counted_from_the_best(value, number, code):
    incident = warned.smog(warned.air(), value=value)
    alarm = incident.alarms.get()
    assert describing.category_number(alarm) == number
    assert (describing.category(alarm) or {}).get("code") == code


def test_a_long_headline_ends_at_a_word():
    cut = words.cut("nhiễm " * 40)
    assert len(cut) <= 160 and cut.endswith("nhiễm…")


@pytest.mark.django_db
def test_what_is_said_of_a_test_says_so():
    done = warned.published(warned.officer("An"), warned.officer("Binh", Role.LEADER))
    assert words.headline(done, "vi") == "[THỬ NGHIỆM] Ô nhiễm không khí tại phường Thục Phán"
    assert "no danger" in words.caution(done, "en")
    done.status = "Actual"
    assert words.headline(done, "en") == done.headline_en and words.caution(done, "en") == ""
