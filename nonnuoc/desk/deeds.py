"""Things that can be done on a page, as forms in drawers; the verbs are those of records."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError

from nonnuoc.desk.doors import Entered
from nonnuoc.records.accounts.models import Person

#: What a file field offers to choose from; what is taken, the records decide by the bytes.
TAKEN = ".jpg,.jpeg,.png,.webp,.pdf,.csv,.txt,.xlsx,.docx,image/*"


def text(label: Any, *, rows: int = 3, most: int = 4000, **more: Any) -> forms.CharField:
    """Several lines."""
    return forms.CharField(label=label, widget=forms.Textarea({"rows": rows}), max_length=most, **more)


def day(label: Any, **more: Any) -> forms.DateField:
    """A day, with the calendar of the telephone."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def file(label: Any, **more: Any) -> forms.FileField:
    """A photograph or a document."""
    widget = forms.ClearableFileInput({"accept": TAKEN})
    return forms.FileField(label=label, widget=widget, max_length=200, **more)


class Deed(forms.Form):
    """One thing that can be done to `thing`. `done`: what is said afterwards; `weight`: how its button looks."""

    key: ClassVar[str] = ""
    words: ClassVar[Any] = ""
    done: ClassVar[Any] = ""
    weight: ClassVar[str] = ""

    def __init__(self, thing: Any, *args: Any, **kwargs: Any) -> None:
        kwargs["prefix"] = self.key
        super().__init__(*args, **kwargs)
        self.thing = thing
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the thing."""

    def do(self, by: Person) -> None:
        """Raises ValidationError, PermissionDenied."""
        raise NotImplementedError

    def attempt(self, request: Entered) -> bool:
        """Do what was sent, and say so; False where it is refused: the form then says why. Raises PermissionDenied."""
        if not self.is_valid():
            return False
        try:
            self.do(request.user)
        except ValidationError as error:
            told = error.error_dict if hasattr(error, "error_dict") else {"": error.messages}
            for name, why in told.items():
                self.add_error(name if name in self.fields else None, why)
            return False
        messages.success(request, self.done)
        return True
