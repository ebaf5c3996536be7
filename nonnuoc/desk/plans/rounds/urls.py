"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
