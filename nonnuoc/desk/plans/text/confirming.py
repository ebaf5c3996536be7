"""The forms by which a person confirms what each name and time of a plan means; what they say is what `take` wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.deeds import day
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Edition, Plan, Task
from nonnuoc.records.plans.text.importing import COMMUNES, DEPARTMENTS, Draft, Proposal, proposals
from nonnuoc.records.plans.text.importing.naming import Directory, Named, Sure
from nonnuoc.records.plans.text.importing.proposing import SURE, as_said

NOBODY = "-"


class New(forms.ModelForm):  # type: ignore[type-arg]
    """What is said of a new plan as a whole."""

    class Meta:
        model = Plan
        fields = (
            *("title", "short_title", "code", "number", "issued", "issued_text", "issuer", "signer", "leading"),
            *("starts", "ends", "report_month", "report_day", "source"),
        )
        widgets = {
            **{name: forms.DateInput({"type": "date"}, format="%Y-%m-%d") for name in ("issued", "starts", "ends")},
            "title": forms.Textarea({"rows": 3}),
        }
        help_texts = {
            "code": gettext_lazy("Stands in addresses and never changes: small letters, digits, hyphens."),
            "issued": gettext_lazy("Leave it empty while the day is not filled in."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "plan", **kwargs})

    def said(self) -> dict[str, Any]:
        """As `take` wants it: plain values."""
        given = self.cleaned_data
        return {
            name: value.code
            if isinstance(value, Office)
            else value.isoformat()
            if hasattr(value, "isoformat")
            else value
            for name, value in given.items()
        }


class Amends(forms.Form):
    """What is said of an amendment as a whole."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[one for one in Edition.Kind.choices if one[0] != "first"]
    )
    document_number = forms.CharField(
        label=gettext_lazy("Number of the amending document"), max_length=60, required=False
    )
    effective = day(gettext_lazy("In force from"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "edition", **kwargs})

    def said(self) -> dict[str, Any]:
        """As `take` wants it."""
        effective = self.cleaned_data["effective"]
        return {**self.cleaned_data, "effective": effective.isoformat() if effective else ""}


