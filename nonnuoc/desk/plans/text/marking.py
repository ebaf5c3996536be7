"""The form by which somebody says what a sentence says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.deeds import day
from nonnuoc.records.plans.models import Mark, Plan, Target, Task
from nonnuoc.records.plans.text import about
from nonnuoc.records.registers import every


class MarkForm(forms.Form):
    """Its fields are those of a mark; only the kind is needed."""

    kind = forms.ChoiceField(label=gettext_lazy("It says a"), choices=Mark.Kind.choices)
    task = forms.ChoiceField(label=gettext_lazy("It became the task"), required=False)
    target = forms.ChoiceField(label=gettext_lazy("It became the target"), required=False)
    register = forms.ChoiceField(label=gettext_lazy("Register"), required=False)
    code = forms.CharField(label=gettext_lazy("Code of the entry"), required=False, max_length=60)
    words = forms.CharField(
        label=gettext_lazy("About these words of it"),
        help_text=gettext_lazy("Only where it says several things; copied from the sentence."),
        required=False,
        max_length=300,
    )
    day = day(gettext_lazy("Day of the deadline"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tasks: dict[str, Task] = {one.code: one for one in about.tasks(plan)}
        self._targets: dict[str, Target] = {one.code: one for one in about.targets(plan)}
        none = ("", _("none"))
        self._choose("task", [none, *((code, str(one)) for code, one in self._tasks.items())])
        self._choose("target", [none, *((code, str(one)) for code, one in self._targets.items())])
        self._choose("register", [none, *((one.key, one.title) for one in every.REGISTERS)])

    def said(self) -> dict[str, Any]:
        """What `marks.put` wants beside the sentence."""
        given = dict(self.cleaned_data)
        return {**given, "task": self._tasks.get(given["task"]), "target": self._targets.get(given["target"])}

    def refuse(self, error: ValidationError) -> None:
        """Show what was wrong at its field, where there is one."""
        said = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
        for name, wrong in said.items():
            self.add_error(name if name in self.fields else None, wrong)

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
