"""Addresses of OGC API: Features and Environmental Data Retrieval."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
