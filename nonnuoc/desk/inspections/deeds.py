"""What can be done with an inspection, as forms; the verbs are those of records.inspections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import deeds
from nonnuoc.desk.deeds import TAKEN
from nonnuoc.desk.deeds import day as day_field
from nonnuoc.desk.deeds import text as text_field
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.inspections import deciding, planning, publishing, selectors, visiting
from nonnuoc.records.inspections.models import Decision, Finding, Inspection, Publication

State = Inspection.State
REPLY_DAYS = 10


class Deed(deeds.Deed):
    """One thing that can be done with an inspection."""

    @property
    def inspection(self) -> Inspection:
        return self.thing  # type: ignore[no-any-return]


class Announce(Deed):
    """The facility learns of it."""

    key, words = "announce", gettext_lazy("Announce it to the facility")
    done = gettext_lazy("Announced: the facility sees it now.")

    def do(self, by: Person) -> None:
        planning.announce(self.inspection, by=by)


class Begin(Deed):
    """The visit begins."""

    key, words, weight = "begin", gettext_lazy("The visit begins"), "primary"
    done = gettext_lazy("The visit has begun. The facility sees the inspection from now on.")

    def do(self, by: Person) -> None:
        visiting.begin(self.inspection, by=by)


class Cancel(Deed):
    """It does not take place."""

    key, words, done = "cancel", gettext_lazy("Cancel it"), gettext_lazy("Cancelled.")
    weight = "danger"
    why = text_field(gettext_lazy("Why it does not take place"), most=500)

    def do(self, by: Person) -> None:
        planning.cancel(self.inspection, self.cleaned_data["why"], by=by)


class Find(Deed):
    """What was seen."""

    key, words, done = "find", gettext_lazy("Write down a finding"), gettext_lazy("Written down.")
    weight = "primary"
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Finding.Kind.choices, widget=forms.RadioSelect)
    text = text_field(gettext_lazy("What was found"))
    basis = forms.CharField(
        label=gettext_lazy("Article, or condition of the licence"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("A violation needs it."),
    )
    file = forms.FileField(
        label=gettext_lazy("Photograph or file"),
        required=False,
        widget=forms.ClearableFileInput({"accept": TAKEN}),
        max_length=200,
    )

    def do(self, by: Person) -> None:
        given = dict(self.cleaned_data)
        sent = given.pop("file")
        file = (sent.name, sent.read(visiting.LARGEST + 1)) if sent else None
        visiting.find(self.inspection, **given, file=file, by=by)


class Correct(Deed):
    """A finding in place of another."""

    key, words, done = (
        "correct",
        gettext_lazy("Correct a finding"),
        gettext_lazy("Corrected; the old one stays readable."),
    )
    finding = forms.ChoiceField(label=gettext_lazy("Which one"))
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Finding.Kind.choices, widget=forms.RadioSelect)
    text = text_field(gettext_lazy("What was found"))
    basis = forms.CharField(label=gettext_lazy("Article, or condition of the licence"), required=False, max_length=300)
    why = forms.CharField(label=gettext_lazy("Why it is corrected"), max_length=500)

    def prepare(self) -> None:
        self.known = {str(one.pk): one for one in current(self.inspection)}
        self.fields["finding"].choices = _offered(self.known.values())  # type: ignore[attr-defined]

    def do(self, by: Person) -> None:
        given = dict(self.cleaned_data)
        visiting.correct(self.known[given.pop("finding")], **given, by=by)


class Attach(Deed):
    """A photograph, minutes, a sheet."""

    key, words, done = "attach", gettext_lazy("Add a photograph or a file"), gettext_lazy("Added.")
    file = forms.FileField(
        label=gettext_lazy("Photograph or file"),
        help_text=gettext_lazy("JPEG, PNG, WebP, PDF, text, CSV, XLSX or DOCX, 10 MB at most."),
        widget=forms.ClearableFileInput({"accept": TAKEN}),
        max_length=200,
    )
    note = forms.CharField(label=gettext_lazy("What it shows"), required=False, max_length=300)

    def do(self, by: Person) -> None:
        file = self.cleaned_data["file"]
        body = file.read(visiting.LARGEST + 1)
        visiting.attach(self.inspection, name=file.name, body=body, note=self.cleaned_data["note"], by=by)


class Conclude(Deed):
    """What it comes to."""

    key, words, done = "conclude", gettext_lazy("Conclude it"), gettext_lazy("Concluded.")
    weight = "primary"
    conclusion = text_field(gettext_lazy("Conclusion"), rows=5)

    def do(self, by: Person) -> None:
        visiting.conclude(self.inspection, self.cleaned_data["conclusion"], by=by)


class Decide(Deed):
    """What an authority decided."""

    key, words, done = "decide", gettext_lazy("Record a decision or a reminder"), gettext_lazy("Recorded.")
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Decision.Kind.choices)
    findings = forms.MultipleChoiceField(
        label=gettext_lazy("The findings it rests on"), widget=forms.CheckboxSelectMultiple
    )
    number = forms.CharField(
        label=gettext_lazy("Number"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("A reminder may go without."),
    )
    day = day_field(gettext_lazy("Day"))
    issued_by = forms.CharField(label=gettext_lazy("Issued by"), max_length=200)
    text = text_field(gettext_lazy("What was decided"))
    amount_vnd = forms.DecimalField(
        label=gettext_lazy("Amount of a fine, VND"), required=False, min_value=1, max_digits=14, decimal_places=0
    )
    remedy = forms.CharField(label=gettext_lazy("What has to be put right"), required=False, max_length=1000)
    due = day_field(gettext_lazy("Due by"), required=False)

    def prepare(self) -> None:
        self.known = {str(one.pk): one for one in current(self.inspection)}
        self.fields["findings"].choices = _offered(self.known.values())  # type: ignore[attr-defined]
        self.initial.setdefault("day", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("remedy")) != bool(cleaned.get("due")):
            self.add_error("due", _("What has to be put right needs a day, and the day needs what."))
        return cleaned

    def do(self, by: Person) -> None:
        given = dict(self.cleaned_data)
        remedy, due = given.pop("remedy"), given.pop("due")
        given["findings"] = [self.known[pk] for pk in given["findings"]]
        deciding.decide(self.inspection, **given, remedies=[(remedy, due)] if remedy else [], by=by)


class Settle(Deed):
    """A decision ends, or is complained about."""

    key, words, done = "settle", gettext_lazy("Change the state of a decision"), gettext_lazy("Changed.")
    decision = forms.ChoiceField(label=gettext_lazy("Decision"))
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Decision.State.choices)
    paid = day_field(gettext_lazy("Fine paid on"), required=False)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500)

    def prepare(self) -> None:
        self.known = {str(one.pk): one for one in self.inspection.decisions.all()}
        offered = [(pk, f"{one.get_kind_display()} {one.number}") for pk, one in self.known.items()]
        self.fields["decision"].choices = offered  # type: ignore[attr-defined]

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        deciding.settle(self.known[given["decision"]], given["state"], given["why"], paid=given["paid"], by=by)


class _OfRemedy(Deed):
    remedy = forms.ChoiceField(label=gettext_lazy("What had to be put right"))

    def prepare(self) -> None:
        open_ones = selectors.to_put_right(self.inspection)
        self.known = {str(one.pk): one for one in open_ones}
        self.fields["remedy"].choices = [(pk, one.text) for pk, one in self.known.items()]  # type: ignore[attr-defined]


class Report(_OfRemedy):
    """The facility says it is done."""

    key, words = "report", gettext_lazy("Report that it is put right")
    done = gettext_lazy("Reported. The authority verifies it.")
    weight = "primary"
    text = text_field(gettext_lazy("What was done"))

    def do(self, by: Person) -> None:
        deciding.report(self.known[self.cleaned_data["remedy"]], self.cleaned_data["text"], by=by)


class Verify(_OfRemedy):
    """Somebody saw that it is done."""

    key, words, done = "verify", gettext_lazy("Verify that it is put right"), gettext_lazy("Verified.")
    how = forms.CharField(label=gettext_lazy("How it was verified"), max_length=500)

    def do(self, by: Person) -> None:
        deciding.verify(self.known[self.cleaned_data["remedy"]], self.cleaned_data["how"], by=by)


class Write(Deed):
    """What the public is to be told."""

    key, words = "write", gettext_lazy("Write what the public is told")
    done = gettext_lazy("Written. Show it to the facility next.")
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = text_field(gettext_lazy("Text"), rows=8)
    text_en = text_field(gettext_lazy("Text in English"), required=False)

    def prepare(self) -> None:
        if (there := text_of(self.inspection)) is not None:
            self.initial.update(title=there.title, text=there.text, text_en=there.text_en)

    def do(self, by: Person) -> None:
        publishing.write(self.inspection, **self.cleaned_data, by=by)


class _OfText(Deed):
    @property
    def publication(self) -> Publication:
        return self.inspection.publication


class Show(_OfText):
    """The facility reads it before anybody else."""

    key, words = "show", gettext_lazy("Show it to the facility")
    done = gettext_lazy("The facility can read it and reply.")
    until = day_field(gettext_lazy("Reply until"))

    def prepare(self) -> None:
        self.initial["until"] = timezone.localdate() + timedelta(days=REPLY_DAYS)

    def do(self, by: Person) -> None:
        publishing.show(self.publication, until=self.cleaned_data["until"], by=by)


class Reply(_OfText):
    """The facility's own words."""

    key, words, weight = "reply", gettext_lazy("Reply to the text"), "primary"
    done = gettext_lazy("Your reply is kept, and shown beside the text wherever that is published.")
    text = text_field(gettext_lazy("Reply"), rows=5)

    def do(self, by: Person) -> None:
        publishing.reply(self.publication, self.cleaned_data["text"], by=by)


