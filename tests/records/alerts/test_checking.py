from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from nonnuoc.records.alerts.rulebook import checking
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.monitoring.models import Thing
from tests import factories
from tests.factories import VIETNAM

pytestmark = pytest.mark.django_db
SINCE = datetime(2026, 3, 1, tzinfo=VIETNAM)
WORDS = {"name_vi": "Tên", "meaning_vi": "Nghĩa", "action_vi": "Việc", "article": "convention: as seen"}
OWN = Draft(
    code="cod", kind="limit", observed_property="COD", procedure="raw", unit="mg/L",
    steps=({"severity": 2, "above": 60, "clear": 50},), **WORDS,
)  # fmt: skip
AIR = Draft(
    code="air", kind="limit", basis="qcvn05", steps=({"severity": 2},),
    **{**WORDS, "article": "QCVN 05:2023/BTNMT, Bảng 1"},
)  # fmt: skip
AQI = replace(AIR, kind="index", basis="vn_aqi", article="1459/QĐ-TCMT", steps=({"severity": 2, "category": 4},))
FLOOD = replace(AIR, kind="level", basis="water_levels", article="05/2020/QĐ-TTg", steps=({"severity": 2, "alarm": 1},))
RISE = replace(OWN, kind="rate", steps=({"severity": 2, "above": 20, "clear": 5},), parameters={"span_s": 3600})
STATUS = replace(AIR, kind="status", basis="", article="convention: x", parameters={"statuses": [2], "for_s": 7200})


@pytest.fixture(autouse=True)
def network() -> None:
    factories.station("NT01", ("COD", "Temp"), kind=Thing.Kind.WASTEWATER)
    factories.station("KK01")


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def faults(draft: Draft, since: datetime = SINCE, **changes: object) -> list[checking.Fault]:
    return checking.faults(replace(draft, **changes), since=since)  # type: ignore[arg-type]


def fields(draft: Draft, since: datetime = SINCE, **changes: object) -> list[str]:
    return [fault.field for fault in faults(draft, since, **changes)]


