"""Addresses of this part. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.alarm_rules import editing, listing, preview, rule

urlpatterns: list[URLPattern] = [
    path("desk/alarm-rules/", listing.listing, name="alarm-rules"),
    path("desk/alarm-rules/new", editing.new, name="alarm-rule-new"),
    path("desk/alarm-rules/<slug:code>/", rule.rule, name="alarm-rule"),
    path("desk/alarm-rules/<slug:code>/change", editing.change, name="alarm-rule-change"),
    path("desk/alarm-rules/<slug:code>/preview", preview.preview, name="alarm-rule-preview"),
    path("desk/alarm-rules/<slug:code>/switch", rule.switch, name="alarm-rule-switch"),
]
