"""The form of a warning. A draft may be unfinished: what it lacks for publication is told when it is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.warning import drawing
from nonnuoc.desk.warning.choices import HOURS, MEANINGS, SIMULATED
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import areas, words
from nonnuoc.records.warnings.models import PublicWarning

LOCAL = "%Y-%m-%dT%H:%M"
CATEGORIES = PublicWarning.Category.choices
LANGUAGES = (("vi", _("in Vietnamese")), ("en", _("in English")))
TEXTS = (
    ("event", _("What happens"), 120, False),
    ("headline", _("Headline"), 160, False),
    ("description", _("What is known"), 4000, True),
)

#: Where a fault is told that is of no field of the form.
AT = {"instructions": "deed_everyone_vi", "effective": "expires", "area": "communes"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, with what it means; `why_not` where it cannot be chosen."""

    value: str
    label: str
    meaning: Promise | str
    chosen: bool
    why_not: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one audience is told to do: its fields."""

    vi: forms.BoundField
    en: forms.BoundField


class Form(forms.Form):
    """All of it; `warning` is the draft it changes."""

    category = forms.ChoiceField(label=_("Kind of danger"), choices=CATEGORIES)
    severity = forms.ChoiceField(label=_("How grave"), choices=PublicWarning.Severity.choices[:4])
    certainty = forms.ChoiceField(label=_("How certain"), choices=PublicWarning.Certainty.choices[:4])
    urgency = forms.ChoiceField(label=_("How urgent"), choices=PublicWarning.Urgency.choices[:4])
    communes = forms.MultipleChoiceField(
        label=_("Communes and wards"), required=False, widget=forms.CheckboxSelectMultiple
    )
    river = forms.ChoiceField(label=_("River"), required=False)
    reach = forms.CharField(
        label=_("From where to where"),
        max_length=200,
        required=False,
        help_text=_("In words: from the bridge at … down to the mouth of …"),
    )
    polygon = forms.CharField(
        label=_("Corners of a drawn area"),
        max_length=drawing.LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("One corner a line: latitude, longitude (22.6657, 106.2576), or GeoJSON. Empty: no drawn area."),
    )
    area_vi = forms.CharField(
        label=_("The area in words, in Vietnamese"),
        max_length=300,
        required=False,
        help_text=_("Empty: the names of what is chosen."),
    )
    area_en = forms.CharField(label=_("The area in words, in English"), max_length=300, required=False)
    onset = forms.DateTimeField(
        label=_("Since when"),
        required=False,
        help_text=_("Of what is warned of. Empty: not known."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, LOCAL),
    )
    hours = forms.TypedChoiceField(
        label=_("Holds"), required=False, coerce=int, empty_value="", widget=forms.RadioSelect
    )
    expires = forms.DateTimeField(
        label=_("Until"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, LOCAL)
    )
    status = forms.ChoiceField(label=_("Test, exercise or real"), choices=PublicWarning.Status.choices)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, warning: PublicWarning, seen: str = "") -> None:
        super().__init__(data, initial=_initial(warning) | {"seen": seen})
        self.warning = warning
        self.places = sorted_places()
        self.fields["communes"].choices = [(one.code, one.full_name) for one in self.places]  # type: ignore[attr-defined]
        rivers = [(one.code, str(one)) for one in places.rivers()]
        self.fields["river"].choices = [("", _("none")), *rivers]  # type: ignore[attr-defined]
        self.fields["hours"].choices = [(0, _("until the time given")), *((n, _hours(n)) for n in HOURS)]  # type: ignore[attr-defined]
        for name, label, longest, long in TEXTS:
            for language, named in LANGUAGES:
                self.fields[f"{name}_{language}"] = _text(label, named, longest, long, language)
        for code, names in words.audiences().items():
            for language, named in LANGUAGES:
                self.fields[f"deed_{code}_{language}"] = _text(
                    names[get_language() or "vi"], named, 1000, True, language
                )

    def clean_polygon(self) -> dict[str, Any] | None:
        return drawing.read(self.cleaned_data["polygon"])

    def clean_communes(self) -> list[Commune]:
        chosen = set(self.cleaned_data["communes"])
        return [one for one in self.places if one.code in chosen]

    def clean_status(self) -> str:
        status: str = self.cleaned_data["status"]
        if status == PublicWarning.Status.ACTUAL and self.warning.simulated:
            raise ValidationError(str(SIMULATED))
        return status

    def clean(self) -> dict[str, Any]:
        """A time at which it ends."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("hours"):
            cleaned["expires"] = timezone.now() + timedelta(hours=cleaned["hours"])
        elif not cleaned.get("expires") and "expires" not in self.errors:
            self.add_error("expires", gettext("Until when? Choose a number of hours or give a time."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What services.write takes, of as many fields as are right; the others stay as they are."""
        given = self.cleaned_data
        plain = ("category", "severity", "certainty", "urgency", "reach", "polygon", "area_vi", "area_en", "onset")
        texts = tuple(f"{name}_{code}" for name, *_ in TEXTS for code, _ in LANGUAGES)
        found = {name: given[name] for name in (*plain, *texts, "expires", "status") if name in given}
        if "river" in given:
            found["river"] = next((one for one in places.rivers() if one.code == given["river"]), None)
        found["instructions"] = [*self._instructions()]
        for language in words.LANGUAGES:
            if given.get("communes") and not found.get(f"area_{language}"):
                found[f"area_{language}"] = areas.of_communes(given["communes"], language)[:300]
        if found.get("expires"):
            found["effective"] = min(self.warning.effective, timezone.now())
        return found

    def as_written(self) -> PublicWarning:
        """The warning as the form has it, kept nowhere."""
        found = {field.attname: getattr(self.warning, field.attname) for field in PublicWarning._meta.concrete_fields}
        one = PublicWarning(**found)
        for name, value in self.facts().items():
            setattr(one, name, value)
        return one

    def renew(self, seen: str) -> None:
        """Sent once more, it stands on what is there now."""
        sent: QueryDict = self.data.copy()  # type: ignore[attr-defined]  # what a form is bound to here
        sent["seen"] = seen
        self.data = sent

    def explained(self, name: str) -> list[Choice]:
        """The choices of a field with their meanings, for the template."""
        chosen = self[name].value()
        labels = dict(self.fields[name].choices)  # type: ignore[attr-defined]
        return [
            Choice(value, str(labels[value]), meaning, value == chosen, self._why_not(value))
            for value, meaning in MEANINGS[name].items()
        ]

    def deeds(self) -> list[Deed]:
        """What each audience is to do, both languages."""
        return [Deed(self[f"deed_{code}_vi"], self[f"deed_{code}_en"]) for code in words.audiences()]

    def texts(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """What is said, both languages."""
        return [(self[f"{name}_vi"], self[f"{name}_en"]) for name, *_ in TEXTS]

    def tell(self, error: ValidationError) -> None:
        """Each fault at its field; of instructions at the first audience, of what has no field above the form."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, faults in error.error_dict.items():
            at = AT.get(name, name)
            self.add_error(at if at in self.fields else None, faults)

    def _why_not(self, value: str) -> Promise | str:
        return SIMULATED if value == PublicWarning.Status.ACTUAL and self.warning.simulated else ""

    def _instructions(self) -> Iterator[dict[str, str]]:
        """What stood there beside the words (CAP's responseType) stays."""
        held = {one["audience"]: one for one in self.warning.instructions}
        for code in words.audiences():
            said = {language: self.cleaned_data.get(f"deed_{code}_{language}", "") for language, _ in LANGUAGES}
            if any(said.values()):
                yield {**held.get(code, {}), "audience": code, **said}


def sorted_places() -> list[Commune]:
    """All communes in Vietnamese order."""
    return places.communes_like("")


def _hours(n: int) -> str:
    return ngettext("%(n)d hour from now", "%(n)d hours from now", n) % {"n": n}


def _text(label: Promise | str, language: Promise, longest: int, long: bool, code: str) -> forms.CharField:
    attributes = {"lang": code, **({"rows": "4" if longest > 1000 else "3"} if long else {})}
    widget = forms.Textarea(attributes) if long else forms.TextInput(attributes)
    named = f"{label} ({language})"
    return forms.CharField(label=named, max_length=longest, required=False, widget=widget)


def _initial(warning: PublicWarning) -> dict[str, Any]:
    same = ("category", "severity", "certainty", "urgency", "reach", "area_vi", "area_en", "onset", "expires", "status")
    found: dict[str, Any] = {name: getattr(warning, name) for name in same}
    found |= {f"{name}_{code}": getattr(warning, f"{name}_{code}") for name, *_ in TEXTS for code, _ in LANGUAGES}
    for one in warning.instructions:
        found |= {f"deed_{one['audience']}_{code}": one.get(code, "") for code, _ in LANGUAGES}
    if warning.pk:
        found["communes"] = [one.code for one in warning.communes.all()]
    found["river"] = warning.river.code if warning.river else ""
    found["polygon"] = drawing.written(warning.polygon)
    found["hours"] = 0
    return found
