"""Addresses of this part. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.messaging import channels, contacting, gatewaying, inbox, ledger, preferences, webhooks, wishing

urlpatterns: list[URLPattern] = [
    path("desk/messages/", inbox.listing, name="messages"),
    path("desk/messages/read", inbox.read, name="messages-read"),
    path("desk/messages/preferences/", preferences.page, name="message-preferences"),
    path("desk/messages/preferences/trial", preferences.trial, name="message-trial"),
    path("desk/messages/preferences/about/<str:topic>/", wishing.one, name="message-wish"),
    path("desk/messages/preferences/to/<slug:channel>/", contacting.one, name="message-contact"),
    path("desk/messages/ledger/", ledger.listing, name="message-ledger"),
    path("desk/messages/ledger/<int:identity>/", ledger.one, name="message-ledger-one"),
    path("desk/messages/ledger/<int:identity>/again", ledger.send_again, name="message-send-again"),
    path("desk/messages/channels/", channels.page, name="message-channels"),
    path("desk/messages/channels/gateway/<slug:channel>/", gatewaying.one, name="message-gateway"),
    path("desk/messages/channels/webhooks/new/", webhooks.new, name="webhook-new"),
    path("desk/messages/channels/webhooks/<int:identity>/", webhooks.one, name="webhook"),
    path("desk/messages/channels/webhooks/<int:identity>/trial", webhooks.trial, name="webhook-trial"),
    path("desk/messages/channels/webhooks/<int:identity>/secret/", webhooks.secret, name="webhook-secret"),
]
