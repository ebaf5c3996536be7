"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.searching import looking

urlpatterns: list[URLPattern] = [
    path("desk/search", looking.search, name="desk-search"),
    path("desk/search.json", looking.hits, name="desk-search-hits"),
]
