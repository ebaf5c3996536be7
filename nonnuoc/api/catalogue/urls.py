"""Addresses of the catalogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.catalogue import dcat

urlpatterns: list[URLPattern] = [
    path("dcat", dcat.catalogue, name="api-dcat"),
    path("dcat.<str:suffix>", dcat.catalogue, name="api-dcat-file"),
]
