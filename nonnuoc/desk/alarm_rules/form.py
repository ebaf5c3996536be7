"""The form of a rule of alarm: the fields its kind takes, in groups; what is wrong stands at its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.alarm_rules.fields import NumberField, written
from nonnuoc.desk.choices import CommunesField
from nonnuoc.look import law, words
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels.kinds import AVAILABILITY_DAYS, LEVELLED, PARAMETERS
from nonnuoc.records.alerts.models import AlarmRule, Severity
from nonnuoc.records.alerts.rulebook import reading as rulebook
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.alerts.rulebook.faults import Fault
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places import selectors as places

Kind = AlarmRule.Kind
STEPS = 4
STATES = (1, 2, 3, -1)
#: What each parameter is called; those in seconds are asked for in minutes.
PARAMETER_WORDS: Mapping[str, Any] = {
    "clear_percent": gettext_lazy("Ends so many percent inside the level"),
    "clear_by": gettext_lazy("Ends so far inside the level, in its unit"),
    "span_s": gettext_lazy("Rise within, minutes"),
    "for_s": gettext_lazy("Lasting for, minutes"),
    "intervals": gettext_lazy("Intervals without a value"),
    "at_least_s": gettext_lazy("And at least, minutes"),
    "off_s": gettext_lazy("Off by more than, minutes"),
    "below_percent": gettext_lazy("Target, percent of usable values"),
    "days": gettext_lazy("Over so many days"),
    "files": gettext_lazy("Files refused"),
    "within_s": gettext_lazy("Within, minutes"),
    "behind_s": gettext_lazy("Files wait for more than, minutes"),
}
LEVEL_WORDS: Mapping[str, Any] = {
    "times": gettext_lazy("Times the limit"),
    "category": gettext_lazy("From category"),
    "alarm": gettext_lazy("Flood alarm level"),
    "above": gettext_lazy("Over"),
    "below": gettext_lazy("Under"),
    "clear": gettext_lazy("Ends at"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; what is wrong with the whole of them stands above."""

    words: str
    fields: list[forms.BoundField]
    faults: list[str]
    help: str = ""
    rows: tuple[list[forms.BoundField], ...] = ()


