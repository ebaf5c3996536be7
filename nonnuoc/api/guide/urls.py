"""Addresses of the pages that explain the interfaces, and of their description."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.guide import openapi, pages

urlpatterns: list[URLPattern] = [
    path("", pages.start, name="api"),
    path("docs", pages.docs, name="api-docs"),
    path("openapi.json", openapi.openapi, name="api-openapi"),
]
