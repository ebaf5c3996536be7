"""What one wants to hear, how, and when not: the page, and the form of its quiet hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, signed_in
from nonnuoc.desk.messaging import example, words
from nonnuoc.records.alerts.models import Severity
from nonnuoc.records.outbox import own, wishes
from nonnuoc.records.outbox.models import Preference


class How(forms.Form):
    """Language, quiet hours, and how much."""

    language = forms.ChoiceField(label=gettext_lazy("Language of messages"), choices=settings.LANGUAGES)
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("Write the time as 22:00.")},
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("Write the time as 06:00.")},
        help_text=gettext_lazy("Messages wait until then, and are on the desk at once. Both empty: no quiet hours."),
    )
    loud_severity = forms.TypedChoiceField(label=gettext_lazy("Even then, tell me of"), coerce=int)
    most_an_hour = forms.IntegerField(
        label=gettext_lazy("At most so many messages an hour, on each channel"),
        min_value=1,
        max_value=wishes.MOST_AN_HOUR,
        help_text=gettext_lazy("What is more comes as one digest: on the desk at once, else at the end of the hour."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        graver = [
            (one.value, _("“%(word)s” and graver") % {"word": one.label})
            for one in (Severity.MODERATE, Severity.SEVERE)
        ]
        gravest = (Severity.EXTREME.value, _("“%(word)s” only") % {"word": Severity.EXTREME.label})
        self.fields["loud_severity"].choices = [  # type: ignore[attr-defined]
            (Severity.MINOR.value, _("everything")),
            *graver,
            gravest,
            (wishes.NEVER_LOUD, _("nothing")),
        ]


class Trial(forms.Form):
    """Where to send one."""

    channel = forms.ChoiceField(choices=[(channel, channel.label) for channel in wishes.TO_PEOPLE])


@signed_in("GET", "HEAD", "POST")
def page(request: Entered) -> HttpResponse:
    """Everything one has chosen, beside what holds without a choice."""
    held = wishes.preference(request.user)
    form = How(request.POST or None, initial=_initial(held))
    if request.method == "POST" and form.is_valid() and _kept(request, form):
        messages.success(request, _("Kept. It holds from the next message on."))
        return redirect("message-preferences")
    ways = own.ways(request.user)
    context = {
        "form": form,
        "chosen": held.pk is not None,
        "topics": [(one, _line(one, ways)) for one in own.told(request.rights)],
        "ways": [(way, words.channel(way.channel)) for way in ways],
        "example": example.texts(held.language),
        "language": dict(settings.LANGUAGES)[held.language],
    }
    return render(request, "desk/messaging/preferences.html", context, status=422 if form.errors else 200)


@signed_in("POST")
def trial(request: Entered) -> HttpResponse:
    """Send oneself a message on one channel."""
    form = Trial(request.POST)
    if form.is_valid():
        try:
            own.send_trial(request.user, form.cleaned_data["channel"], at=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("A trial is on its way to you. It should be there within a minute."))
    else:
        messages.error(request, _("There is no such channel."))
    return redirect("message-preferences")


def _initial(held: Preference) -> dict[str, Any]:
    names = ("language", "quiet_from", "quiet_until", "loud_severity", "most_an_hour")
    return {name: getattr(held, name) for name in names}


def _kept(request: Entered, form: How) -> bool:
    try:
        wishes.set_preferences(request.user, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        choices.refuse(form, error)
    return not form.errors


def _line(one: own.Told, ways: Any) -> dict[str, Any]:
    """What the page says of a topic."""
    return {
        "least": words.least(one.least_severity),
        "channels": [words.channel(channel) for channel in own.in_order(one.chosen, ways)],
        "communes": [commune.full_name for commune in one.communes],
    }
