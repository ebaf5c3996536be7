"""Warnings above every public page, and the parts their pages share."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from nonnuoc.look import warned, warning
from nonnuoc.records.warnings.models import PublicWarning

register = template.Library()
FIRST = 2  # warnings above a page; the others stand on their own page

register.filter("told", warning.told)


@register.simple_tag
def warned_banner() -> SafeString:
    """The gravest warnings in force, and the way to all; nothing on most days."""
    held = warned.in_force()
    return _banner(tuple(Same(one) for one in held), get_language()) if held else SafeString("")


class Same:
    """A published warning, which never changes: two of one identifier look the same."""

    __slots__ = ("warning",)

    def __init__(self, one: PublicWarning) -> None:
        self.warning = one

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.warning.identifier == other.warning.identifier

    def __hash__(self) -> int:
        return hash(self.warning.identifier)


@lru_cache(maxsize=16)
def _banner(held: tuple[Same, ...], _language: str | None) -> SafeString:
    first = [warning.told(one.warning) for one in held[:FIRST]]
    return render_to_string("parts/warned.html", {"warnings": first, "count": len(held), "more": len(held) - FIRST})
