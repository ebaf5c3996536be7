"""What templates of the desk may use besides."""

from __future__ import annotations

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext

from nonnuoc.ingest.formats.examine import Doubt

register = template.Library()


@register.filter
def doubt(told: Doubt) -> str:
    """A doubt about a table, in the reader's language."""
    return f"{capfirst(gettext(told.template) % {'column': told.column})}."
