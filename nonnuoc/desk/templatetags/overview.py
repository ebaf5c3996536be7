"""What templates of the views over a plan use besides."""

from __future__ import annotations

from datetime import date

from django import template

from nonnuoc.desk.plans.overview import wording
from nonnuoc.records.plans.models import Form, Target

register = template.Library()
register.filter("aim", wording.aim)
register.filter("cause", wording.cause)
register.filter("plain_number", wording.plain)


@register.filter
def due_year(target: Target) -> str:
    """The year a target is due, where the plan's own words do not name it: "2030", ""."""
    year = str(target.due.year) if target.due else ""
    return "" if year in target.wanted_text else year


@register.filter
def form_due(form: Form, today: date) -> str:
    """When a report is due: "due in 4 days"."""
    return wording.due((form.round.due - today).days)
