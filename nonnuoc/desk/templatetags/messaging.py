"""What templates of messages may use besides."""

from __future__ import annotations

from django import template

from nonnuoc.desk.messaging import words
from nonnuoc.records.alerts.models import Severity

register = template.Library()
register.filter("topic", words.topic)


@register.filter
def result(code: str) -> str:
    """What came of a try, in words."""
    return str(words.RESULTS.get(code, code))


@register.filter
def severity(rank: int) -> str:
    """How grave, in a word."""
    return str(Severity(rank).label) if rank in Severity else str(rank)
