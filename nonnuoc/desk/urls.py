"""Addresses for the staff."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk import deliveries, signing_in, tables, uploading

urlpatterns: list[URLPattern] = [
    path("desk/", deliveries.listing, name="desk"),
    path("desk/sign-in/", signing_in.sign_in, name="sign-in"),
    path("desk/sign-out/", signing_in.sign_out, name="sign-out"),
    path("desk/upload/", uploading.upload, name="upload"),
    path("desk/upload/table/<str:token>/", tables.table, name="upload-table"),
    path("desk/deliveries/<uuid:uuid>/", deliveries.one, name="delivery-receipt"),
    path("desk/deliveries/<uuid:uuid>/original", deliveries.original, name="delivery-original"),
    path("desk/deliveries/<uuid:uuid>/replay", deliveries.replay, name="delivery-replay"),
]
