"""Addresses of the Darwin Core archive."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.darwin_core import views

urlpatterns: list[URLPattern] = [path("dwca/occurrences.zip", views.occurrences, name="api-dwca")]
