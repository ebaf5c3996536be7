"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.plans.text import asking, bringing, changing, head, page

urlpatterns: list[URLPattern] = [
    path("desk/plans/import", bringing.new, name="plan-import"),
    path("desk/plans/import/<uuid:token>", bringing.one, name="plan-import-one"),
    path("desk/plans/<str:plan>/text", page.page, name="plan-text"),
    path("desk/plans/<str:plan>/text/<int:number>", page.page, name="plan-text-edition"),
    path("desk/plans/<str:plan>/text/marks", page.passage, name="plan-passage"),
    path("desk/plans/<str:plan>/changes/<int:number>", changing.changes, name="plan-changes"),
    path("desk/plans/<str:plan>/questions", asking.listing, name="plan-questions"),
    path("desk/plans/<str:plan>/questions/<int:identity>", asking.one, name="plan-question"),
    path("desk/plans/<str:plan>/head", head.page, name="plan-head"),
]
