"""The form of a document that is added to an entry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass


class Paper(forms.Form):
    """A file, what it is, and who may read it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=500,
        help_text=gettext_lazy("PDF, a picture, text, CSV, DOCX, XLSX or OpenDocument, 20 MB at most."),
    )
    note = forms.CharField(label=gettext_lazy("What the document says"), max_length=500, required=False)
    data_class = forms.ChoiceField(label=gettext_lazy("Who may read it"), initial=DataClass.INTERNAL)

    def __init__(self, *args: Any, rights: Rights, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readable = [pair for pair in DataClass.choices if rights.may_read(pair[0], subject)]
        self.fields["data_class"].choices = readable  # type: ignore[attr-defined]
