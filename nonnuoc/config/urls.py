"""Root addresses; each face lists its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("nonnuoc.portal.urls")),
    path("", include("nonnuoc.desk.urls")),
    path("api/", include("nonnuoc.api.urls")),
]
