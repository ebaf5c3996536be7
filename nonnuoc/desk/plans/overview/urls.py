"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.plans.overview import calendar, matrix, one, province, timeline, units

urlpatterns: list[URLPattern] = [
    path("desk/province", province.page, name="province-page"),
    path("desk/plans/", one.listing, name="plans"),
    path("desk/plans/<str:plan>/", one.page, name="plan"),
    path("desk/plans/<str:plan>/units/", units.listing, name="plan-units"),
    path("desk/plans/<str:plan>/units/<str:office>/", units.page, name="plan-unit"),
    path("desk/plans/<str:plan>/timeline", timeline.page, name="plan-timeline"),
    path("desk/plans/<str:plan>/matrix", matrix.page, name="plan-matrix"),
    path("desk/plans/<str:plan>/calendar", calendar.page, name="plan-calendar"),
    path("desk/plans/<str:plan>/calendar/<str:token>.ics", calendar.feed, name="plan-calendar-feed"),
]
