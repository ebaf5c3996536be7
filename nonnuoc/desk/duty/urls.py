"""Addresses of this part. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.duty import charts, handover, incident, listing

urlpatterns: list[URLPattern] = [
    path("desk/duty/", listing.duty, name="duty"),
    path("desk/duty/list", listing.part, name="duty-list"),
    path("desk/duty/closed/", listing.archive, name="duty-archive"),
    path("desk/duty/handover/", handover.handover, name="duty-handover"),
    path("desk/duty/<int:identity>/", incident.incident, name="duty-incident"),
    path("desk/duty/<int:identity>/act", incident.act, name="duty-act"),
    path("desk/duty/<int:identity>/series", charts.series, name="duty-series"),
    path("desk/duty/<int:identity>/files/<uuid:uuid>", incident.attachment, name="duty-attachment"),
]
