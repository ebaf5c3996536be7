"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.portal.searching import looking

urlpatterns: list[URLPattern] = [
    path("search", looking.search, name="search"),
    path("search.json", looking.hits, name="search-hits"),
]
