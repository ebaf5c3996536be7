"""Choices that are numbers: within their bounds, or what holds without them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from nonnuoc.records.accounts import preferences

CODES = ("alarms.escalate_first_min", "alarms.escalate_second_min", "heartbeat.every_s")


@pytest.mark.parametrize("code", CODES)
def test_nothing_given_is_what_holds_anyway(code):
    choice = preferences.CHOICES[code]
    assert choice.clean(" ") == choice.default
    assert choice.clean(choice.default) == choice.default


@pytest.mark.parametrize("given", ["-1", "1441", "1.5", "ten", "١٥"])
def test_what_is_no_such_number_is_refused(given):
    with pytest.raises(ValidationError):
        preferences.CHOICES["alarms.escalate_first_min"].clean(given)
