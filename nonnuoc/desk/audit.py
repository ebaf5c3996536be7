"""The audit trail: searched, read, carried out of the house."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices, words
from nonnuoc.desk.choices import DaysForm
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts import services, trail
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.accounts.trail import Asked

PAGE = 50
ROWS_AT_A_TIME = 2000
COLUMNS = ("at", "by", "on_behalf_of", "address", "action", "subject", "before", "after", "detail")


class Search(DaysForm):
    """Which entries."""

    by = forms.CharField(label=gettext_lazy("Person"), required=False, max_length=120)
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    subject = forms.CharField(label=gettext_lazy("About"), required=False, max_length=120)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    field_order = ("by", "action", "subject", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deeds = sorted((capfirst(str(told)), code) for code, told in words.DEEDS.items())
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", _("every action")),
            *((code, told) for told, code in deeds),
        ]

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        told = self.cleaned_data
        return Asked(
            by=told["by"],
            action=told["action"],
            subject=told["subject"],
            since=choices.begin(told["since"]) if told["since"] else None,
            until=choices.end(told["until"]) if told["until"] else None,
        )

    @property
    def given(self) -> dict[str, str]:
        """The filter as the address of a page carries it."""
        names = ("by", "action", "subject", "since", "until")
        return {name: str(self.cleaned_data[name]) for name in names if self.cleaned_data[name]}


@allowed("audit.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """The newest entries that fit, and older ones page by page."""
    form = Search(request.GET)
    context: dict[str, Any] = {"form": form, "given": {}}
    if form.is_valid():
        rows = trail.older(form.asked, form.cleaned_data["before"], PAGE + 1)
        context |= {"rows": rows[:PAGE], "given": form.given, "newest": form.cleaned_data["before"] is None}
        if len(rows) > PAGE:
            context["older"] = urlencode(form.given | {"before": rows[PAGE - 1].id})
    return render(request, "desk/audit.html", context, status=200 if form.is_valid() else 422)


@allowed("audit.read", "POST")
def export(request: Entered) -> HttpResponse:
    """What was searched for, as a file; that it was taken is an entry itself."""
    form = Search(request.POST)
    if not form.is_valid():
        return render(request, "desk/audit.html", {"form": form, "given": {}}, status=422)
    kind = "jsonl" if request.POST.get("form") == "jsonl" else "csv"
    entries = services.export_trail(form.asked, form=kind, by=request.user).iterator(ROWS_AT_A_TIME)
    lines = _json_lines(entries) if kind == "jsonl" else _csv(entries)
    response = StreamingHttpResponse(
        lines, content_type="application/x-ndjson" if kind == "jsonl" else "text/csv; charset=utf-8"
    )
    name = f"non-nuoc-audit-{timezone.localtime():%Y%m%d-%H%M}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response  # type: ignore[return-value]  # a response like any other, but for its length


def _facts(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "by": entry.by.email if entry.by else None,
        "on_behalf_of": entry.through.appointment.person.email if entry.through else None,
        "address": entry.address,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "detail": entry.detail,
    }


def _json_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(_facts(entry), ensure_ascii=False) + "\n"


class _Line:
    """What csv writes to; it hands each line on."""

    def write(self, line: str) -> str:
        return line


def _csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """With the mark that tells spreadsheets it is UTF-8."""
    writer = csv.writer(_Line())
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + writer.writerow(COLUMNS)
    for entry in entries:
        yield writer.writerow([_cell(held) for held in _facts(entry).values()])


def _cell(held: Any) -> str:
    """A cell no spreadsheet takes for a formula."""
    if isinstance(held, dict):
        return json.dumps(held, ensure_ascii=False) if held else ""
    text = "" if held is None else str(held)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
