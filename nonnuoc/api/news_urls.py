"""Addresses of what is newest and of what is new."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
