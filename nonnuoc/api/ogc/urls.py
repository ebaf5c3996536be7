"""Addresses of OGC API: Features and Environmental Data Retrieval."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from nonnuoc.api.ogc import coverages, features, landing

_ONE = "ogc/collections/<str:key>"
urlpatterns: list[URLPattern] = [
    re_path(r"^ogc/?$", landing.landing, name="ogc"),
    path("ogc/conformance", landing.conformance, name="ogc-conformance"),
    path("ogc/api", landing.description, name="ogc-api"),
    path("ogc/collections", landing.every, name="ogc-collections"),
    path(_ONE, landing.one, name="ogc-collection"),
    path(f"{_ONE}/queryables", features.queryables, name="ogc-queryables"),
    path(f"{_ONE}/items", features.items, name="ogc-items"),
    path(f"{_ONE}/items/<str:fid>", features.item, name="ogc-item"),
    path(f"{_ONE}/locations", coverages.locations, name="ogc-locations"),
    path(f"{_ONE}/locations/<str:code>", coverages.location, name="ogc-location"),
    path(f"{_ONE}/position", coverages.position, name="ogc-position"),
    path(f"{_ONE}/area", coverages.area, name="ogc-area"),
    path(f"{_ONE}/cube", coverages.cube, name="ogc-cube"),
]
