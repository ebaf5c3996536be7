"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.registers import browsing, papers, withdrawing, writing

ONE = "desk/registers/<str:key>/<str:code>/"

urlpatterns: list[URLPattern] = [
    path("desk/registers/", browsing.registers, name="desk-registers"),
    path("desk/registers/<str:key>/", browsing.register, name="desk-register"),
    path("desk/registers/<str:key>/places.geojson", browsing.places, name="desk-register-places"),
    path("desk/registers/<str:key>/targets/<str:name>", browsing.targets, name="desk-register-targets"),
    path("desk/registers/<str:key>/new", writing.new, name="desk-register-new"),
    path(ONE, browsing.entry, name="desk-register-entry"),
    path(f"{ONE}change", writing.change, name="desk-register-change"),
    path(f"{ONE}withdraw", withdrawing.withdraw, name="desk-register-withdraw"),
    path(f"{ONE}document", papers.add, name="desk-register-document"),
    path(f"{ONE}documents/<int:identity>", papers.file, name="desk-register-document-file"),
    path(f"{ONE}documents/<int:identity>/remove", papers.remove, name="desk-register-document-remove"),
]
