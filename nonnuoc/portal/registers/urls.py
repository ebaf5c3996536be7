"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.portal.registers import browsing, exporting

urlpatterns: list[URLPattern] = [
    path("registers/", browsing.registers, name="registers"),
    path("registers/<str:key>/", browsing.register, name="register"),
    path("registers/<slug:key>/export.<slug:format>", exporting.export, name="register-export"),
    path("registers/<str:key>/places.geojson", browsing.places, name="register-places"),
    path("registers/<str:key>/targets/<str:name>", browsing.targets, name="register-targets"),
    path("registers/<str:key>/<str:code>/", browsing.entry, name="register-entry"),
    path(
        "registers/<str:key>/<str:code>/documents/<int:identity>",
        browsing.document,
        name="register-document-file",
    ),
]
