"""What stands beside a document's name is what the document says."""

from __future__ import annotations

import math

import pytest

from nonnuoc.records.alerts.levels import passed
from nonnuoc.records.alerts.levels.passed import Passed
from nonnuoc.records.alerts.models import Alarm, AlarmRule

Kind = AlarmRule.Kind
LIMIT = AlarmRule(kind=Kind.LIMIT, basis="qcvn05", steps=[{"severity": 2}, {"severity": 3, "times": 2}])
OXYGEN = AlarmRule(kind=Kind.LIMIT, basis="qcvn08", steps=[{"severity": 2}, {"severity": 3, "times": 2}])
AQI = AlarmRule(kind=Kind.INDEX, basis="vn_aqi", steps=[{"severity": 2, "category": 4}])
WQI = AlarmRule(kind=Kind.INDEX, basis="vn_wqi", steps=[{"severity": 2, "category": 5}])
FLOOD = AlarmRule(kind=Kind.LEVEL, basis="water_levels", steps=[{"severity": 2, "alarm": 1}])


@pytest.mark.parametrize(
    ("rule", "step", "level", "peak", "said"),
    [
        (LIMIT, 0, 45.0, 68.0, Passed(45.0)),
        (LIMIT, 1, 90.0, 98.6, Passed(45.0, 2.0)),  # the law says 45, the rule twice that
        (OXYGEN, 1, 2.5, 1.0, Passed(5.0, 2.0)),  # a minimum, halved
        (AQI, 0, 150.5 - 1e-9, 182.0, Passed(151)),
        (WQI, 0, 25.5 - 1e-9, 12.0, Passed(25)),
        (FLOOD, 0, math.nextafter(180.5, -math.inf), 181.0, Passed(180.5)),
    ],
)
def test_a_level_is_told_as_its_document_has_it(rule, step, level, peak, said):
    assert passed.of(Alarm(rule=rule, step=step, level=level, peak=peak)) == said


def test_where_no_level_was_passed_none_is_told():
    assert passed.of(Alarm(rule=AlarmRule(kind=Kind.SILENCE, steps=[{"severity": 1}]), level=None)) is None
