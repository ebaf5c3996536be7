"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.plans.reports import acting, files, page

_REPORT = "desk/plans/<str:plan>/rounds/<slug:code>/report/"

urlpatterns: list[URLPattern] = [
    path(_REPORT, page.page, name="plan-report"),
    path(f"{_REPORT}ask", acting.ask, name="plan-report-ask"),
    path(f"{_REPORT}issue", acting.issue, name="plan-report-issue"),
    path(f"{_REPORT}basis/<str:place>", page.basis, name="plan-report-basis"),
    path(f"{_REPORT}units/<slug:office>", page.unit, name="plan-report-unit"),
    path(f"{_REPORT}docx", files.docx, name="plan-report-docx"),
    path(f"{_REPORT}xlsx", files.xlsx, name="plan-report-xlsx"),
]
