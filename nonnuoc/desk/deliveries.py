"""What arrived, and what became of it: the list, the receipt, the original bytes, another try."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.ingest import pipeline
from nonnuoc.look import handing_out
from nonnuoc.records.monitoring import deliveries, receipts
from nonnuoc.records.monitoring.models import Delivery

PAGE = 50
PROBLEMS_SHOWN = 500


class Filter(forms.Form):
    """Which deliveries."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            (Delivery.State.COMMITTED, gettext_lazy("committed")),
            (Delivery.State.QUARANTINED, gettext_lazy("quarantined")),
        ],
    )
    station = forms.CharField(label=gettext_lazy("Station code"), required=False, max_length=120)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


@allowed("deliveries.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """The newest deliveries within reach, and older ones page by page."""
    form = Filter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"state": "", "station": "", "before": None}
    reach = request.rights.reach("deliveries.read")
    rows = receipts.newest(reach, **asked, most=PAGE + 1)
    older = ""
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        older = urlencode({"state": asked["state"], "station": asked["station"], "before": rows[-1].id})
    simulated = any(row.thing is not None and row.thing.simulated for row in rows)
    context = {"form": form, "rows": rows, "older": older, "asked": asked, "simulated": simulated}
    context["bounded"] = not reach.everywhere
    return render(request, "desk/deliveries.html", context)


@allowed("deliveries.read", "GET", "HEAD")
def one(request: Entered, uuid: UUID) -> HttpResponse:
    """One delivery's receipt."""
    row = _found(request, "deliveries.read", receipts.by_uuid(uuid))
    may_change = _can_change(row) and request.rights.may("deliveries.replay", receipts.subject(row))
    context = {
        "row": row,
        "sha256": bytes(row.sha256).hex(),
        "problems": row.problems[:PROBLEMS_SHOWN],
        "unlisted": max(0, row.refused - len(row.problems[:PROBLEMS_SHOWN])),
        "may_replay": row.thing_id is not None and may_change,
        "clock": row.code.startswith("clock_"),
        "simulated": row.thing is not None and row.thing.simulated,
        "waits_for_station": row.thing_id is None and _can_change(row),
    }
    return render(request, "desk/delivery.html", context)


@allowed("deliveries.read", "GET", "HEAD")
def original(request: Entered, uuid: UUID) -> HttpResponse:
    """The bytes as they arrived: saved, never shown, whatever they claim to be."""
    row = _found(request, "deliveries.read", receipts.by_uuid_with_body(uuid))
    name = re.sub(r"[\x00-\x1f\x7f/\\]", "_", row.file_name) or str(row.uuid)
    return handing_out.saved(name, "application/octet-stream", deliveries.original(row))


@allowed("deliveries.replay", "POST")
def replay(request: Entered, uuid: UUID) -> HttpResponse:
    """Read it again, after what stood in its way has been mended."""
    row = _found(request, "deliveries.replay", receipts.by_uuid(uuid))
    if not _can_change(row):
        messages.error(request, _("Reading it again would change nothing."))
    elif row.thing_id is None:
        messages.error(request, _("Register the station first: then this delivery is read again by itself."))
    else:
        trust = request.POST.get("trust_clock") == "1"
        pipeline.replay(row.thing_id, only=row.id, trust_clock=trust, by=request.user)
        messages.success(request, _("The delivery was read again. What became of it is below."))
    return redirect("delivery-receipt", uuid=uuid)


def _can_change(row: Delivery) -> bool:
    return row.code not in pipeline.UNREAD and (row.state == Delivery.State.QUARANTINED or row.refused > 0)


def _found(request: Entered, action: str, row: Delivery | None) -> Delivery:
    """The delivery, if it is within reach.

    Raises Http404; or PermissionDenied with the reason, for that it exists is no secret: the portal shows the receipt
    behind each public number, and who holds an address of 122 random bits was given it.
    """
    if row is None:
        raise Http404(_("There is no delivery with this address."))
    request.rights.require(action, receipts.subject(row))
    return row
