"""How each channel is, the gateways of SMS and Zalo, and the machines that are told: for administrators."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.messaging import words
from nonnuoc.records.accounts import preferences
from nonnuoc.records.outbox import channels, gateways, selectors


@allowed("settings.manage", "GET", "HEAD")
def page(request: Entered) -> HttpResponse:
    """Each channel with what went and what failed lately; webhooks below."""
    standing = channels.standing(at=timezone.now())
    context = {
        "channels": [(one, words.channel(one.channel), one.channel in gateways.CHANNELS) for one in standing],
        "hooks": [(hook, [words.topic(topic) for topic in hook.topics]) for hook in selectors.webhooks()],
        "listed": preferences.read("outbox.allowed_targets").split(),
    }
    return render(request, "desk/messaging/channels.html", context)
