"""Addresses of downloads and aggregates."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.downloads import drawn, files

urlpatterns: list[URLPattern] = [
    path("datastreams/<int:datastream_id>.<str:suffix>", files.file, name="api-download"),
    path("datastreams/<int:datastream_id>/aggregates", drawn.of_one, name="api-aggregates-of-one"),
    path("aggregates", drawn.of_many, name="api-aggregates"),
]
