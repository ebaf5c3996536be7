"""The keys of stations: the list, a new one, one revoked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.monitoring import keys, network, selectors, services

PAGE = 50  # stations


class Search(forms.Form):
    """Which keys."""

    q = forms.CharField(label=gettext_lazy("Code or name of the station"), required=False, max_length=120)
    revoked = forms.BooleanField(label=gettext_lazy("Revoked ones, too"), required=False)


class New(forms.Form):
    """For which station, and what to call it."""

    station = forms.ChoiceField(label=gettext_lazy("Station"))
    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("So that you can tell keys apart: the logger's model, where it is kept."),
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, f"{code} – {name}") for code, name in network.names(reach).items()]
        self.fields["station"].choices = [("", _("choose a station")), *named]  # type: ignore[attr-defined]


@allowed("keys.manage", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """Keys by station; those in force, or all."""
    reach = request.rights.reach("keys.manage")
    form = Search(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"q": "", "revoked": False}
    page = Paginator(network.like(reach, asked["q"]), PAGE).get_page(request.GET.get("page"))
    things = list(page.object_list)
    held = keys.of_stations(reach, [thing.code for thing in things], revoked=asked["revoked"])
    by_station: dict[int, list[Any]] = {thing.id: [] for thing in things}
    for key in held:
        by_station[key.thing_id].append(key)
    kept = {name: asked[name] for name in ("q", "revoked") if asked[name]}
    context = {
        "form": form,
        "rows": [(thing, by_station[thing.id]) for thing in things],
        "asked": kept,
        "page": page,
        "simulated": any(thing.simulated for thing in things),
        "previous": f"?{urlencode(kept | {'page': page.previous_page_number()})}" if page.has_previous() else "",
        "next": f"?{urlencode(kept | {'page': page.next_page_number()})}" if page.has_next() else "",
    }
    return render(request, "desk/keys.html", context)


@allowed("keys.manage", "GET", "HEAD", "POST")
def new(request: Entered) -> HttpResponse:
    """The form; then the secret, shown this once and kept nowhere: not in the session, not in a message."""
    initial = {"station": request.GET.get("station", "")}
    form = New(request.POST or None, reach=request.rights.reach("keys.manage"), initial=initial)
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/key_new.html", {"form": form}, status=422 if form.errors else 200)
    thing = selectors.station(form.cleaned_data["station"])
    if thing is None:
        raise Http404(_("There is no station with this code."))
    secret = services.new_key(thing, label=form.cleaned_data["label"], by=request.user)
    return render(request, "desk/key_made.html", {"thing": thing, "secret": secret, "simulated": thing.simulated})


@allowed("keys.manage", "GET", "HEAD", "POST")
def revoke(request: Entered, identity: int) -> HttpResponse:
    """Ask once more; then the key opens no door any more."""
    key = keys.by_id(identity)
    if key is None:
        raise Http404(_("There is no such key."))
    request.rights.require("keys.manage", selectors.subject(key.thing))
    if request.method == "POST":
        services.revoke_key(key, by=request.user)
        messages.success(request, _("The key of %(code)s is revoked.") % {"code": key.thing.code})
        return redirect("keys")
    context = {
        "title": _("Revoke this key?"),
        "words": _(
            "Key “%(label)s” of %(name)s (%(code)s). A logger that uses it can send nothing any more until it is given"
            " another one. This cannot be taken back."
        )
        % {"label": key.label or _("without a label"), "name": key.thing.name, "code": key.thing.code},
        "button": _("Revoke the key"),
        "back": reverse("keys"),
    }
    return render(request, "desk/confirm.html", context)
