"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.plans.targets import listing, page, writing

urlpatterns: list[URLPattern] = [
    path("desk/plans/<str:plan>/targets/", listing.listing, name="plan-targets"),
    path("desk/plans/<str:plan>/targets/new", writing.new, name="plan-target-new"),
    path("desk/plans/<str:plan>/targets/<str:code>/", page.page, name="plan-target"),
    path("desk/plans/<str:plan>/targets/<str:code>/act", page.act, name="plan-target-act"),
    path("desk/plans/<str:plan>/targets/<str:code>/change", writing.change, name="plan-target-change"),
]