@pytest.mark.parametrize("draft", [OWN, AIR, AQI, FLOOD, RISE, STATUS], ids=lambda draft: f"{draft.kind}-{draft.basis}")
def test_what_is_right_passes(draft):
    assert faults(draft) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"steps": ({"severity": 2, "above": 60, "clear": 70},)}, "steps"),  # would end while it is exceeded
        ({"steps": ({"severity": 2, "below": 6, "clear": 5},)}, "steps"),
        ({"steps": ({"severity": 2, "above": 60}, {"severity": 3, "above": 50})}, "steps"),  # does not rise
        ({"steps": ({"severity": 2, "below": 5}, {"severity": 3, "below": 6})}, "steps"),
        ({"steps": ({"severity": 3, "above": 60}, {"severity": 2, "above": 90})}, "steps"),  # severity falls
        ({"steps": ({"severity": 2, "above": 60}, {"severity": 3, "below": 9})}, "steps"),  # changes its side
        ({"steps": ({"severity": 2, "above": 6, "below": 9},)}, "steps"),  # everything is beyond
        ({"steps": ({"severity": 2, "above": 9, "below": 6, "clear": 8},)}, "steps"),
        ({"steps": ({"severity": 2, "above": 60}, {"severity": 3, "above": 90, "clear": 80})}, "steps"),
        ({"steps": ({"severity": 2, "above": -1},)}, "steps"),  # no concentration
        ({"steps": ({"severity": 2, "above": 1e9},)}, "steps"),  # no water
        ({"steps": ({"severity": 2, "above": float("nan")},)}, "steps"),
        ({"steps": ({"severity": 2, "above": True},)}, "steps"),
        ({"steps": ({"severity": 5, "above": 60},)}, "steps"),
        ({"steps": ({"severity": 2, "times": 2, "above": 60},)}, "steps"),
        ({"steps": ({"severity": 2},)}, "steps"),
        ({"steps": ()}, "steps"),
        ({"unit": "°C"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"observed_property": "Turbidty"}, "observed_property"),
        ({"observed_property": "pH", "unit": "-", "steps": ({"severity": 2, "above": 9},)}, "observed_property"),
        ({"observed_property": "", "unit": ""}, "observed_property"),
        ({"thing": "NT99"}, "thing"),
        ({"thing": "KK01"}, "observed_property"),  # it measures no COD
        ({"thing_kind": "moon"}, "thing_kind"),
        ({"communes": ("00000",)}, "communes"),
        ({"procedure": "mean_9h"}, "procedure"),
        ({"need": 0}, "need"),
        ({"need": 4, "among": 3}, "need"),
        ({"among": 5000, "need": 1}, "among"),
        ({"hold_s": 8 * 86400}, "hold_s"),
        ({"hold_s": -1}, "hold_s"),
        ({"article": ""}, "article"),
        ({"article": "convention:"}, "article"),
        ({"article": "QCVN 99:2030/BTNMT"}, "article"),  # known to nobody
        ({"parameters": {"spam": 1}}, "parameters"),
        ({"parameters": {"clear_percent": 60}}, "clear_percent"),
        ({"parameters": {"clear_percent": 5, "clear_by": 1}}, "clear_by"),
        ({"basis": "vn_aqi"}, "basis"),
        ({"basis": "qcvn05", "unit": "", "article": "QCVN 05", "steps": ({"severity": 2},)}, "article"),
        ({"code": "Mã số"}, "code"),
        ({"name_vi": " "}, "name_vi"),
        ({"meaning_vi": ""}, "meaning_vi"),
        ({"action_vi": ""}, "action_vi"),
        ({"name_vi": "x" * 161}, "name_vi"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_at_its_field_with_the_cure(changes, field):
    found = faults(OWN, **changes)
    assert field in [fault.field for fault in found]
    assert all(fault.what and fault.mend for fault in found)


@pytest.mark.parametrize(
    ("draft", "changes", "field"),
    [
        (AQI, {"steps": ({"severity": 2, "category": 7},)}, "steps"),
        (AQI, {"steps": ({"severity": 2, "category": 1},)}, "steps"),  # everything is at least good
        (AQI, {"steps": ({"severity": 2, "category": 4}, {"severity": 3, "category": 3})}, "steps"),
        (AQI, {"basis": ""}, "basis"),
        (AQI, {"unit": "-"}, "unit"),
        (AQI, {"procedure": "raw"}, "procedure"),
        (AIR, {"steps": ({"severity": 2, "times": 0},)}, "steps"),
        (AIR, {"steps": ({"severity": 2, "times": 2}, {"severity": 3, "times": 1.5})}, "steps"),
        (FLOOD, {"steps": ({"severity": 2, "alarm": 4},)}, "steps"),
        (RISE, {"parameters": {}}, "span_s"),
        (RISE, {"steps": ({"severity": 2, "above": -5},)}, "steps"),
        (RISE, {"steps": ({"severity": 2, "below": 5},)}, "steps"),
        (STATUS, {"parameters": {"statuses": [0]}}, "statuses"),
        (STATUS, {"parameters": {}}, "statuses"),
        (STATUS, {"steps": ({"severity": 1}, {"severity": 2})}, "steps"),
        (STATUS, {"kind": "availability", "parameters": {"below_percent": 80, "days": 9}}, "days"),
        (STATUS, {"kind": "availability", "parameters": {}}, "below_percent"),
        (STATUS, {"kind": "nonsense"}, "kind"),
    ],
    ids=str,
)
def test_each_kind_takes_its_own(draft, changes, field):
    assert field in fields(draft, **changes)


def test_all_faults_are_told_at_once():
    wrong = {"unit": "", "need": 9, "name_vi": "", "hold_s": -5, "article": ""}
    assert set(fields(OWN, **wrong)) == {"unit", "need", "name_vi", "hold_s", "article"}


def test_unit_that_converts_is_told_with_its_factor():
    (fault,) = faults(OWN, unit="µg/L")
    assert "0.001" in fault.mend
    assert "mg/L" in fault.what


def test_rule_on_a_document_begins_when_that_is_in_force_and_not_before():
    (fault,) = faults(AIR, datetime(2020, 1, 1, tzinfo=VIETNAM))
    assert (fault.field, "12/09/2023" in fault.mend) == ("basis", True)
    assert fields(OWN, datetime(1980, 1, 1, tzinfo=VIETNAM)) == ["valid_from"]
    assert fields(OWN, timezone.now() + timedelta(days=400)) == ["valid_from"]


def test_permit_is_named_by_its_source():
    assert fields(OWN, article="Giấy phép môi trường 12/GPMT-UBND") == ["article"]
    assert fields(OWN, article="Giấy phép môi trường 12/GPMT-UBND", source="12/GPMT-UBND, 05/02/2026") == []
