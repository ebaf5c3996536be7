"""Addresses for machines, below /api/. Each part lists its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("nonnuoc.api.guide.urls")),
    path("", include("nonnuoc.api.downloads.urls")),
    path("", include("nonnuoc.api.live.urls")),
    path("", include("nonnuoc.api.incidents.urls")),
    path("", include("nonnuoc.api.sensorthings.urls")),
    path("", include("nonnuoc.api.ogc.urls")),
    path("", include("nonnuoc.api.darwin_core.urls")),
    path("", include("nonnuoc.api.catalogue.urls")),
    path("", include("nonnuoc.api.receiving.urls")),
]
