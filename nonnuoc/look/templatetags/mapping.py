"""Numbers of a drawing, for the templates of the map."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def less(value: float, by: float) -> float:
    """The value less this, in hundredths of a millimetre."""
    return round(value - float(by), 2)
