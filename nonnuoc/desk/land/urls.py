"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.land import checking, overview, sampling, stages

urlpatterns: list[URLPattern] = [
    path("desk/land/", overview.overview, name="land"),
    path("desk/land/sites/<str:code>/", stages.site, name="land-site"),
    path("desk/land/sites/<str:code>/act", stages.site_act, name="land-site-act"),
    path("desk/land/dumps/<str:code>/", stages.dump, name="land-dump"),
    path("desk/land/dumps/<str:code>/act", stages.dump_act, name="land-dump-act"),
    path("desk/land/soil-points/<str:code>/", sampling.point, name="land-soil-point"),
    path("desk/land/craft-villages/<str:code>/", checking.checklist, name="land-craft"),
]
