"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.portal.mapping import showing

urlpatterns: list[URLPattern] = [
    path("map", showing.show, name="map"),
    path("map/print", showing.sheet, name="map-print"),
    path("map/cards/<str:key>/<str:code>", showing.card, name="map-card"),
    path("data/map/<str:key>.geojson", showing.layer, name="data-map-layer"),
    path("data/map/<int:z>/<int:x>/<int:y>.mvt", showing.tile, name="data-map-tile"),
]
