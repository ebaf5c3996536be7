"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.inspections import listing, page, planning, ranking

urlpatterns: list[URLPattern] = [
    path("desk/inspections/", listing.listing, name="inspections"),
    path("desk/inspections/risk", ranking.ranking, name="inspections-risk"),
    path("desk/inspections/new", planning.new, name="inspection-new"),
    path("desk/inspections/<str:code>/", page.page, name="inspection"),
    path("desk/inspections/<str:code>/act", page.act, name="inspection-act"),
    path("desk/inspections/<str:code>/evidence/<int:identity>", page.evidence, name="inspection-evidence"),
]