class Propose(_OfText):
    """Somebody else is to approve it."""

    key, words = "propose", gettext_lazy("Lay the text before a second person")
    done = gettext_lazy("It waits for approval.")

    def do(self, by: Person) -> None:
        publishing.propose(self.publication, by=by)


class Approve(_OfText):
    """Everybody may read it."""

    key, words, weight = "approve", gettext_lazy("Approve and publish the text"), "primary"
    done = gettext_lazy("Published.")

    def do(self, by: Person) -> None:
        publishing.approve(self.publication, by=by)


class SendBack(_OfText):
    """Not as it stands."""

    key, words, done = "send_back", gettext_lazy("Send the text back"), gettext_lazy("Sent back.")
    why = forms.CharField(label=gettext_lazy("What has to be changed"), max_length=500)

    def do(self, by: Person) -> None:
        publishing.send_back(self.publication, self.cleaned_data["why"], by=by)


class Withdraw(_OfText):
    """It should not have been published."""

    key, words, done = (
        "withdraw",
        gettext_lazy("Withdraw what is published"),
        gettext_lazy("Withdrawn; its page says why."),
    )
    weight = "danger"
    why = forms.CharField(label=gettext_lazy("Why, for everybody to read"), max_length=500)

    def do(self, by: Person) -> None:
        publishing.withdraw(self.publication, self.cleaned_data["why"], by=by)


