"""Every reason the river gives has a sentence."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils import translation

from nonnuoc.ingest.formats.readings import MEANINGS
from nonnuoc.look import reasons
from tests.look import messages


def test_every_code_of_the_river_has_a_vietnamese_sentence() -> None:
    river = "".join(path.read_text() for path in Path(messages.ROOT, "ingest").glob("*.py"))
    given = set(re.findall(r'(?:quarantine|refuse)\((?:[^"()]|\([^()]*\))*"([a-z_]+)"', river))
    given |= set(re.findall(r'Home\(\s*code="([a-z_]+)"', river)) | {"clock_unset", "clock_ahead"}
    assert {"clock_shifted", "unknown_unit", "foreign_station"} <= given
    with translation.override("vi"):
        for code in given | set(MEANINGS) | set(reasons.RIVER):
            said = reasons.said(code)
            assert said != code, code
            assert re.search(r"[^\x00-\x7f]", said), code


def test_a_code_of_a_later_version_is_shown_as_it_is() -> None:
    assert reasons.said("of_tomorrow") == "of_tomorrow"


def test_what_was_found_is_told_without_the_sentence() -> None:
    assert reasons.found({"code": "number", "detail": f"'12,x': {MEANINGS['number']}"}) == "'12,x'"
    assert reasons.found({"code": "unknown_unit", "detail": "'CO': no rule"}) == "'CO': no rule"
