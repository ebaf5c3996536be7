"""Machines that are told: made, changed, tried, given another secret, switched off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.choices import CommunesField
from nonnuoc.desk.doors import Entered, allowed, confirmed
from nonnuoc.desk.messaging import words
from nonnuoc.records.alerts.models import Severity
from nonnuoc.records.outbox import channels, selectors, topics, webhooks
from nonnuoc.records.outbox.models import Webhook
from nonnuoc.records.places import selectors as places

SHOWN = 20


class Hook(forms.Form):
    """Where, and what of."""

    name = forms.CharField(label=gettext_lazy("What it is"), max_length=80)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=forms.URLInput,
        help_text=gettext_lazy(
            "An https address of the internet; one of an inner network only where it is listed among the settings."
        ),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: everything."),
    )
    least_severity = forms.TypedChoiceField(
        label=gettext_lazy("From this severity on"), coerce=int, choices=[(one.value, one.label) for one in Severity]
    )
    communes = CommunesField(
        label=gettext_lazy("Only in these communes"),
        required=False,
        help_text=gettext_lazy("None chosen: the whole province."),
    )
    active = forms.BooleanField(
        label=gettext_lazy("Switched on"),
        required=False,
        help_text=gettext_lazy("Off: nothing is sent, and what waits is dropped."),
    )

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["communes"].among(places.communes_like(""))  # type: ignore[attr-defined]
        self.fields["topics"].choices = [  # type: ignore[attr-defined]
            (code, capfirst(str(topic.words))) for code, topic in topics.ALL.items()
        ]
        if new:
            del self.fields["active"]


@allowed("settings.manage", "GET", "HEAD", "POST")
@confirmed
def new(request: Entered) -> HttpResponse:
    """The form; then the secret, shown this once."""
    form = Hook(request.POST or None, new=True, initial={"least_severity": Severity.MINOR.value})
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = webhooks.make_webhook(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            return render(request, "desk/messaging/webhook_secret.html", {"hook": hook, "secret": secret})
    return render(request, "desk/messaging/webhook_new.html", {"form": form}, status=422 if form.errors else 200)


@allowed("settings.manage", "GET", "HEAD", "POST")
def one(request: Entered, identity: int) -> HttpResponse:
    """What is said of it, and what it was told last."""
    hook = _found(identity)
    form = Hook(request.POST or None, new=False, initial=_initial(hook))
    if request.method == "POST" and form.is_valid():
        try:
            webhooks.change_webhook(hook, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("webhook", identity=identity)
    told = [(row, words.topic(row.topic)) for row in channels.of_webhook(hook, most=SHOWN)]
    context = {"hook": hook, "form": form, "told": told}
    return render(request, "desk/messaging/webhook.html", context, status=422 if form.errors else 200)


@allowed("settings.manage", "POST")
def trial(request: Entered, identity: int) -> HttpResponse:
    """Send it a message that says it is a trial."""
    message = webhooks.test_webhook(_found(identity), by=request.user)
    messages.success(request, _("A trial is on its way; below is what comes of it. Load the page again in a moment."))
    return redirect("message-ledger-one", identity=message.id)


@allowed("settings.manage", "GET", "HEAD", "POST")
@confirmed
def secret(request: Entered, identity: int) -> HttpResponse:
    """Ask once more; then another secret, shown this once."""
    hook = _found(identity)
    if request.method == "POST":
        made = webhooks.new_secret(hook, by=request.user)
        return render(request, "desk/messaging/webhook_secret.html", {"hook": hook, "secret": made, "again": True})
    context = {
        "title": _("Make another secret?"),
        "words": _("For a day, messages to “%(name)s” are signed with the old secret, too. Then only with the new one.")
        % {"name": hook.name},
        "button": _("Make another secret"),
        "back": reverse("webhook", args=[identity]),
    }
    return render(request, "desk/confirm.html", context)


def _initial(hook: Webhook) -> dict[str, Any]:
    return {
        "name": hook.name,
        "url": hook.url,
        "topics": hook.topics,
        "least_severity": hook.least_severity,
        "communes": [commune.code for commune in hook.communes.all()],
        "active": hook.active,
    }


def _found(identity: int) -> Webhook:
    hook = selectors.webhook(identity)
    if hook is None:
        raise Http404(_("There is no such webhook."))
    return hook