class RuleForm(forms.Form):
    """A rule of one kind and one basis. `held`: what it says now, of a rule that is there already."""

    def __init__(self, data: Any = None, *, kind: str, basis: str, held: Draft | None = None) -> None:
        super().__init__(data, initial=_initial(held) if held else None)
        self.kind, self.basis, self.held = Kind(kind), basis, held
        self.faults: dict[str, list[str]] = {}
        self.levels = level_keys(self.kind, basis)
        if held is None:
            self.fields["code"] = _text(
                gettext_lazy("Code"), 60, gettext_lazy("Stays as it is: small letters, digits and hyphens.")
            )
        self._words()
        self._scope()
        self._steps()
        self._counting()
        for name in PARAMETERS[self.kind]:
            self.fields[name] = NumberField(label=PARAMETER_WORDS[name], required=False)
        if self.kind == Kind.AVAILABILITY:
            self.fields["days"] = forms.TypedChoiceField(
                label=PARAMETER_WORDS["days"], coerce=int, choices=[(n, str(n)) for n in AVAILABILITY_DAYS], initial=7
            )
        if self.kind == Kind.STATUS:
            self.fields["statuses"] = forms.TypedMultipleChoiceField(
                label=gettext_lazy("States of the instrument"),
                coerce=int,
                choices=[(code, words.status(code)) for code in STATES],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["article"] = _text(
            gettext_lazy("Document and article"), 300, gettext_lazy("Or “convention: …” and why, where no law says so.")
        )
        self.fields["source"] = _text(
            gettext_lazy("Address of the document, or number and date of the permit"), 300, required=False
        )
        self.fields["since"] = forms.DateTimeField(
            label=gettext_lazy("Holds from"),
            required=False,
            help_text=gettext_lazy("Of the time of measurement. Empty: from now on. What was before stays as it was."),
            widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        )

    def draft(self) -> Draft:
        """What was written, of a form whose fields could be read."""
        told = self.cleaned_data
        plain = ("name_vi", "name_en", "meaning_vi", "meaning_en", "action_vi", "action_en", "article", "source")
        return Draft(
            code=self.held.code if self.held else told["code"],
            kind=str(self.kind),
            basis=self.basis,
            **{name: told[name].strip() for name in plain},
            observed_property=told.get("observed_property", ""),
            procedure=told.get("procedure", ""),
            thing_kind=told.get("thing_kind", ""),
            thing=told.get("thing", "").strip(),
            communes=tuple(commune.code for commune in told.get("communes", ())),
            unit=told.get("unit", "").strip(),
            steps=tuple(self._told_steps()),
            need=_whole(told.get("need"), 1),
            among=_whole(told.get("among"), 1),
            hold_s=round(60 * (told.get("hold_min") or 0)),
            parameters=self._told_parameters(),
        )

    def since(self) -> datetime:
        """From when on it is to hold."""
        return self.cleaned_data.get("since") or timezone.now()

    def refuse(self, faults: list[Fault]) -> None:
        """Put each fault at its field; what is about a whole group, above it."""
        names = {"hold_s": "hold_min", "valid_from": "since"}
        for fault in faults:
            name, said = names.get(fault.field, fault.field), f"{fault.what} {fault.mend}"
            if name in self.fields:
                self.add_error(name, ValidationError(said))
            elif name in ("steps", "unit"):
                self.faults.setdefault("steps", []).append(said)
            else:
                self.add_error(None, ValidationError(said))

    @property
    def refused(self) -> bool:
        """Whether anything was found wrong."""
        return bool(self.errors or self.faults)

    @property
    def groups(self) -> list[Group]:
        """Everything to be filled in, in the order of thought."""
        names = ["observed_property", "procedure", "thing_kind", "thing", "communes"]
        rows = tuple([self[name] for name in self._step_names(n)] for n in range(1, STEPS + 1))
        rows = rows if self.kind in LEVELLED else rows[:1]
        counting = ["need", "among", "hold_min", *PARAMETERS[self.kind], "statuses"]
        words_of = [f"{name}_{language}" for name in ("name", "meaning", "action") for language in ("vi", "en")]
        found = [
            Group(_("What it is called, and what to do"), self._there(["code", *words_of]), []),
            Group(_("What it is about"), self._there(names), [], _("Leave open what it is not narrowed to.")),
            Group(
                _("From which level on"),
                self._there(["unit"]),
                self.faults.get("steps", []),
                _("The mildest step first; empty lines are left out."),
                rows,
            ),
            Group(_("How many values, and what ends it"), self._there(counting), []),
            Group(_("What it rests on"), self._there(["article", "source", "since"]), []),
        ]
        return [group for group in found if group.fields or group.rows]

    def _words(self) -> None:
        for language, said in (("vi", gettext_lazy("in Vietnamese")), ("en", gettext_lazy("in English"))):
            required = language == "vi"
            for name, label in (
                ("name", gettext_lazy("Name")),
                ("meaning", gettext_lazy("What an alarm means")),
                ("action", gettext_lazy("What to do first")),
            ):
                widget = forms.TextInput if name == "name" else forms.Textarea(attrs={"rows": 3})
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=_joined(label, said),
                    required=required,
                    max_length=160 if name == "name" else 2000,
                    widget=widget,
                )

    def _scope(self) -> None:
        series = self.kind in LEVELLED or self.kind in (Kind.STUCK, Kind.STATUS, Kind.SILENCE, Kind.AVAILABILITY)
        if self.kind == Kind.LAG:
            return
        if series and self.kind != Kind.INDEX:
            known = [(code, f"{words.name(one)} ({one.unit})") for code, one in rulebook.properties().items()]
            self.fields["observed_property"] = forms.ChoiceField(
                label=gettext_lazy("Parameter"), required=False, choices=[("", _("every one")), *known]
            )
        possible = bounding.PROCEDURES.get(self.basis) or (
            frozenset(bounding.Procedure) - {"nowcast"} if self.kind in (Kind.LIMIT, Kind.RATE) else frozenset()
        )
        if len(possible) > 1:
            offered = [(one, words.procedure(one)) for one in bounding.Procedure.values if one in possible]
            self.fields["procedure"] = forms.ChoiceField(
                label=gettext_lazy("Kind of value"), required=False, choices=[("", _("as its document says")), *offered]
            )
        kinds = [(kind, words.kind(kind)) for kind in Thing.Kind.values]
        self.fields["thing_kind"] = forms.ChoiceField(
            label=gettext_lazy("Kind of station"), required=False, choices=[("", _("every kind")), *kinds]
        )
        self.fields["thing"] = _text(gettext_lazy("Only this station"), 32, gettext_lazy("Its code."), required=False)
        communes = CommunesField(label=gettext_lazy("Only in these communes"), required=False)
        communes.among(places.communes_like(""))
        self.fields["communes"] = communes

    def _steps(self) -> None:
        if self.levels == ("above", "below", "clear") or self.levels == ("above", "clear"):
            self.fields["unit"] = _text(
                gettext_lazy("Unit of the levels"), 20, gettext_lazy("As the parameter is kept."), required=False
            )
        for n in range(1, STEPS + 1 if self.kind in LEVELLED else 2):
            self.fields[f"step_{n}_severity"] = forms.TypedChoiceField(
                label=_("Step %(n)d: severity") % {"n": n},
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "–"), *Severity.choices],
            )
            for key in self.levels:
                if key != "clear" or n == 1:
                    self.fields[f"step_{n}_{key}"] = self._level(key)

    def _level(self, key: str) -> forms.Field:
        if key == "category":
            scheme = bounding.INDICES[self.basis]
            offered = [
                (n, f"{one.word} ({one.low}–{one.high})")
                for n, one in enumerate(law.categories(scheme, date.today()), 1)
            ]
            return forms.TypedChoiceField(
                label=LEVEL_WORDS[key], required=False, coerce=int, empty_value=None, choices=[("", "–"), *offered[1:]]
            )
        if key == "alarm":
            return forms.TypedChoiceField(
                label=LEVEL_WORDS[key],
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "–"), *((n, n) for n in (1, 2, 3))],
            )
        return NumberField(label=LEVEL_WORDS[key], required=False)

    def _counting(self) -> None:
        if self.kind in LEVELLED:
            self.fields["need"] = forms.IntegerField(label=gettext_lazy("So many values"), initial=1, min_value=0)
            self.fields["among"] = forms.IntegerField(
                label=gettext_lazy("Within so many intervals"), initial=1, min_value=0
            )
        if self.kind in LEVELLED or self.kind in (Kind.STUCK, Kind.STATUS):
            self.fields["hold_min"] = NumberField(label=gettext_lazy("Calm for, minutes"), required=False)

    def _step_names(self, n: int) -> list[str]:
        names = [f"step_{n}_severity", *(f"step_{n}_{key}" for key in self.levels)]
        return [name for name in names if name in self.fields]

    def _told_steps(self) -> Iterator[dict[str, Any]]:
        for n in range(1, STEPS + 1):
            given = {name.split("_", 2)[2]: self.cleaned_data.get(name) for name in self._step_names(n)}
            step = {key: value for key, value in given.items() if value is not None}
            if step:
                yield step

    def _told_parameters(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name in PARAMETERS[self.kind]:
            value = self.cleaned_data.get(name)
            if value is not None:
                told[name] = _shortest(value * 60 if name.endswith("_s") else value)
        if self.kind == Kind.STATUS:
            told["statuses"] = self.cleaned_data["statuses"]
        return told

    def _there(self, names: list[str]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]


def level_keys(kind: str, basis: str) -> tuple[str, ...]:
    """What a step of this kind says beside its severity (checking.py)."""
    if kind not in LEVELLED:
        return ()
    if basis:
        return ({Kind.LIMIT: "times", Kind.INDEX: "category", Kind.LEVEL: "alarm"}[Kind(kind)],)
    return ("above", "below", "clear") if kind == Kind.LIMIT else ("above", "clear")


def _initial(held: Draft) -> dict[str, Any]:
    told = {name: getattr(held, name) for name in Draft.__dataclass_fields__ if name not in ("steps", "parameters")}
    told["communes"] = list(held.communes)
    told["hold_min"] = written(held.hold_s / 60) if held.hold_s else ""
    for n, step in enumerate(held.steps, 1):
        told |= {f"step_{n}_{key}": written(value) for key, value in step.items()}
    for name, value in held.parameters.items():
        scaled = value / 60 if name.endswith("_s") else value
        told[name] = value if name == "statuses" else written(scaled)
    return told


def _text(label: Any, most: int, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=required)


def _joined(label: Any, said: Any) -> str:
    return f"{label}, {said}"


def _whole(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _shortest(value: float) -> float:
    return int(value) if value == int(value) else value
