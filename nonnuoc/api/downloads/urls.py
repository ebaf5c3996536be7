"""Addresses of downloads, aggregates and the catalogue."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
