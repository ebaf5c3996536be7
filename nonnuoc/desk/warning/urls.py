"""Addresses of this part. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.warning import deciding, listing, writing

urlpatterns: list[URLPattern] = [
    path("desk/warnings/", listing.listing, name="desk-warnings"),
    path("desk/warnings/new", writing.new, name="warning-new"),
    path("desk/warnings/preview", writing.preview, name="warning-preview"),
    path("desk/incidents/<int:identity>/warning", writing.from_incident, name="warning-from-incident"),
    path("desk/warnings/<uuid:uuid>", deciding.page, name="desk-warning"),
    path("desk/warnings/<uuid:uuid>/change", writing.change, name="warning-write"),
    path("desk/warnings/<uuid:uuid>/update", writing.update, name="warning-update"),
    path("desk/warnings/<uuid:uuid>/cancel", deciding.cancel, name="warning-cancel"),
    path("desk/warnings/<uuid:uuid>/loudspeaker", deciding.loudspeaker, name="warning-script"),
]
