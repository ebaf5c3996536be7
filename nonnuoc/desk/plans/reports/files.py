"""The report as files, to be saved."""

from __future__ import annotations

from django.http import HttpResponse

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.reports import finding
from nonnuoc.look import handing_out
from nonnuoc.records.plans.reports import docx as document
from nonnuoc.records.plans.reports import selectors
from nonnuoc.records.plans.reports import xlsx as workbook


@allowed("plans.read", "GET", "HEAD")
def docx(request: Entered, plan: str, code: str) -> HttpResponse:
    """The document."""
    return _file(request, plan, code, "docx", document.MEDIA_TYPE)


@allowed("plans.read", "GET", "HEAD")
def xlsx(request: Entered, plan: str, code: str) -> HttpResponse:
    """Its annex."""
    return _file(request, plan, code, "xlsx", workbook.MEDIA_TYPE)


def _file(request: Entered, plan: str, code: str, kind: str, media_type: str) -> HttpResponse:
    report = finding.report(request, plan, code)
    number = report.number.replace("/", "-") or f"draft-{report.content['head']['on']}"
    return handing_out.saved(f"{plan}-{code}-{number}.{kind}", media_type, selectors.file(report, kind))
