"""One value's quality in words."""

from __future__ import annotations

from nonnuoc.domain import quality as q


def test_flags_and_checks_have_names() -> None:
    assert q.flag_name(int(q.Flag.GOOD)) == "good"
    assert q.flag_name(int(q.Flag.NOT_EVALUATED) | q.VALIDATED) == "not_evaluated"
    assert q.flag_name(0) == "missing"  # no flag at all
    assert q.check_names(int(q.Flag.FAIL)) == ()
    assert q.check_names(int(q.Flag.FAIL | q.Check.SPIKE | q.Check.STATUS) | q.LATE) == ("status", "spike")
    assert q.check_names(q.CHECK_MASK) == tuple(check.name.lower() for check in q.Check)
