"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.importing import exporting, pages

_REGISTER = "desk/registers/<slug:key>/"
urlpatterns: list[URLPattern] = [
    path(f"{_REGISTER}import", pages.begin, name="desk-register-import"),
    path(f"{_REGISTER}import/blank.xlsx", pages.blank, name="desk-register-import-blank"),
    path(f"{_REGISTER}import/<str:token>", pages.one, name="desk-register-import-one"),
    path(f"{_REGISTER}import/<str:token>/faults.csv", pages.faults, name="desk-register-import-faults"),
    path(f"{_REGISTER}export.<slug:format>", exporting.export, name="desk-register-export"),
]