class Unit(forms.Form):
    """Which office, or which offices, a name in the plan means."""

    office = forms.ChoiceField(required=False)
    several = forms.MultipleChoiceField(label=gettext_lazy("or several offices"), required=False)

    def __init__(self, named: Named, known: Directory, said: Sequence[str] | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = named
        near = [code for code in (*named.codes, *named.alternatives) if code in known.offices]
        offices = sorted(known.offices.values(), key=lambda one: one.name)
        self.fields["office"].label = named.text
        self.fields["office"].choices = [  # type: ignore[attr-defined]
            ("", _("choose")),
            (_("most alike"), [(code, known.offices[code].name) for code in near]),
            (_("many at once"), [(DEPARTMENTS, _("all departments of the province")), (COMMUNES, _("all communes"))]),
            (_("all offices"), [(one.code, one.name) for one in offices if one.code not in near]),
            (NOBODY, _("none of the offices kept here")),
        ]
        self.fields["several"].choices = [(one.code, one.name) for one in offices]  # type: ignore[attr-defined]
        codes = list(said) if said is not None else list(named.codes) if named.sure in SURE else None
        if codes is not None:
            self.initial = {"office": NOBODY if not codes else codes[0] if len(codes) == 1 else ""}
            self.initial["several"] = codes if len(codes) > 1 else []

    def said(self) -> list[str] | None:
        """Codes; None: nobody has said it."""
        chosen = self.cleaned_data["several"] or [self.cleaned_data["office"]]
        return None if chosen == [""] else [] if chosen == [NOBODY] else list(chosen)


class Time(forms.Form):
    """What a time in the plan means."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of time"), choices=[("", gettext_lazy("choose")), *Task.Time.choices], required=False
    )
    starts = day(gettext_lazy("From"), required=False)
    ends = day(gettext_lazy("Until"), required=False)

    def __init__(self, text: str, begun: Mapping[str, Any] | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": dict(begun or {}), **kwargs})
        self.text = text

    def said(self) -> dict[str, Any] | None:
        """As `take` wants it; None: nobody has said it."""
        given = self.cleaned_data
        days = {name: given[name].isoformat() if given.get(name) else None for name in ("starts", "ends")}
        return {"kind": given["kind"], **days} if given.get("kind") else None


class Meant(forms.Form):
    """Of a row that a group leads: which of it are meant."""

    codes = forms.MultipleChoiceField(label=gettext_lazy("Only these lead"), required=False)

    def __init__(
        self, row: Proposal, named: Named, known: Directory, said: Sequence[str] | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.named = row.row, named
        group = sorted((known.offices[code] for code in known.group(named.codes[0])), key=lambda one: one.name)
        self.fields["codes"].choices = [(one.code, one.name) for one in group]  # type: ignore[attr-defined]
        self.initial = {"codes": list(said if said is not None else known.inside(row.row.title))}


class Confirming:
    """All forms of one draft, in the order of the page."""

    def __init__(self, draft: Draft, said: Mapping[str, Any], amends: Plan | None, data: Any = None) -> None:
        self.known = Directory()
        self.rows = proposals(draft, directory=self.known, **_span(amends))
        self.whole: New | Amends = (
            Amends(data, initial=said.get("edition")) if amends else New(data, initial=self._begun(draft, said))
        )
        units = {one.text: one for row in self.rows for one in (*row.leads, *row.helps)}
        told = said.get("units", {})
        self.units = [
            Unit(one, self.known, told.get(text), data, prefix=f"unit-{place}")
            for place, (text, one) in enumerate(sorted(units.items(), key=lambda pair: (pair[1].sure in SURE, pair[0])))
        ]
        spans = {row.row.time_text: row.span for row in self.rows}
        self.times = [
            Time(
                text,
                said.get("times", {}).get(text) or (as_said(span) if span.kind != "unread" else None),
                data,
                prefix=f"time-{place}",
            )
            for place, (text, span) in enumerate(spans.items())
        ]
        own = said.get("rows", {})
        self.meant = [
            Meant(
                row,
                one,
                self.known,
                own.get(row.row.code, {}).get("units", {}).get(one.text),
                data,
                prefix=f"row-{place}",
            )
            for place, row in enumerate(self.rows)
            for one in row.leads
            if one.sure == Sure.GROUP
        ]

    @property
    def forms(self) -> list[Any]:
        return [self.whole, *self.units, *self.times, *self.meant]

    def is_valid(self) -> bool:
        """Every form is asked, so that all that is wrong is shown at once."""
        return not any(one.errors for one in self.forms)

    def said(self) -> dict[str, Any]:
        """Everything, as `take` wants it."""
        rows = {
            one.row.code: {"units": {one.named.text: one.cleaned_data["codes"]}}
            for one in self.meant
            if one.cleaned_data["codes"]
        }
        return {
            "plan" if isinstance(self.whole, New) else "edition": self.whole.said(),
            "units": {one.named.text: codes for one in self.units if (codes := one.said()) is not None},
            "times": {one.text: span for one in self.times if (span := one.said()) is not None},
            "rows": rows,
        }

    def _begun(self, draft: Draft, said: Mapping[str, Any]) -> dict[str, Any]:
        """What the head of the file says, as far as nobody has said otherwise."""
        head = draft.head
        begun: dict[str, Any] = {
            name: getattr(head, name)
            for name in ("title", "number", "issued", "issued_text", "signer", "starts", "ends")
        }
        begun |= {
            "short_title": head.title[:120],
            "source": draft.name,
            "issuer": next(iter(self._codes(head.issuer)), ""),
        }
        leads = [code for row in self.rows for one in row.leads for code in one.codes if code in self.known.offices]
        begun["leading"] = max(leads, key=leads.count, default="")
        begun |= said.get("plan", {})
        return {**begun, **{name: self._pk(begun.get(name, "")) for name in ("issuer", "leading")}}

    def _codes(self, issuer: str) -> Sequence[str]:
        return next((one.codes for one in self.known.named(issuer) if one.sure in SURE), ())

    def _pk(self, code: str) -> int | None:
        return self.known.offices[code].pk if code in self.known.offices else None


def refuse(of: Confirming, error: ValidationError) -> list[str]:
    """Show at its field what is wrong with the whole; what is wrong with rows is given back."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    for name, wrong in error.message_dict.items():
        of.whole.add_error(name if name in of.whole.fields else None, wrong)
    return []


def _span(amends: Plan | None) -> dict[str, Any]:
    if amends is not None:
        return {"starts": amends.starts, "ends": amends.ends}
    return {}
