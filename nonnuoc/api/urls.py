"""Addresses for machines, below /api/. Each of them lists its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from nonnuoc.api import deliveries

urlpatterns: list[URLPattern | URLResolver] = [
    path("deliveries", deliveries.post, name="api-deliveries"),
    path("deliveries/<uuid:uuid>", deliveries.one, name="api-delivery"),
    path("", include("nonnuoc.api.sensorthings.urls")),
    path("", include("nonnuoc.api.ogc.urls")),
    path("", include("nonnuoc.api.downloads.urls")),
    path("", include("nonnuoc.api.page_urls")),
    path("", include("nonnuoc.api.news_urls")),
    path("", include("nonnuoc.api.bulk_urls")),
]
