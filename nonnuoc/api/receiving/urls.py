"""Addresses where values come in: files, and many observations at once."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.receiving import bulk, deliveries

urlpatterns: list[URLPattern] = [
    path("deliveries", deliveries.post, name="api-deliveries"),
    path("deliveries/<uuid:uuid>", deliveries.one, name="api-delivery"),
    path("observations", bulk.post, name="api-observations"),
]
