"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.portal.plans import calendar, data, pages

urlpatterns: list[URLPattern] = [
    path("plans/", pages.listing, name="progress"),
    path("plans/plans.json", data.plans, name="progress-data"),
    path("plans/tasks.csv", data.tasks, name="progress-tasks"),
    path("plans/targets.csv", data.targets, name="progress-targets"),
    path("plans/<str:plan>/", pages.plan, name="plan-progress"),
    path("plans/<str:plan>/calendar.ics", calendar.feed, name="plan-progress-calendar"),
    path("plans/<str:plan>/tasks/<str:code>/", pages.task, name="plan-progress-task"),
    path("plans/<str:plan>/targets/<str:code>/", pages.target, name="plan-progress-target"),
]
