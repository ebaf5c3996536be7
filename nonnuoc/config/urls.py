"""Root addresses; each face lists its own."""

from django.urls import include, path

from nonnuoc.config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("nonnuoc.portal.urls")),
    path("", include("nonnuoc.desk.urls")),
    path("api/", include("nonnuoc.api.urls")),
]

handler400 = "nonnuoc.look.errors.bad_request"
handler403 = "nonnuoc.look.errors.permission_denied"
handler404 = "nonnuoc.look.errors.not_found"
handler500 = "nonnuoc.look.errors.broken"
