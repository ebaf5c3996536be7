"""The balance of hazardous waste: who handed over what, what arrived, what was treated, and where it leaks."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.choices import DaysForm
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.registers.waste import balance

SPAN_DAYS = 365


@allowed("data.internal", "GET", "HEAD")
def page(request: Entered) -> HttpResponse:
    """Of a span, the last year unless asked otherwise."""
    today = timezone.localdate()
    since, until = today - timedelta(days=SPAN_DAYS), today
    form = DaysForm(request.GET or None, initial={"since": since, "until": until})
    if form.is_bound and form.is_valid():
        since = form.cleaned_data["since"] or since
        until = form.cleaned_data["until"] or until
    book = balance.book(request.rights, since, until + timedelta(days=1), today=today)
    invented = any(line.facility.simulated for line in book.lines)
    context = {"form": form, "since": since, "until": until, "book": book, "simulated": invented}
    return render(request, "desk/waste/balance.html", context)
