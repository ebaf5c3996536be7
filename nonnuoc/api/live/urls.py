"""Addresses of what is newest and of what is new."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.live import latest, news

urlpatterns: list[URLPattern] = [
    path("stations/latest", latest.stations, name="api-stations-latest"),
    path("datastreams/latest", latest.datastreams, name="api-datastreams-latest"),
    path("stream", news.stream, name="api-stream"),
]
