"""What can be done with a whole round, as forms: ask more, another day, call off."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.plans.rounds.opening import chosen, day
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Round
from nonnuoc.records.plans.rounds import opening, selectors


class Deed(forms.Form):
    """One thing that can be done with a round; `do` gives the sentence that is said afterwards."""

    key: ClassVar[str] = ""
    words: ClassVar[Any] = ""
    weight: ClassVar[str] = ""

    def __init__(self, of: Round, *args: Any, **kwargs: Any) -> None:
        kwargs["prefix"] = self.key
        super().__init__(*args, **kwargs)
        self.round = of
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the round."""

    def do(self, by: Person) -> str:
        """Raises ValidationError, PermissionDenied."""
        raise NotImplementedError


class AskMore(Deed):
    """More tasks, more units."""

    key, words = "more", gettext_lazy("Ask about more tasks, or more units")
    tasks = chosen(gettext_lazy("Tasks that are not asked about yet"), required=False)
    offices = chosen(gettext_lazy("Units that are not asked yet"), required=False)

    def prepare(self) -> None:
        tasks, offices = selectors.offered(self.round.plan)
        asked = set(self.round.tasks.values_list("pk", flat=True))
        there = set(self.round.forms.values_list("office_id", flat=True))
        self.more_tasks = {one.code: one for one in tasks if one.pk not in asked}
        self.more_offices = {one.code: one for one in offices if one.pk not in there}
        self.fields["tasks"].choices = [(code, f"{code}. {one.title}") for code, one in self.more_tasks.items()]  # type: ignore[attr-defined]
        self.fields["offices"].choices = [(code, one.name) for code, one in self.more_offices.items()]  # type: ignore[attr-defined]

    def do(self, by: Person) -> str:
        tasks = [self.more_tasks[code] for code in self.cleaned_data["tasks"]]
        offices = [self.more_offices[code] for code in self.cleaned_data["offices"]]
        opening.extend(self.round, tasks=tasks, offices=offices, by=by, at=timezone.now())
        return _("Asked. Units that had submitted and are asked more have their form back.")


class Postpone(Deed):
    """Another day."""

    key, words = "postpone", gettext_lazy("Another day to report by")
    due = day(gettext_lazy("Due"))
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def prepare(self) -> None:
        self.initial["due"] = self.round.due

    def do(self, by: Person) -> str:
        opening.postpone(self.round, self.cleaned_data["due"], self.cleaned_data["why"], by=by, at=timezone.now())
        return _("Changed.")


class CallOff(Deed):
    """Nobody has to report after all."""

    key, words, weight = "call_off", gettext_lazy("Call the round off"), "danger"
    why = forms.CharField(label=gettext_lazy("Why, for every unit to read"), max_length=500)

    def do(self, by: Person) -> str:
        opening.call_off(self.round, self.cleaned_data["why"], by=by, at=timezone.now())
        return _("Called off. What was filled in stays readable.")


DEEDS: dict[str, type[Deed]] = {one.key: one for one in (AskMore, Postpone, CallOff)}


def offered(of: Round, refused: Deed | None = None) -> list[Deed]:
    """Each as an empty form, the refused one as it was sent."""
    return [refused if refused is not None and kind is type(refused) else kind(of) for kind in DEEDS.values()]
