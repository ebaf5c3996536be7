"""What can be done with a contaminated site or a closed dump, as forms; the verbs are those of registers/land."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.land import pasting
from nonnuoc.desk.warning import drawing
from nonnuoc.domain.gates import Stage, before
from nonnuoc.look.registers import telling
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.land import evidencing, selectors, soil, staging
from nonnuoc.records.registers.land.models import Evidence, SoilResult
from nonnuoc.records.registers.land.models.ground import Stage as Named
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model

EXAMPLE = "P1; 0-30; Lindane; 0,12; mg/kg\nP1; 30-60; Lindane; <0,01; mg/kg"


def day(label: Any, *, required: bool = True) -> forms.DateField:
    """A day, with the calendar of the telephone."""
    return forms.DateField(label=label, required=required, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class Deed(forms.Form):
    """One thing that can be done. `done`: what is said afterwards; `action`: what one must be allowed for it."""

    key: ClassVar[str] = ""
    words: ClassVar[Any] = ""
    done: ClassVar[Any] = ""
    action: ClassVar[str] = "registers.keep"

    def __init__(self, ground: Any, rights: Rights, *args: Any, **kwargs: Any) -> None:
        kwargs["prefix"] = self.key
        super().__init__(*args, **kwargs)
        self.ground, self.rights = ground, rights

    @property
    def offered(self) -> bool:
        """Whether there is anything that it could be done to."""
        return True

    def do(self, by: Any) -> None:
        """Raises ValidationError, PermissionDenied."""
        raise NotImplementedError


class Chosen(Deed):
    """A deed to one of several things."""

    which = forms.ChoiceField(label=gettext_lazy("Which"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things = {str(one.pk): one for one in self.known()}
        self.fields["which"].choices = [(key, self.called(one)) for key, one in self.things.items()]  # type: ignore[attr-defined]

    @property
    def offered(self) -> bool:
        return bool(self.things)

    @property
    def thing(self) -> Any:
        return self.things[self.cleaned_data["which"]]

    def known(self) -> Any:
        """What can be chosen."""
        raise NotImplementedError

    def called(self, one: Any) -> str:
        """Its words in the list."""
        return str(one)


class AddPaper(Deed):
    """A document that a gate asks for."""

    key, words, done = "paper", gettext_lazy("Add a document"), gettext_lazy("The document is on record.")
    paper = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Evidence.Paper.choices)
    number = forms.CharField(label=gettext_lazy("Number of the document"), max_length=200)
    on = day(gettext_lazy("Day of the document"))
    document = forms.ChoiceField(
        label=gettext_lazy("Its file"),
        required=False,
        help_text=gettext_lazy("Files are added on the page of the entry. Without one, the document is on paper only."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = reading.documents(of_model(type(self.ground)), self.ground, self.rights)
        self.kept_files = {str(one.pk): one for one in kept}
        named = [(key, one.name) for key, one in self.kept_files.items()]
        self.fields["document"].choices = [("", _("none")), *named]  # type: ignore[attr-defined]

    def do(self, by: Any) -> None:
        given = self.cleaned_data | {"document": self.kept_files.get(self.cleaned_data["document"])}
        evidencing.add_paper(self.ground, **given, by=by)


class RemovePaper(Chosen):
    """It no longer counts."""

    key, words = "paper-remove", gettext_lazy("Take a document back")
    done = gettext_lazy("The document no longer counts; it stays on record.")
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def known(self) -> Any:
        return selectors.papers(self.ground)

    def called(self, one: Any) -> str:
        return f"{one.get_paper_display()}: {one.number}"

    def do(self, by: Any) -> None:
        evidencing.remove_paper(self.thing, why=self.cleaned_data["why"], by=by)


class AddResults(Deed):
    """What a laboratory found."""

    key, words = "results", gettext_lazy("Add results of the laboratory")
    done = gettext_lazy("The results are on record, each held against the limit.")
    phase = forms.ChoiceField(label=gettext_lazy("When"), choices=SoilResult.Phase.choices, widget=forms.RadioSelect)
    sampled = day(gettext_lazy("Sampled on"))
    laboratory = forms.CharField(label=gettext_lazy("Laboratory"), max_length=200)
    report = forms.CharField(label=gettext_lazy("Number of the laboratory's report"), max_length=200)
    rows = forms.CharField(
        label=gettext_lazy("Results"),
        max_length=pasting.LONGEST,
        strip=False,
        widget=forms.Textarea(
            {"rows": 6, "spellcheck": "false", "autocomplete": "off", "placeholder": EXAMPLE, "class": "results"}
        ),
        help_text=gettext_lazy(
            "One line a result: point; depth in cm; parameter; value; unit. Typed with semicolons, or pasted from a"
            " table. Write <0,01 where nothing was found and 0,01 is what the method can see."
        ),
    )

    def clean_rows(self) -> list[dict[str, Any]]:
        return pasting.read(self.cleaned_data["rows"])

    def do(self, by: Any) -> None:
        shared = {name: self.cleaned_data[name] for name in ("phase", "sampled", "laboratory", "report")}
        evidencing.add_results(self.ground, [shared | row for row in self.cleaned_data["rows"]], by=by)


class WithdrawResult(Chosen):
    """It judges nothing any more."""

    key, words = "result-withdraw", gettext_lazy("Take a result back")
    done = gettext_lazy("The result no longer counts; it stays on record.")
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def known(self) -> Any:
        return selectors.results(self.ground)

    def called(self, one: Any) -> str:
        name = soil.name_of(one.parameter, one.sampled)
        return f"{one.sampled:%d/%m/%Y} {one.place}: {name} {telling.number(one.value)} {one.unit}"

    def do(self, by: Any) -> None:
        evidencing.withdraw_result(self.thing, why=self.cleaned_data["why"], by=by)


class AddMilestone(Deed):
    """Something to be done by a day."""

    key, words, done = "milestone", gettext_lazy("Set a milestone"), gettext_lazy("The milestone is set.")
    name = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    due = day(gettext_lazy("To be done by"))

    def do(self, by: Any) -> None:
        evidencing.add_milestone(self.ground, **self.cleaned_data, by=by)


class FinishMilestone(Chosen):
    """It was done."""

    key, words, done = "milestone-done", gettext_lazy("A milestone is done"), gettext_lazy("It is marked as done.")
    on = day(gettext_lazy("Done on"))

    def known(self) -> Any:
        return [one for one in selectors.milestones(self.ground) if one.done is None]

    def do(self, by: Any) -> None:
        evidencing.finish_milestone(self.thing, done=self.cleaned_data["on"], by=by)


class Restrict(Deed):
    """What may not be done on the ground."""

    key, words, action = "restriction", gettext_lazy("Write down a restriction"), "sites.gate"
    done = gettext_lazy("The restriction is on record, and watched against licences from its first day on.")
    text = forms.CharField(label=gettext_lazy("What is restricted"), max_length=500)
    decision = forms.CharField(label=gettext_lazy("Decision"), max_length=200)
    since = day(gettext_lazy("Since"))
    until = day(gettext_lazy("Until"), required=False)
    polygon = forms.CharField(
        label=gettext_lazy("Corners of the restricted part"),
        max_length=drawing.LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "One corner a line: latitude, longitude (22.6657, 106.2576), or GeoJSON. Empty: the whole of the ground."
        ),
    )

    def clean_polygon(self) -> Any:
        drawn = drawing.read(self.cleaned_data["polygon"])
        return geometry.from_geojson(json.dumps(drawn)) if drawn else None

    def do(self, by: Any) -> None:
        given = dict(self.cleaned_data)
        evidencing.restrict(self.ground, shape=given.pop("polygon"), **given, by=by)


class Lift(Chosen):
    """It ends."""

    key, words, action = "lift", gettext_lazy("End a restriction"), "sites.gate"
    done = gettext_lazy("It ends on that day; it stays on record.")
    on = day(gettext_lazy("From this day on it no longer holds"))
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def known(self) -> Any:
        today = timezone.localdate()
        return [one for one in selectors.restrictions(self.ground) if one.until is None or one.until > today]

    def do(self, by: Any) -> None:
        evidencing.lift(self.thing, on=self.cleaned_data["on"], why=self.cleaned_data["why"], by=by)


class Advance(Deed):
    """Through the gate."""

    key, words, action = "advance", gettext_lazy("Move it to the next stage"), "sites.gate"
    done = gettext_lazy("It stands in the next stage now.")
    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=500, required=False)

    def do(self, by: Any) -> None:
        staging.advance(self.ground, reason=self.cleaned_data["reason"], by=by)


class Back(Deed):
    """To an earlier stage."""

    key, words, action = "back", gettext_lazy("Send it back to an earlier stage"), "sites.gate"
    done = gettext_lazy("It stands in the earlier stage again.")
    to = forms.ChoiceField(label=gettext_lazy("To"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        behind = before(Stage(self.ground.stage))
        self.fields["to"].choices = [(one.value, Named(one.value).label) for one in behind]  # type: ignore[attr-defined]

    @property
    def offered(self) -> bool:
        return bool(self.ground.stage != Stage.SURVEY.value)

    def do(self, by: Any) -> None:
        staging.back(self.ground, Stage(self.cleaned_data["to"]), reason=self.cleaned_data["reason"], by=by)


DEEDS: Mapping[str, type[Deed]] = {
    one.key: one
    for one in (
        *(AddPaper, AddResults, AddMilestone, FinishMilestone, Restrict),
        *(RemovePaper, WithdrawResult, Lift, Advance, Back),
    )
}


def tell(form: forms.Form, error: ValidationError) -> None:
    """Each fault at its field where the form has it, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        form.add_error(name if name in form.fields else None, faults)
