"""What every template may use: figures as people read them, and how sure they are."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from nonnuoc.look import figures, province, reasons

register = template.Library()
register.filter("unit", figures.unit)
register.filter("clock", figures.clock)
register.filter("day", figures.day)
register.filter("stamp", figures.stamp)
register.filter("reason", reasons.said)
register.filter("found", reasons.found)
register.simple_tag(province.name, name="province")


@register.filter
def figure(value: float | None, decimals: int = 0) -> str:
    return figures.number(value, decimals)


@register.filter
def since(moment: datetime, at: datetime) -> str:
    """How long ago, seen from `at`."""
    return figures.age(at - moment)


@register.filter
def together(sentence: str) -> str:
    """A word and the number in brackets behind it stay on one line."""
    return sentence.replace(" (", "\N{NO-BREAK SPACE}(")


@register.filter
def iso(moment: datetime) -> str:
    """For machines: the datetime attribute."""
    return moment.isoformat()


@register.simple_tag
def this_minute() -> datetime:
    """When the page is made; no more exactly than the ages on it are told."""
    return timezone.now().replace(second=0, microsecond=0)


@register.simple_tag
def standing(validated: bool) -> SafeString:
    """The tag beside a measured number: provisional or validated, and what that means, for the eye and the ear."""
    if validated:
        css, word, meaning = "validated", gettext("validated"), gettext("a person has checked it")
    else:
        css, word, meaning = "provisional", gettext("provisional"), gettext("checked by machine, by nobody yet")
    return format_html(
        '<span class="tag {}" title="{}">{}<span class="unseen"> ({})</span></span>', css, meaning, word, meaning
    )
