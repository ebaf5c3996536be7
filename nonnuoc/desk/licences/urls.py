"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.licences import calendar, dossier, flowing, obligation, waiting

ONE = "desk/licences/obligations/<int:identity>/"
PAPER = "desk/licences/papers/<str:code>/"

urlpatterns: list[URLPattern] = [
    path("desk/licences/", waiting.waiting, name="licences"),
    path("desk/licences/calendar", calendar.months, name="licences-calendar"),
    path("desk/licences/calendar.ics", calendar.file, name="licences-ics"),
    path("desk/licences/flows", flowing.flows, name="licences-flows"),
    path(ONE, obligation.one, name="licences-obligation"),
    path(f"{ONE}report", obligation.report, name="licences-report"),
    path(f"{ONE}decide", obligation.decide, name="licences-decide"),
    path(f"{ONE}files/<int:document>", obligation.file, name="licences-file"),
    path(PAPER, dossier.one, name="licences-dossier"),
    path(f"{PAPER}limit", dossier.limit, name="licences-limit"),
    path(f"{PAPER}condition", dossier.condition, name="licences-condition"),
    path("desk/licences/limits/<int:identity>/end", dossier.end_limit, name="licences-limit-end"),
    path("desk/licences/conditions/<int:identity>/", dossier.change_condition, name="licences-condition-change"),
]
