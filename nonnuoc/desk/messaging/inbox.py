"""One's own messages: what is unread first, what was read or told elsewhere below."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from nonnuoc.desk.doors import Entered, signed_in
from nonnuoc.desk.messaging import words
from nonnuoc.records.outbox import inbox

PAGE = 30


class Older(forms.Form):
    """Where the list goes on."""

    before = forms.IntegerField(required=False, min_value=1)


class Read(forms.Form):
    """One message, or all of them."""

    message = forms.IntegerField(required=False, min_value=1)


@signed_in("GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """Unread ones, the gravest first; then the others, page by page."""
    form = Older(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    unread = inbox.unread(request.user) if before is None else []
    rows = inbox.earlier(request.user, before=before, most=PAGE + 1)
    shown = rows[:PAGE]
    context = {
        "unread": [(message, words.said(message)) for message in unread],
        "earlier": [(message, words.said(message)) for message in shown],
        "older": shown[-1].id if len(rows) > PAGE else None,
        "newest": before is None,
        "at": timezone.now(),
        "simulated": any(message.facts.get("simulated") for message in (*unread, *shown)),
    }
    return render(request, "desk/messaging/inbox.html", context)


@signed_in("POST")
def read(request: Entered) -> HttpResponse:
    """One has been read, or all of them."""
    form = Read(request.POST)
    if form.is_valid():
        only = form.cleaned_data["message"]
        count = inbox.read(request.user, [only] if only else None, at=timezone.now())
        if count:
            told = ngettext("%(n)d message is read.", "%(n)d messages are read.", count) % {"n": count}
            messages.success(request, told)
    return redirect("messages")
