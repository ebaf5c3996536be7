"""What can be written of a target, as forms; the verbs are those of records.plans.targets."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.deeds import Deed, day, text
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans.models import Target, Value
from nonnuoc.records.plans.targets import allowed, keeping, values


class Declare(Deed):
    """Somebody's word, with what it rests on."""

    key, words = "declare", gettext_lazy("Declare a value")
    done = gettext_lazy("Declared. It is shown beside the measured value, never in its place.")
    value = forms.FloatField(
        label=gettext_lazy("Value"),
        required=False,
        help_text=gettext_lazy("Leave it empty where nobody knows it, and say why."),
    )
    day = day(gettext_lazy("For which day"))
    quality = forms.ChoiceField(
        label=gettext_lazy("Quality"),
        choices=[(one.value, one.label) for one in (Value.Quality.COMPLETE, Value.Quality.PARTIAL)],
        widget=forms.RadioSelect,
        initial=Value.Quality.COMPLETE,
    )
    why = forms.CharField(label=gettext_lazy("What is missing, or why nobody knows it"), required=False, max_length=500)
    evidence = text(gettext_lazy("What it rests on"), most=500, help_text=gettext_lazy("Document, number and day."))

    def prepare(self) -> None:
        self.fields["value"].label = f"{self.fields['value'].label} ({self.thing.unit})"
        self.initial.setdefault("day", timezone.localdate())

    def do(self, by: Person) -> None:
        values.declare(self.thing, **self.cleaned_data, by=by, at=timezone.now())


class Baseline(Deed):
    """From where it sets out."""

    key, words = "baseline", gettext_lazy("Set the baseline")
    done = gettext_lazy("The baseline is set.")
    value = forms.FloatField(label=gettext_lazy("Value"))
    day = day(gettext_lazy("Day of the baseline"))
    source = forms.CharField(label=gettext_lazy("What it rests on"), max_length=300)

    def prepare(self) -> None:
        target: Target = self.thing
        self.fields["value"].label = f"{self.fields['value'].label} ({target.unit})"
        self.initial.update(value=target.baseline, day=target.baseline_day, source=target.baseline_source)

    def do(self, by: Person) -> None:
        keeping.set_baseline(self.thing, **self.cleaned_data, by=by, at=timezone.now())


class AskForBaseline(Deed):
    """Who is to say it."""

    key, words = "ask", gettext_lazy("Say who sets the baseline, and by when")
    done = gettext_lazy("Kept: it stands on the page and among the open questions until it is set.")
    office = forms.ChoiceField(label=gettext_lazy("Office"))
    due = day(gettext_lazy("By when"), required=False)

    def prepare(self) -> None:
        target: Target = self.thing
        self.offices = {one.code: one for one in offices.every().exclude(kind=Office.Kind.ENTERPRISE)}
        self.fields["office"].choices = [(code, one.name) for code, one in self.offices.items()]  # type: ignore[attr-defined]
        asked = target.baseline_by or target.responsible
        self.initial.update(office=asked.code if asked else None, due=target.baseline_due)

    def do(self, by: Person) -> None:
        office = self.offices[self.cleaned_data["office"]]
        keeping.ask_for_baseline(self.thing, office=office, due=self.cleaned_data["due"], by=by, at=timezone.now())


class Path(Deed):
    """What is to be reached year by year."""

    key, words = "path", gettext_lazy("Set the path year by year")
    done = gettext_lazy("The path is set.")
    source = forms.CharField(label=gettext_lazy("What it rests on"), max_length=300, required=False)

    def prepare(self) -> None:
        target: Target = self.thing
        held = {one.year: one for one in target.path.all()}
        self.years = range(target.plan.starts.year, (target.due or target.plan.ends).year + 1)
        for year in self.years:
            label = _("End of %(year)s (%(unit)s)") % {"year": year, "unit": target.unit}
            self.fields[f"y{year}"] = forms.FloatField(label=label, required=False)
            self.initial[f"y{year}"] = held[year].value if year in held else None
        self.order_fields([*(f"y{year}" for year in self.years), "source"])
        self.initial["source"] = next((one.source for one in held.values()), "")

    def do(self, by: Person) -> None:
        told = {year: self.cleaned_data[f"y{year}"] for year in self.years}
        points = {year: value for year, value in told.items() if value is not None}
        keeping.set_path(self.thing, points, source=self.cleaned_data["source"], by=by, at=timezone.now())


DEEDS: dict[str, type[Deed]] = {one.key: one for one in (Declare, Baseline, AskForBaseline, Path)}


def offered(target: Target, rights: Rights) -> Sequence[type[Deed]]:
    """What this person may write of it."""
    if not allowed.decide(rights, target).allowed:
        return ()
    return tuple(DEEDS.values()) if rights.may("plans.keep") else (Declare, Baseline)
