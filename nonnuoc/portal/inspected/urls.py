"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.portal.inspected import pages

urlpatterns: list[URLPattern] = [
    path("inspections/", pages.listing, name="published-inspections"),
    path("inspections/<str:code>", pages.one, name="published-inspection"),
]
