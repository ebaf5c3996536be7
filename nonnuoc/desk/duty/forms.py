"""What people can do about an incident, as forms; the verbs are those of records.alerts.attending.handling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import deeds
from nonnuoc.desk.deeds import TAKEN
from nonnuoc.look import figures
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts import selectors
from nonnuoc.records.alerts.attending import handling
from nonnuoc.records.alerts.models import Incident

State = Incident.State
HOURS = (1, 4, 8, 24, 72)


class Deed(deeds.Deed):
    """One thing that can be done about an incident."""

    @property
    def incident(self) -> Incident:
        return self.thing  # type: ignore[no-any-return]


class Acknowledge(Deed):
    """I look after it."""

    key, words = "acknowledge", gettext_lazy("I look after it")
    done = gettext_lazy("You look after it now. Nobody is called any more.")

    def do(self, by: Person) -> None:
        handling.acknowledge(self.incident, by=by)


class Assign(Deed):
    """Somebody is to look after it."""

    key, words, done = "assign", gettext_lazy("Give it to somebody"), gettext_lazy("Given, and told.")
    to = forms.ChoiceField(label=gettext_lazy("To"), required=False)

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(incident, *args, **kwargs)
        self.people = {str(one.id): one for one in selectors.handlers()}
        offered = [(id_, one.name) for id_, one in self.people.items()]
        self.fields["to"].choices = [("", _("nobody")), *offered]  # type: ignore[attr-defined]
        self.initial["to"] = str(incident.assigned_to_id or "")

    def do(self, by: Person) -> None:
        handling.assign(self.incident, self.people.get(self.cleaned_data["to"]), by=by)


class Note(Deed):
    """What somebody saw or did."""

    key, words, done = "note", gettext_lazy("Note something"), gettext_lazy("Noted.")
    text = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea({"rows": 3}), max_length=4000)

    def do(self, by: Person) -> None:
        handling.note(self.incident, self.cleaned_data["text"], by=by)


class Attach(Deed):
    """A photograph, a sheet."""

    key, words, done = "attach", gettext_lazy("Add a photograph or a file"), gettext_lazy("Added.")
    file = forms.FileField(
        label=gettext_lazy("Photograph or file"),
        help_text=gettext_lazy("JPEG, PNG, WebP, PDF, text, CSV, XLSX or DOCX, 10 MB at most."),
        widget=forms.ClearableFileInput({"accept": TAKEN}),
        max_length=200,
    )
    note = forms.CharField(label=gettext_lazy("What it shows"), required=False, max_length=300)

    def do(self, by: Person) -> None:
        file = self.cleaned_data["file"]
        body = file.read(handling.LARGEST_FILE + 1)
        more = {"note": self.cleaned_data["note"], "by": by}
        handling.attach(self.incident, file.name, file.content_type or "", body, **more)


class Silence(Deed):
    """No messages for a while."""

    key, words = "silence", gettext_lazy("No messages for a while")
    done = gettext_lazy("No messages about it until then; if it grows graver, they go out even so.")
    hours = forms.TypedChoiceField(label=gettext_lazy("Until"), coerce=int)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(incident, *args, **kwargs)
        self.at = timezone.now().replace(second=0, microsecond=0)
        self.fields["hours"].choices = [(n, self._offered(n)) for n in HOURS]  # type: ignore[attr-defined]

    def _offered(self, hours: int) -> str:
        until = figures.when(self.at + timedelta(hours=hours), self.at)
        return _("%(until)s, in %(n)d h") % {"until": until, "n": hours}

    def do(self, by: Person) -> None:
        until: datetime = self.at + timedelta(hours=self.cleaned_data["hours"])
        handling.silence(self.incident, until, self.cleaned_data["reason"], by=by)


class Unsilence(Deed):
    """Messages again."""

    key, words, done = "unsilence", gettext_lazy("Messages again"), gettext_lazy("Messages go out again.")

    def do(self, by: Person) -> None:
        handling.unsilence(self.incident, by=by)


class Close(Deed):
    """What it was, and why."""

    key, words, done = "close", gettext_lazy("Close it"), gettext_lazy("Closed.")
    outcome = forms.ChoiceField(
        label=gettext_lazy("What was it?"),
        choices=[(one.value, one.label) for one in handling.OUTCOMES],
        widget=forms.RadioSelect,
    )
    cause = forms.CharField(
        label=gettext_lazy("Cause"),
        required=False,
        help_text=gettext_lazy("What caused it, and how you know. The rule is judged by it."),
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
    )

    def do(self, by: Person) -> None:
        handling.close(self.incident, self.cleaned_data["outcome"], self.cleaned_data["cause"], by=by)


class Reopen(Deed):
    """It was closed too soon."""

    key, words, done = "reopen", gettext_lazy("Open it again"), gettext_lazy("Open again; whoever it concerns is told.")
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)

    def do(self, by: Person) -> None:
        handling.reopen(self.incident, self.cleaned_data["reason"], by=by)


DEEDS: Mapping[str, Callable[..., Deed]] = {
    one.key: one for one in (Acknowledge, Assign, Note, Attach, Silence, Unsilence, Close, Reopen)
}


def offered(incident: Incident, at: datetime) -> list[Deed]:
    """What can be done now, the acknowledgement first; `refused` by hand is put in the place of its own."""
    if incident.state == State.CLOSED:
        kinds: list[type[Deed]] = [Note, Attach] if incident.merged_into_id else [Note, Attach, Reopen]
    else:
        kinds = [] if incident.acknowledged else [Acknowledge]
        kinds += [Note, Attach, Close, Assign]
        kinds.append(Unsilence if incident.silenced_until and incident.silenced_until > at else Silence)
    return [kind(incident) for kind in kinds]
