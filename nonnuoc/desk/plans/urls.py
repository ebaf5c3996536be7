"""Addresses of plans on the desk. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern

from nonnuoc.desk.plans.overview import urls as overview
from nonnuoc.desk.plans.reports import urls as reports
from nonnuoc.desk.plans.rounds import urls as rounds
from nonnuoc.desk.plans.targets import urls as targets
from nonnuoc.desk.plans.tasks import urls as tasks
from nonnuoc.desk.plans.text import urls as text

urlpatterns: list[URLPattern] = [
    *text.urlpatterns,
    *tasks.urlpatterns,
    *targets.urlpatterns,
    *reports.urlpatterns,  # "report" is no unit of a round
    *rounds.urlpatterns,
    *overview.urlpatterns,
]
