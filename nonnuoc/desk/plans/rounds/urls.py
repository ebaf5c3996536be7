"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.plans.rounds import acting, filling, listing, opening, page

_ROUNDS = "desk/plans/<str:plan>/rounds/"
_ROUND = f"{_ROUNDS}<slug:code>/"
_FORM = f"{_ROUND}<slug:office>/"

urlpatterns: list[URLPattern] = [
    path(_ROUNDS, listing.listing, name="plan-rounds"),
    path(f"{_ROUNDS}new", opening.new, name="plan-round-new"),
    path(_ROUND, page.page, name="plan-round"),
    path(f"{_ROUND}act", acting.act, name="plan-round-act"),
    path(_FORM, filling.form, name="plan-form"),
    path(f"{_FORM}decide", filling.decide, name="plan-form-decide"),
    path(f"{_FORM}original", filling.original, name="plan-form-original"),
]
