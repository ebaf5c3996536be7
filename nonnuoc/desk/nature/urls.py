"""Addresses of the desk for nature."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.nature import overview, reporting, reviewing

urlpatterns: list[URLPattern] = [
    path("desk/nature/", overview.overview, name="nature"),
    path("desk/nature/report", reporting.report, name="nature-report"),
    path("desk/nature/review", reviewing.listing, name="nature-review"),
    path("desk/nature/occurrences/<str:code>", reviewing.one, name="nature-occurrence"),
]
