"""Addresses of this part. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.portal.warned import card, formats, listing, page

urlpatterns: list[URLPattern] = [
    path("warnings", listing.listing, name="warnings"),
    path("warnings.atom", formats.feed, name="warnings-feed"),
    path("warnings/<str:identifier>.cap", formats.cap, name="warning-cap"),
    path("warnings/<str:identifier>/loudspeaker", page.loudspeaker, name="warning-aloud"),
    path("warnings/<str:identifier>", page.page, name="warning"),
    path("cards/warnings/<str:identifier>.png", card.of_warning, name="card-warning"),
]