DEEDS: dict[str, type[Deed]] = {
    one.key: one
    for one in (
        *(Begin, Announce, Find, Conclude, Attach, Correct, Decide, Report, Verify, Settle),
        *(Write, Show, Reply, Propose, Approve, SendBack, Withdraw, Cancel),
    )
}  # fmt: skip


def current(inspection: Inspection) -> list[Finding]:
    """The findings that no newer one has taken the place of."""
    return [one for one in inspection.findings.all() if not hasattr(one, "replaced_by")]


def text_of(inspection: Inspection) -> Publication | None:
    """What the public is told of it, or is going to be."""
    return getattr(inspection, "publication", None)


def offered(inspection: Inspection, rights: Rights) -> list[type[Deed]]:
    """What this person can do now, in the order in which it is mostly done."""
    on = selectors.subject(inspection)
    text = text_of(inspection)
    keeps = rights.may("inspections.keep", on)
    found: Sequence[type[Deed]] = (*(_kept(inspection, text) if keeps else ()), *_others(inspection, text, rights))
    return sorted(set(found), key=list(DEEDS.values()).index)


def _kept(inspection: Inspection, text: Publication | None) -> list[type[Deed]]:
    match inspection.state:
        case State.PLANNED:
            announced = inspection.announced or inspection.kind == Inspection.Kind.UNANNOUNCED
            return [Begin, Cancel] if announced else [Begin, Announce, Cancel]
        case State.UNDER_WAY:
            correct = [Correct] if current(inspection) else []
            return [Find, Conclude, Attach, Decide, *correct] if correct else [Find, Attach]
        case State.CONCLUDED:
            return [Attach, Decide, *_after(inspection), *_text_deeds(text)]
    return []


def _after(inspection: Inspection) -> list[type[Deed]]:
    found: list[type[Deed]] = [Settle] if inspection.decisions.all() else []
    return [*found, Verify] if selectors.to_put_right(inspection) else found


def _text_deeds(text: Publication | None) -> list[type[Deed]]:
    if text is None:
        return [Write]
    if text.state == Publication.State.DRAFT:
        return [Write, Show]
    return [Write, Propose] if text.state == Publication.State.REPLY else []


def _others(inspection: Inspection, text: Publication | None, rights: Rights) -> list[type[Deed]]:
    on, found = selectors.subject(inspection), list[type[Deed]]()
    if rights.may("inspections.reply", on):
        found += [Report] if selectors.to_put_right(inspection) else []
        states = (Publication.State.REPLY, Publication.State.PROPOSED, Publication.State.PUBLISHED)
        found += [Reply] if text is not None and text.state in states else []
    if text is not None and rights.may("inspections.publish", on):
        own = rights.person is not None and rights.person.pk in (text.written_by_id, text.proposed_by_id)
        if text.state == Publication.State.PROPOSED:
            found += [SendBack] if own else [Approve, SendBack]
        if text.state == Publication.State.PUBLISHED:
            found.append(Withdraw)
    return found


def _offered(findings: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one.number}. {one.text[:80]}") for one in findings]
