"""Addresses of incidents."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.incidents import views

urlpatterns: list[URLPattern] = [
    path("incidents", views.listing, name="api-incidents"),
    path("incidents/<int:identity>", views.one, name="api-incident"),
]
