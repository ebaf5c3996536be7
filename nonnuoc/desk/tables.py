"""A table of history without a profile: shown, its columns named by a person, read on trial, then taken in."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.table_form import TableForm
from nonnuoc.ingest import pipeline, proposing, rehearsing
from nonnuoc.ingest.arrival import Arrival, station_in
from nonnuoc.ingest.formats.profile import Profile
from nonnuoc.ingest.pending import Pending
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Delivery

SESSION = "pending"  # name under which the file is kept -> the name it came with
MOST = 5  # files one person decides about at a time


def is_table(name: str) -> bool:
    """Whether a file of this name needs a profile."""
    return name.lower().endswith((".csv", ".xlsx"))


def begin(session: SessionBase, name: str, body: bytes) -> str:
    """Keep a table until a person has decided; give the name of its page. Raises Refused where it cannot be opened."""
    proposing.propose(body)
    kept = dict(session.get(SESSION, {}))
    while len(kept) >= MOST:
        oldest = next(iter(kept))
        _pending().drop(oldest)
        del kept[oldest]
    token = _pending().keep(body)
    session[SESSION] = {**kept, token: name}
    return token


@allowed("deliveries.upload", "GET", "HEAD", "POST")
def table(request: Entered, token: str) -> HttpResponse:
    """Headings, some rows, and the form; on trial what the file would bring; kept, on to its receipt."""
    name = request.session.get(SESSION, {}).get(token)
    if name is None:
        raise Http404
    body = _pending().read(token)
    if body is None or request.POST.get("action") == "drop":
        _forget(request, token)
        if body is None:
            messages.error(request, _("The file was kept for a day and is gone. Upload it again."))
        return redirect("upload")
    reach = request.rights.reach("deliveries.upload")
    form = TableForm(request.POST or None, proposal=proposing.propose(body), file_name=name, reach=reach)
    whole = [form[field] for field in ("station", "time_format", "other_format", "offset", "decimal", "missing")]
    context = {"form": form, "proposal": form.proposal, "file_name": name, "rows": form.proposal.sample, "whole": whole}
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/table.html", context, status=422 if request.method == "POST" else 200)
    context["trial"] = trial = rehearsing.rehearse(body, form.profile, name=name, at=timezone.now())
    context["tried"] = _digest(form.profile)
    if request.POST.get("action") == "keep" and trial.good and request.POST.get("tried") == context["tried"]:
        receipt = _take_in(request, form, name, body)
        if receipt is not None:
            _forget(request, token)
            return redirect("delivery-receipt", uuid=receipt)
    return render(request, "desk/table.html", context, status=422 if form.errors else 200)


def _take_in(request: Entered, form: TableForm, name: str, body: bytes) -> str | None:
    """Keep the profile and take the file in with it: its receipt's uuid; None: the name will not do."""
    person = request.user
    try:
        profile = services.keep_profile(form.cleaned_data["name"], form.profile.to_json(), by=person)
    except ValidationError as error:
        form.add_error("name", [told for field in error.message_dict.values() for told in field])
        return None
    arrival = Arrival(
        door=Delivery.Door.UPLOAD,
        station_code=form.profile.station or station_in(name),
        name=name,
        body=body,
        received=timezone.now(),
        by=person,
        profile=profile,
        bound=form.profile.station if form.bounded else "",
    )
    (receipt,) = pipeline.accept([arrival])
    if receipt.repeats:
        messages.info(request, _("The same bytes arrived before. This is the receipt they got then."))
    return str(receipt.uuid)


def _forget(request: Entered, token: str) -> None:
    _pending().drop(token)
    kept = dict(request.session.get(SESSION, {}))
    kept.pop(token, None)
    request.session[SESSION] = kept


def _pending() -> Pending:
    return Pending(Path(settings.MEDIA_ROOT))


def _digest(profile: Profile) -> str:
    """What was tried is what is kept."""
    return hashlib.sha256(json.dumps(profile.to_json(), sort_keys=True).encode()).hexdigest()
