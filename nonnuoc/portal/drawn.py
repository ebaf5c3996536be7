"""Parts of pages that change seldom, drawn once for every state they are in: equal things look the same."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def drawn(template: str, **things: Hashable) -> SafeString:
    """The template with these things, which must be hashable and must be all that it shows beside the language."""
    return _drawn(template, tuple(things.items()), get_language())


@lru_cache(maxsize=4096)
def _drawn(template: str, things: tuple[tuple[str, Hashable], ...], _language: str | None) -> SafeString:
    return render_to_string(template, dict(things))
