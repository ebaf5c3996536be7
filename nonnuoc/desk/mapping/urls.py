"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.mapping import showing

urlpatterns: list[URLPattern] = [
    path("desk/map", showing.show, name="desk-map"),
    path("desk/map/print", showing.sheet, name="desk-map-print"),
    path("desk/map/cards/<str:key>/<str:code>", showing.card, name="desk-map-card"),
    path("desk/map/layers/<str:key>.geojson", showing.layer, name="desk-map-layer"),
    path("desk/map/tiles/<int:z>/<int:x>/<int:y>.mvt", showing.tile, name="desk-map-tile"),
]
