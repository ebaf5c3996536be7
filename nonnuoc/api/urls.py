"""Addresses for machines, below /api/."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api import deliveries

urlpatterns: list[URLPattern] = [
    path("deliveries", deliveries.post, name="api-deliveries"),
    path("deliveries/<uuid:uuid>", deliveries.one, name="api-delivery"),
]
