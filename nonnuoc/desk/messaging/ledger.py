"""The ledger: who was told what, how, when, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.messaging import words
from nonnuoc.records.outbox import ledger, resending, topics
from nonnuoc.records.outbox.ledger import Asked
from nonnuoc.records.outbox.models import Channel, Message

PAGE = 50
DAY = timedelta(days=1)
ANY = [("", gettext_lazy("all"))]


class Filter(forms.Form):
    """Which messages."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=[*ANY, *Message.State.choices])
    topic = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False, choices=[*ANY, *Channel.choices])
    to = forms.CharField(label=gettext_lazy("To"), required=False, max_length=120)
    incident = forms.IntegerField(label=gettext_lazy("Incident number"), required=False, min_value=1)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [*topics.ALL, *words.ASIDE]
        self.fields["topic"].choices = [*ANY, *((code, words.topic(code)) for code in known)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        told = dict(self.cleaned_data)
        del told["before"]
        incident = told.pop("incident")
        return Asked(**told, key_prefix=f"incident:{incident}:" if incident else "")

    @property
    def given(self) -> dict[str, str]:
        """The filter as the address of a page carries it."""
        return {name: str(held) for name, held in self.cleaned_data.items() if held and name != "before"}


@allowed("outbox.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """The newest that fit, and older ones page by page; above them, what became of the last day's."""
    form = Filter(request.GET)
    context: dict[str, Any] = {"form": form, "day": _day(request)}
    if form.is_valid():
        before = form.cleaned_data["before"]
        rows = ledger.listed(request.rights, form.asked, before=before, most=PAGE + 1)
        context |= {"rows": rows[:PAGE], "given": form.given, "newest": before is None}
        context["simulated"] = any(row.facts.get("simulated") for row in rows[:PAGE])
        if len(rows) > PAGE:
            context["older"] = urlencode(form.given | {"before": rows[PAGE - 1].id})
    return render(request, "desk/messaging/ledger.html", context, status=200 if form.is_valid() else 422)


@allowed("outbox.read", "GET", "HEAD")
def one(request: Entered, identity: int) -> HttpResponse:
    """A message: what it says, every attempt, what it stands for and what came in its place."""
    message = _found(request, identity)
    context = {
        "message": message,
        "said": words.said(message),
        "meaning": words.MEANINGS[message.state],
        "tries": [(each, words.RESULTS.get(each.result, each.result)) for each in message.tries.all()],
        "failed": message.state == Message.State.FAILED,
        "simulated": bool(message.facts.get("simulated")),
    }
    return render(request, "desk/messaging/ledger_one.html", context)


@allowed("outbox.read", "POST")
def send_again(request: Entered, identity: int) -> HttpResponse:
    """Another day's tries for one that failed."""
    try:
        resending.send_again(_found(request, identity), rights=request.rights, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is sent again. Its attempts are below."))
    return redirect("message-ledger-one", identity=identity)


def _day(request: Entered) -> list[tuple[str, str, int]]:
    """(state, its word, how many) of the last day, states nobody is in left out."""
    found = ledger.counts(request.rights, Asked(since=timezone.now() - DAY))
    return [(state.value, capfirst(str(state.label)), found[state]) for state in Message.State if found[state]]


def _found(request: Entered, identity: int) -> Message:
    message = ledger.one(identity, request.rights)
    if message is None:
        raise Http404(_("There is no such message, or it is outside your area."))
    return message
