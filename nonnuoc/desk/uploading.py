"""The fourth door: a file from the hands of somebody who has signed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import tables
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.ingest import pipeline
from nonnuoc.ingest.arrival import MAX_BODY, Arrival, station_in, station_of
from nonnuoc.ingest.formats.readings import Refused
from nonnuoc.look import reasons
from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.monitoring import network, receipts
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery


class Upload(forms.Form):
    """A file, and how to read it when it is a table; for somebody with bounds, the one station it is of.

    `bound` is that station's code once the form is valid; "" for those who may upload for every station.
    """

    bound = ""

    file = forms.FileField(label=gettext_lazy("File"), max_length=500, allow_empty_file=False)
    profile: forms.ModelChoiceField[ColumnProfile] = forms.ModelChoiceField(
        label=gettext_lazy("Column profile"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("none: a station's file, or a table of a new kind"),
    )

    station = forms.ChoiceField(
        label=gettext_lazy("Station"),
        required=False,
        help_text=gettext_lazy("Where the file's name or its profile does not tell."),
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].queryset = receipts.profiles(reach)  # type: ignore[attr-defined]
        self.own = None if reach.everywhere else network.names(reach)
        if self.own is None:
            del self.fields["station"]
        else:
            named = [(code, f"{code} – {name}") for code, name in self.own.items()]
            self.fields["station"].choices = [("", _("as the file says")), *named]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """No more than any door takes."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BODY:
            raise forms.ValidationError(_("The file is larger than 50 MB. Divide it, and upload the parts."))
        return file

    @property
    def named(self) -> str:
        """The station the profile or the file's name speaks of; "": none."""
        return station_of(self.cleaned_data.get("profile")) or station_in(self.cleaned_data["file"].name or "")

    def clean(self) -> dict[str, Any]:
        """Whoever has bounds uploads for one station within them."""
        cleaned = super().clean() or {}
        if self.own is None or self.errors:
            return cleaned
        named, chosen = self.named, cleaned["station"]
        self.bound = chosen or named
        if named and named not in self.own:
            told = {"code": named[:60], "own": ", ".join(self.own) or "–"}
            self.add_error("file", _("The file is of station %(code)s; you may upload only for: %(own)s.") % told)
        elif chosen and named and chosen != named:
            told = {"code": named, "chosen": chosen}
            self.add_error("station", _("The file is of station %(code)s, not of %(chosen)s.") % told)
        elif not self.bound and not tables.is_table(cleaned["file"].name or ""):
            self.add_error("station", _("The file's name does not tell its station: choose it here."))
        return cleaned


@allowed("deliveries.upload", "GET", "HEAD", "POST")
def upload(request: Entered) -> HttpResponse:
    """The form; and, with a file, on to its receipt; with a table of a new kind, to how it is to be read."""
    form = Upload(request.POST or None, request.FILES or None, reach=request.rights.reach("deliveries.upload"))
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/upload.html", {"form": form}, status=422 if request.method == "POST" else 200)
    file: UploadedFile = form.cleaned_data["file"]
    name, profile = file.name or "", form.cleaned_data["profile"]
    if profile is None and tables.is_table(name):
        return _table(request, form, name, file.read())
    arrival = Arrival(
        door=Delivery.Door.UPLOAD,
        station_code=form.named,
        name=name,
        body=file.read(),
        received=timezone.now(),
        by=request.user,
        profile=profile,
        bound=form.bound,
    )
    (receipt,) = pipeline.accept([arrival])
    if receipt.repeats:
        messages.info(request, _("The same bytes arrived before. This is the receipt they got then."))
    return redirect("delivery-receipt", uuid=receipt.uuid)


def _table(request: Entered, form: Upload, name: str, body: bytes) -> HttpResponse:
    try:
        token = tables.begin(request.session, name, body)
    except Refused as refused:
        form.add_error("file", reasons.said(refused.code))
        return render(request, "desk/upload.html", {"form": form}, status=422)
    return redirect("upload-table", token=token)
