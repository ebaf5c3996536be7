"""What templates of the views over a plan use besides."""

from __future__ import annotations

from datetime import date

from django import template

from nonnuoc.desk.plans.overview import wording
from nonnuoc.records.plans.models import Form

register = template.Library()
register.filter("aim", wording.aim)
register.filter("cause", wording.cause)
register.filter("plain_number", wording.plain)


@register.filter
def form_due(form: Form, today: date) -> str:
    """When a report is due: "due in 4 days"."""
    return wording.due((form.round.due - today).days)
