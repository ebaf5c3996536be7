"""Addresses of the pages that explain the interfaces, and of their description."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
