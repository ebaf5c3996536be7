"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.plans.tasks import blockers, changing, listing, page

urlpatterns: list[URLPattern] = [
    path("desk/plans/<str:plan>/tasks/", listing.listing, name="plan-tasks"),
    path("desk/plans/<str:plan>/tasks/new", changing.new, name="plan-task-new"),
    path("desk/plans/<str:plan>/tasks/<str:code>/", page.page, name="plan-task"),
    path("desk/plans/<str:plan>/tasks/<str:code>/act", page.act, name="plan-task-act"),
    path("desk/plans/<str:plan>/tasks/<str:code>/change", changing.change, name="plan-task-change"),
    path("desk/plans/<str:plan>/tasks/<str:code>/evidence/<int:identity>", page.evidence, name="plan-evidence"),
    path("desk/plans/<str:plan>/difficulties", blockers.blockers, name="plan-blockers"),
]
