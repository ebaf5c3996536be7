"""A new target, and changes to one: what it is, what is wanted, by which formula it is measured, who answers for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.targets import finding
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Plan, Target
from nonnuoc.records.plans.targets import keeping, measures


class TargetForm(forms.ModelForm):  # type: ignore[type-arg]
    """All of it but its code, its baseline and its path."""

    measure = forms.ChoiceField(
        label=gettext_lazy("Formula"),
        required=False,
        help_text=gettext_lazy("Without one it is only declared."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    class Meta:
        model = Target
        fields = (
            *("title", "definition", "kind", "sense", "unit", "wanted", "wanted_to", "wanted_text", "due"),
            *("section", "anchor", "task", "measure", "numerator", "denominator", "data_source", "frequency"),
            *("responsible", "public"),
        )
        widgets = {
            "definition": forms.Textarea({"rows": 3}),
            "due": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            ("", _("none: it is declared")),
            *((one.key, f"{one.title} ({one.unit})") for one in measures.ALL.values()),
        ]
        chosen = {"task": plan.tasks.order_by("order"), "responsible": _offices()}
        for name, known in chosen.items():
            self.fields[name].queryset = known  # type: ignore[attr-defined]
        self.initial["version"] = self.instance.version

    def facts(self) -> dict[str, Any]:
        """What is to be written."""
        return {name: told for name, told in self.cleaned_data.items() if name in keeping.FACTS}


class NewTargetForm(TargetForm):
    """With its code, which never changes."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=20, help_text=gettext_lazy("T20, for example."))
    version = None  # type: ignore[assignment]  # there is none to have been changed
    field_order = ("code",)


@allowed("plans.keep", "GET", "HEAD", "POST")
def new(request: Entered, plan: str) -> HttpResponse:
    """The form; sent, the page of the target."""
    found = plan_of(request, plan)
    form = NewTargetForm(found, request.POST or None, initial={"public": True})
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"].strip()
            made = keeping.create(found, code, by=request.user, at=timezone.now(), **form.facts())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("plan-target", plan=plan, code=made.code)
    return _shown(request, found, form, None)


@allowed("plans.keep", "GET", "HEAD", "POST")
def change(request: Entered, plan: str, code: str) -> HttpResponse:
    """The form; sent, the page of the target."""
    today = timezone.localdate()
    target = finding.target(request, plan, code, today).target
    written = finding.target(request, plan, code, today).target  # the form writes into its own
    form = TargetForm(target.plan, request.POST or None, instance=written)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            keeping.change(target, version=version, by=request.user, at=timezone.now(), **form.facts())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("plan-target", plan=plan, code=code)
    return _shown(request, target.plan, form, target)


def _shown(request: Entered, plan: Plan, form: forms.Form | TargetForm, target: Target | None) -> HttpResponse:
    context = {"plan": plan, "form": form, "target": target}
    return render(request, "desk/plans/targets/write.html", context, status=422 if form.errors else 200)


def _offices() -> Any:
    return offices.every().exclude(kind=Office.Kind.ENTERPRISE)
