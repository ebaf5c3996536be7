"""Addresses where many observations come in at once."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
