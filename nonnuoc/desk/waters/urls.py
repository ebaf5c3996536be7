"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.waters import rivers, stations

urlpatterns: list[URLPattern] = [
    path("desk/waters/", rivers.rivers, name="waters"),
    path("desk/waters/reaches/<str:code>/stations", stations.reach, name="waters-reach-stations"),
    path("desk/waters/reservoirs/<str:code>/stations", stations.reservoir, name="waters-reservoir-stations"),
]
