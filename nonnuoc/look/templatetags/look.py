"""What every template may use: built files, and figures as people read them."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nonnuoc.look import built, figures, province, reasons

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
def stylesheet() -> str:
    """The one stylesheet, and the fonts the first view needs."""
    links = [built.path(source) for source in built.FIRST_FONTS]
    fonts = format_html_join(
        "\n",
        '<link rel="preload" as="font" type="font/woff2" href="{}" crossorigin>',
        ((static(path),) for path in links if path),
    )
    style = built.path("src/style/style.css")
    return format_html('{}\n<link rel="stylesheet" href="{}">', fonts, static(style)) if style else SafeString("")


@register.simple_tag
def script() -> str:
    """The one script; the map and the chart are fetched by it when they come into view."""
    path = built.path("src/page.js")
    return format_html('<script type="module" src="{}"></script>', static(path)) if path else SafeString("")
