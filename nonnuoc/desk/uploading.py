"""The fourth door: a file from the hands of somebody who has signed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import tables
from nonnuoc.desk.doors import allowed
from nonnuoc.ingest import pipeline
from nonnuoc.ingest.arrival import MAX_BODY, Arrival, station_in, station_of
from nonnuoc.ingest.formats.readings import Refused
from nonnuoc.look import reasons
from nonnuoc.records.monitoring import receipts
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery


class Upload(forms.Form):
    """A file, and how to read it when it is a table."""

    file = forms.FileField(label=gettext_lazy("File"), max_length=500, allow_empty_file=False)
    profile: forms.ModelChoiceField[ColumnProfile] = forms.ModelChoiceField(
        label=gettext_lazy("Column profile"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("none: a station's file, or a table of a new kind"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].queryset = receipts.profiles()  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """No more than any door takes."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BODY:
            raise forms.ValidationError(_("The file is larger than 50 MB. Divide it, and upload the parts."))
        return file


@allowed("deliveries.upload", "GET", "HEAD", "POST")
def upload(request: HttpRequest) -> HttpResponse:
    """The form; and, with a file, on to its receipt; with a table of a new kind, to how it is to be read."""
    form = Upload(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/upload.html", {"form": form}, status=422 if request.method == "POST" else 200)
    file: UploadedFile = form.cleaned_data["file"]
    name, profile = file.name or "", form.cleaned_data["profile"]
    if profile is None and tables.is_table(name):
        return _table(request, form, name, file.read())
    arrival = Arrival(
        door=Delivery.Door.UPLOAD,
        station_code=station_of(profile) or station_in(name),
        name=name,
        body=file.read(),
        received=timezone.now(),
        by=request.user,  # type: ignore[arg-type]
        profile=profile,
    )
    (receipt,) = pipeline.accept([arrival])
    if receipt.repeats:
        messages.info(request, _("The same bytes arrived before. This is the receipt they got then."))
    return redirect("delivery-receipt", uuid=receipt.uuid)


def _table(request: HttpRequest, form: Upload, name: str, body: bytes) -> HttpResponse:
    try:
        token = tables.begin(request.session, name, body)
    except Refused as refused:
        form.add_error("file", reasons.said(refused.code))
        return render(request, "desk/upload.html", {"form": form}, status=422)
    return redirect("upload-table", token=token)
