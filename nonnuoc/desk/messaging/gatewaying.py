"""The gateway of a channel: the request that hands a message in, what a success looks like, and its secret."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed, confirmed
from nonnuoc.desk.messaging import words
from nonnuoc.records.outbox import gateways
from nonnuoc.records.outbox.models import Channel

EXAMPLES = {
    Channel.SMS: (
        "POST https://sms.example.vn/send\nAuthorization: Bearer {secret}\nContent-Type: application/json\n\n"
        '{"phone": "{to}", "message": "{text}", "id": "{key}"}'
    ),
    Channel.ZALO: (
        "POST https://openapi.zalo.me/v3.0/oa/message/cs\naccess_token: {secret}\nContent-Type: application/json\n\n"
        '{"recipient": {"user_id": "{to}"}, "message": {"text": "{text}"}}'
    ),
}


class Gateway(forms.Form):
    """What is said of a gateway; the secret goes in and never comes out."""

    text = forms.CharField(
        label=gettext_lazy("The request that hands a message in"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy(
            "As the gateway's manual shows it: first line, headers, an empty line, the body. {to}, {text}, {key} and"
            " {secret} are filled in."
        ),
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        max_length=4000,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    success = forms.CharField(
        label=gettext_lazy("What a success looks like"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy("Such as “error = 0”, a line for each. Empty: any answer 2xx is a success."),
    )
    marks = forms.BooleanField(
        label=gettext_lazy("With Vietnamese marks"),
        required=False,
        help_text=gettext_lazy("Without them a message takes half as many parts, and costs half as much."),
    )
    segments = forms.IntegerField(
        label=gettext_lazy("At most so many parts"), min_value=1, max_value=gateways.MOST_SEGMENTS
    )


@allowed("settings.manage", "GET", "HEAD", "POST")
@confirmed
def one(request: Entered, channel: str) -> HttpResponse:
    """Set up, change, or remove the gateway."""
    if channel not in gateways.CHANNELS:
        raise Http404(_("There is no gateway of this channel."))
    held = gateways.of(channel)
    form = Gateway(request.POST or None, initial=_initial(Channel(channel), held))
    form.fields["secret"].help_text = _secret_help(held)
    if request.method == "POST" and request.POST.get("deed") == "remove":
        gateways.remove(channel, by=request.user)
        messages.success(request, _("Removed. Messages go on the next channel of their recipients."))
        return redirect("message-channels")
    if request.method == "POST" and form.is_valid() and _kept(request, channel, form):
        messages.success(request, _("Kept. Send yourself a trial to see whether it works."))
        return redirect("message-channels")
    context = {"form": form, "name": words.channel(channel), "channel": channel, "there": held is not None}
    context["example"] = EXAMPLES[Channel(channel)]
    return render(request, "desk/messaging/gateway.html", context, status=422 if form.errors else 200)


def _kept(request: Entered, channel: str, form: Gateway) -> bool:
    told = dict(form.cleaned_data)
    told["secret"] = told["secret"] or None  # empty: the one there is
    try:
        gateways.set_up(channel, by=request.user, **told)
    except ValidationError as error:
        choices.refuse(form, error)
    return not form.errors


def _initial(channel: Channel, held: gateways.Gateway | None) -> dict[str, Any]:
    if held is None:
        return {"text": EXAMPLES[channel], "marks": channel == Channel.ZALO, "segments": 3}
    return {"text": held.text, "success": held.success, "marks": held.marks, "segments": held.segments}


def _secret_help(held: gateways.Gateway | None) -> str:
    if held is not None and held.secret:
        return _("One is kept, sealed; it is never shown. Empty: it stays.")
    return _("What {secret} stands for. It is kept sealed and never shown again.")
