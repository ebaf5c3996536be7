"""What one wants to hear of a topic: as one's tasks bring it, one's own choice, or nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.choices import CommunesField
from nonnuoc.desk.doors import Entered, signed_in
from nonnuoc.desk.messaging import words
from nonnuoc.records.alerts.models import Severity
from nonnuoc.records.outbox import own, recipients, topics, wishes
from nonnuoc.records.outbox.models import Channel
from nonnuoc.records.outbox.own import Told
from nonnuoc.records.places import selectors as places

PLACES = ("first", "second", "third")


class Wish(forms.Form):
    """A topic: whether, from which severity on, on which channels in which order, where."""

    wish = forms.ChoiceField(
        label=gettext_lazy("What I hear of it"),
        widget=forms.RadioSelect,
        choices=[
            ("tasks", gettext_lazy("what my tasks bring")),
            ("own", gettext_lazy("my own choice, below")),
            ("none", gettext_lazy("nothing")),
        ],
    )
    least_severity = forms.TypedChoiceField(
        label=gettext_lazy("From this severity on"), coerce=int, choices=[(one.value, one.label) for one in Severity]
    )
    first = forms.ChoiceField(label=gettext_lazy("On this channel"))
    second = forms.ChoiceField(label=gettext_lazy("If that fails, on this one"), required=False)
    third = forms.ChoiceField(label=gettext_lazy("And then on this one"), required=False)
    communes = CommunesField(
        label=gettext_lazy("Only in these communes"),
        required=False,
        help_text=gettext_lazy("None chosen: wherever your tasks reach."),
    )

    def __init__(self, *args: Any, ways: list[own.Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["communes"].among(places.communes_like(""))  # type: ignore[attr-defined]
        offered = [(way.channel.value, _named(way)) for way in ways]
        for name in PLACES:
            none = [] if name == "first" else [("", _("none"))]
            self.fields[name].choices = [*none, *offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Each channel once."""
        cleaned = super().clean() or {}
        seen: set[str] = set()
        for name in PLACES:
            chosen = cleaned.get(name)
            if chosen and chosen in seen:
                self.add_error(name, _("This channel stands above already."))
            seen.add(chosen or "")
        return cleaned

    @property
    def channels(self) -> list[str]:
        """In order."""
        return [self.cleaned_data[name] for name in PLACES if self.cleaned_data[name]]


@signed_in("GET", "HEAD", "POST")
def one(request: Entered, topic: str) -> HttpResponse:
    """The form of one topic."""
    if topic not in topics.ALL:
        raise Http404(_("There is no such topic."))
    request.rights.require(topics.ALL[topic].action)
    told = next(each for each in own.told(request.rights) if each.topic == topic)
    form = Wish(request.POST or None, ways=list(own.ways(request.user)), initial=_initial(told))
    if request.method == "POST" and form.is_valid() and _kept(request, told, form):
        messages.success(request, _("Kept. It holds from the next message on."))
        return redirect("message-preferences")
    context = {"form": form, "told": told, "title": capfirst(str(told.words)), "brings": _brings(told)}
    return render(request, "desk/messaging/wish.html", context, status=422 if form.errors else 200)


def _kept(request: Entered, told: Told, form: Wish) -> bool:
    person, wish = request.user, form.cleaned_data["wish"]
    try:
        if wish == "tasks":
            wishes.forget(person, told.topic, by=person)
        else:
            wishes.subscribe(
                person,
                told.topic,
                channels=form.channels,
                least_severity=form.cleaned_data["least_severity"],
                communes=form.cleaned_data["communes"],
                active=wish == "own",
                by=person,
            )
    except ValidationError as error:
        choices.refuse(form, error)
    return not form.errors


def _initial(told: Told) -> dict[str, Any]:
    held = told.chosen
    channels = list(held.channels if held and held.channels else recipients.DEFAULT_CHANNELS)
    return {
        "wish": ("own" if held.active else "none") if held else "tasks",
        "least_severity": told.least_severity,
        "communes": [commune.code for commune in told.communes],
        **dict(zip(PLACES, channels, strict=False)),
    }


def _named(way: own.Way) -> str:
    """A channel, and whether anything can go that way yet."""
    name = words.channel(way.channel)
    return name if way.usable or way.channel == Channel.APP else _("%(channel)s (not yet usable)") % {"channel": name}


def _brings(told: Told) -> str:
    """What the person's tasks bring, in a sentence."""
    if told.brought is not None:
        return _("Your tasks bring you these messages %(least)s.") % {"least": words.least(told.brought)}
    if told.escalated:
        return _("Your tasks bring you these messages when nobody has acted in time.")
    return _("Your tasks bring you none of these messages.")
