"""What can be done with a task, as forms; the verbs are those of records/plans/tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import deeds
from nonnuoc.desk.deeds import day as day_field
from nonnuoc.desk.deeds import file as file_field
from nonnuoc.desk.deeds import text as text_field
from nonnuoc.domain.plan.light import Light
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass, Office, Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Assignment, Blocker, Budget, Evidence, Milestone, Override, Task
from nonnuoc.records.plans.tasks import (
    allowed,
    assigning,
    blocking,
    budgeting,
    evidencing,
    overriding,
    reading,
    stepping,
    waiting,
    wording,
)
from nonnuoc.records.registers.pattern import documents

SEEN_FOR = timedelta(days=30)


@dataclass
class Thing:
    """A task and who looks at it; what the forms choose from is read once."""

    task: Task
    rights: Rights

    @cached_property
    def parts(self) -> Sequence[Assignment]:
        return list(self.task.assignments.filter(ended=None).select_related("office").order_by("-role", "office__name"))

    @cached_property
    def may(self) -> frozenset[allowed.Deed]:
        return allowed.can(self.rights, self.task, self.parts)

    @cached_property
    def own(self) -> Sequence[Assignment]:
        """The parts they tell of: their own office's, or every one where they keep the plan."""
        if allowed.Deed.KEEP in self.may:
            return self.parts
        return [one for one in self.parts if self.rights.may("plans.report", selectors.subject(one.office))]

    @cached_property
    def steps(self) -> Sequence[Milestone]:
        return list(self.task.milestones.filter(withdrawn=None))

    @cached_property
    def blockers(self) -> Sequence[Blocker]:
        return list(reading.blockers(self.task))

    @cached_property
    def override(self) -> Override | None:
        return self.task.overrides.filter(ended=None, until__gte=timezone.localdate()).first()

    def steers(self) -> bool:
        """Whether they run the rounds of this plan."""
        return self.rights.may("plans.steer", selectors.subject(self.task.plan.leading))

    def decides(self) -> bool:
        """Whether their word decides difficulties."""
        return self.rights.may("plans.decide", selectors.subject(self.task.plan.issuer))


class Deed(deeds.Deed):
    """One thing that can be done with a task."""

    needs: ClassVar[allowed.Deed] = allowed.Deed.HELP
    place: ClassVar[str]  # the part of the page it stands in; "first": above all of them

    @property
    def task(self) -> Task:
        return self.thing.task  # type: ignore[no-any-return]

    @classmethod
    def is_open(cls, thing: Thing) -> bool:
        """Whether it is offered: whether they may, and whether there is anything it could be done to."""
        return cls.needs in thing.may

    def offer(self, field: str, things: Sequence[Any], called: Any, *, none: str = "") -> None:
        """Let one of these be chosen in the field."""
        self.known = {str(one.pk): one for one in things}
        empty = [("", none)] if none else []
        self.fields[field].choices = [*empty, *((pk, called(one)) for pk, one in self.known.items())]  # type: ignore[attr-defined]


class _OfPart(Deed):
    part_of = forms.ChoiceField(label=gettext_lazy("For"))

    @classmethod
    def is_open(cls, thing: Thing) -> bool:
        return super().is_open(thing) and bool(thing.own)

    def prepare(self) -> None:
        self.offices: dict[str, Assignment] = {str(one.office_id): one for one in self.thing.own}
        self.fields["part_of"].choices = [(pk, one.office.name) for pk, one in self.offices.items()]  # type: ignore[attr-defined]

    @property
    def part(self) -> Assignment:
        return self.offices[self.cleaned_data["part_of"]]


class Tell(_OfPart):
    """How far one's own part is."""

    place = "first"
    key, words, weight = "tell", gettext_lazy("Tell how far your part is"), "primary"
    done = gettext_lazy("Told.")
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[one for one in Assignment.State.choices if one[0] != Assignment.State.NOT_TOLD],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        assigning.tell(self.part, state=given["state"], note=given["note"], by=by, at=timezone.now())


class _OfStep(Deed):
    place = "steps"
    needs = allowed.Deed.LEAD
    step = forms.ChoiceField(label=gettext_lazy("Milestone"))

    @classmethod
    def is_open(cls, thing: Thing) -> bool:
        return super().is_open(thing) and bool(cls.choosable(thing))

    @classmethod
    def choosable(cls, thing: Thing) -> Sequence[Milestone]:
        """Those it can be done to."""
        return [one for one in thing.steps if one.done is None]

    def prepare(self) -> None:
        self.offer("step", self.choosable(self.thing), str)

    @property
    def chosen(self) -> Milestone:
        return self.known[self.cleaned_data["step"]]  # type: ignore[no-any-return]


class DoStep(_OfStep):
    """A milestone is reached."""

    key, words, done = "do-step", gettext_lazy("A milestone is reached"), gettext_lazy("Kept.")
    reached = day_field(gettext_lazy("Reached on"))

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("reached", timezone.localdate())

    def do(self, by: Person) -> None:
        stepping.do(self.chosen, done=self.cleaned_data["reached"], by=by, at=timezone.now())


class AddStep(Deed):
    """A new milestone."""

    place = "steps"
    key, words, done = "add-step", gettext_lazy("Set a milestone"), gettext_lazy("Set.")
    needs = allowed.Deed.LEAD
    title = forms.CharField(label=gettext_lazy("What is there then"), max_length=300)
    due = day_field(gettext_lazy("Due"))
    office = forms.ChoiceField(label=gettext_lazy("By whom"), required=False)
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=300, help_text=gettext_lazy("The document that sets it, or who did.")
    )

    def prepare(self) -> None:
        self.offices = {str(one.office_id): one.office for one in self.thing.parts}
        named = [(pk, one.name) for pk, one in self.offices.items()]
        self.fields["office"].choices = [("", _("nobody in particular")), *named]  # type: ignore[attr-defined]

    def do(self, by: Person) -> None:
        given = dict(self.cleaned_data)
        office = self.offices.get(given.pop("office"))
        stepping.add(self.task, **given, office=office, by=by, at=timezone.now())


class MoveStep(_OfStep):
    """A milestone is due on another day."""

    key, words, done = "move-step", gettext_lazy("Set another day for a milestone"), gettext_lazy("Kept.")
    due = day_field(gettext_lazy("Due"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        stepping.change(self.chosen, due=given["due"], reason=given["reason"], by=by, at=timezone.now())


class DropStep(_OfStep):
    """A milestone was set by mistake, or is not wanted any more."""

    key, words, done = (
        "drop-step",
        gettext_lazy("Take a milestone away"),
        gettext_lazy("Taken away; it stays in the history."),
    )
    weight = "danger"
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def do(self, by: Person) -> None:
        stepping.withdraw(self.chosen, reason=self.cleaned_data["reason"], by=by, at=timezone.now())


class UndoStep(_OfStep):
    """A milestone was not reached after all."""

    key, words, done = "undo-step", gettext_lazy("A milestone was not reached after all"), gettext_lazy("Kept.")
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    @classmethod
    def choosable(cls, thing: Thing) -> Sequence[Milestone]:
        return [one for one in thing.steps if one.done is not None]

    def do(self, by: Person) -> None:
        stepping.undo(self.chosen, reason=self.cleaned_data["reason"], by=by, at=timezone.now())


class AddFile(_OfPart):
    """A file that shows what was done."""

    place = "evidence"
    key, words, done = "add-file", gettext_lazy("Add a file as evidence"), gettext_lazy("Added.")
    file = file_field(
        gettext_lazy("Photograph or file"),
        help_text=gettext_lazy("PDF, pictures, text, CSV, XLSX or DOCX, 20 MB at most."),
    )
    title = forms.CharField(label=gettext_lazy("What it shows"), max_length=300)
    step = forms.ChoiceField(label=gettext_lazy("Milestone"), required=False)
    data_class = forms.ChoiceField(
        label=gettext_lazy("Who may read it"), choices=DataClass.choices, initial=DataClass.INTERNAL
    )

    def prepare(self) -> None:
        super().prepare()
        self.offer("step", self.thing.steps, str, none=_("the task as a whole"))

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        sent = given["file"]
        evidencing.add_file(
            self.task,
            name=sent.name,
            media_type=sent.content_type or "",
            body=sent.read(documents.LARGEST + 1),
            title=given["title"],
            office=self.part.office,
            milestone=self.known.get(given["step"]),
            data_class=given["data_class"],
            by=by,
            at=timezone.now(),
        )


class AddReference(_OfPart):
    """A record of this system, a decision or an address that shows what was done."""

    place = "evidence"
    key, words, done = (
        "add-reference",
        gettext_lazy("Point to a record or a decision as evidence"),
        gettext_lazy("Added."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[one for one in Evidence.Kind.choices if one[0] != Evidence.Kind.FILE]
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=300,
        help_text=gettext_lazy(
            "Of an entry its register and code (“sites/cb-01”), else the code, the number or the address."
        ),
    )
    title = forms.CharField(label=gettext_lazy("What it shows"), max_length=300)
    step = forms.ChoiceField(label=gettext_lazy("Milestone"), required=False)

    def prepare(self) -> None:
        super().prepare()
        self.offer("step", self.thing.steps, str, none=_("the task as a whole"))

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        evidencing.add_reference(
            self.task,
            kind=given["kind"],
            reference=given["reference"],
            title=given["title"],
            office=self.part.office,
            milestone=self.known.get(given["step"]),
            by=by,
            at=timezone.now(),
        )


class Raise(_OfPart):
    """A difficulty that somebody else has to decide on."""

    place = "blockers"
    key, words = "raise", gettext_lazy("Tell of a difficulty")
    done = gettext_lazy("Told. It lies with the office that follows the plan.")
    text = text_field(gettext_lazy("Difficulty"), most=5000)
    proposal = text_field(gettext_lazy("Proposal"), most=5000, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        super().prepare()
        self.initial["token"] = uuid4()

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        office = self.part.office
        blocking.raise_(
            self.task,
            office=office,
            text=given["text"],
            proposal=given["proposal"],
            token=given["token"],
            by=by,
            at=timezone.now(),
        )


class _OfBlocker(Deed):
    place = "blockers"
    blocker = forms.ChoiceField(label=gettext_lazy("Difficulty"))
    states: ClassVar[tuple[str, ...]] = (Blocker.State.RAISED, Blocker.State.SUBMITTED)

    @classmethod
    def is_open(cls, thing: Thing) -> bool:
        return cls.may_do(thing) and any(one.state in cls.states for one in thing.blockers)

    @classmethod
    def may_do(cls, thing: Thing) -> bool:
        """Whether it is theirs to do."""
        return thing.steers()

    def prepare(self) -> None:
        self.offer(
            "blocker", [one for one in self.thing.blockers if one.state in self.states], lambda one: one.text[:120]
        )

    @property
    def chosen(self) -> Blocker:
        return self.known[self.cleaned_data["blocker"]]  # type: ignore[no-any-return]


class Submit(_OfBlocker):
    """Whoever issued the plan has to decide."""

    key, words = "submit", gettext_lazy("Submit a difficulty to who issued the plan")
    done = gettext_lazy("Submitted.")
    states = (Blocker.State.RAISED,)

    def do(self, by: Person) -> None:
        blocking.submit(self.chosen, by=by, at=timezone.now())


class Decide(_OfBlocker):
    """What is decided on a difficulty."""

    key, words, done = (
        "decide",
        gettext_lazy("Decide on a difficulty"),
        gettext_lazy("Decided. Who told of it sees it."),
    )
    place, weight = "first", "primary"
    decision = text_field(gettext_lazy("Decision"), most=5000)
    basis = forms.CharField(
        label=gettext_lazy("Document it rests on"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Number and day. A leader may decide without one."),
    )

    @classmethod
    def may_do(cls, thing: Thing) -> bool:
        return thing.decides() or thing.steers()

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        blocking.decide(self.chosen, decision=given["decision"], basis=given["basis"], by=by, at=timezone.now())


class Close(_OfBlocker):
    """A difficulty is gone."""

    key, words, done = "close", gettext_lazy("A difficulty is gone"), gettext_lazy("Kept.")
    states = (Blocker.State.RAISED, Blocker.State.SUBMITTED, Blocker.State.DECIDED)
    note = forms.CharField(
        label=gettext_lazy("How it went away"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Needed where nothing was decided."),
    )

    @classmethod
    def may_do(cls, thing: Thing) -> bool:
        return thing.steers() or bool(thing.own)

    def do(self, by: Person) -> None:
        blocking.close(self.chosen, note=self.cleaned_data["note"], by=by, at=timezone.now())


class PutMoney(Deed):
    """Money of one year from one source."""

    place = "money"
    key, words, done = "put-money", gettext_lazy("Write down money of a year"), gettext_lazy("Kept.")
    needs = allowed.Deed.LEAD
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    source = forms.ChoiceField(label=gettext_lazy("Source of the money"), choices=Budget.Source.choices)
    estimated = forms.DecimalField(
        label=gettext_lazy("Estimated, đồng"), required=False, min_value=0, max_digits=18, decimal_places=0
    )
    approved = forms.DecimalField(
        label=gettext_lazy("Approved, đồng"), required=False, min_value=0, max_digits=18, decimal_places=0
    )
    spent = forms.DecimalField(
        label=gettext_lazy("Disbursed, đồng"), required=False, min_value=0, max_digits=18, decimal_places=0
    )
    document = forms.CharField(label=gettext_lazy("Document it rests on"), required=False, max_length=300)

    def prepare(self) -> None:
        plan = self.task.plan
        years = range(plan.starts.year, plan.ends.year + 1)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.initial["year"] = min(max(timezone.localdate().year, years[0]), years[-1])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if all(cleaned.get(name) is None for name in budgeting.FIGURES):
            raise ValidationError(_("Write at least one amount."))
        return cleaned

    def do(self, by: Person) -> None:
        budgeting.put(self.task, **self.cleaned_data, by=by, at=timezone.now())


class Wait(Deed):
    """It cannot end before another task."""

    place = "waits"
    key, words, done = "wait", gettext_lazy("It waits for another task"), gettext_lazy("Kept.")
    needs = allowed.Deed.KEEP
    on = forms.ChoiceField(label=gettext_lazy("Task"))
    days = forms.IntegerField(label=gettext_lazy("Days it takes after that"), min_value=0, max_value=3650, initial=0)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=300)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300)

    def prepare(self) -> None:
        others = list(reading.tasks(self.task.plan).exclude(pk=self.task.pk))
        self.offer("on", others, lambda one: f"{one.code} {one.title[:100]}")

    def do(self, by: Person) -> None:
        given = dict(self.cleaned_data)
        waiting.add(self.task, self.known[given.pop("on")], **given, by=by, at=timezone.now())


class Unwait(Deed):
    """It does not wait any more."""

    place = "waits"
    key, words, done = "unwait", gettext_lazy("It waits no longer for a task"), gettext_lazy("Kept.")
    needs = allowed.Deed.KEEP
    need = forms.ChoiceField(label=gettext_lazy("Task"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    @classmethod
    def is_open(cls, thing: Thing) -> bool:
        return super().is_open(thing) and reading.needs(thing.task).exists()

    def prepare(self) -> None:
        self.offer("need", list(reading.needs(self.task)), lambda one: f"{one.on.code} {one.on.title[:100]}")

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        waiting.remove(self.known[given["need"]], reason=given["reason"], by=by, at=timezone.now())


class Assign(Deed):
    """An office gets a part."""

    place = "parts"
    key, words, done = "assign", gettext_lazy("Give an office a part in it"), gettext_lazy("Given.")
    needs = allowed.Deed.KEEP
    office = forms.ChoiceField(label=gettext_lazy("Office"))
    role = forms.ChoiceField(label=gettext_lazy("Part"), choices=Assignment.Role.choices, widget=forms.RadioSelect)
    part = text_field(gettext_lazy("What is theirs to do"), required=False)

    def prepare(self) -> None:
        there = {one.office_id for one in self.thing.parts}
        self.offer("office", [one for one in reading.offices() if one.pk not in there], lambda one: one.name)

    def do(self, by: Person) -> None:
        given = dict(self.cleaned_data)
        office: Office = self.known[given.pop("office")]
        assigning.assign(self.task, office, **given, named=office.name, by=by, at=timezone.now())


class EndPart(Deed):
    """An office has no part any more."""

    place = "parts"
    key, words, done = (
        "end-part",
        gettext_lazy("End an office's part in it"),
        gettext_lazy("Ended; it stays in the history."),
    )
    needs, weight = allowed.Deed.KEEP, "danger"
    assignment = forms.ChoiceField(label=gettext_lazy("Office"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def prepare(self) -> None:
        self.offer("assignment", self.thing.parts, lambda one: f"{one.office.name} ({one.get_role_display()})")

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        assigning.end(self.known[given["assignment"]], reason=given["reason"], by=by, at=timezone.now())


class See(Deed):
    """It stands otherwise than computed."""

    place = "stands"
    key, words = "see", gettext_lazy("Show it otherwise than computed")
    done = gettext_lazy("Shown so, with your reason, until that day.")
    needs = allowed.Deed.KEEP
    light = forms.ChoiceField(label=gettext_lazy("How it stands"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    until = day_field(gettext_lazy("Until"))

    @classmethod
    def is_open(cls, thing: Thing) -> bool:
        return super().is_open(thing) and thing.task.done is None

    def prepare(self) -> None:
        choosable = [(one.value, str(words)) for one, words in wording.LIGHTS.items() if one is not Light.DONE]
        self.fields["light"].choices = choosable  # type: ignore[attr-defined]
        self.initial.setdefault("until", timezone.localdate() + SEEN_FOR)

    def do(self, by: Person) -> None:
        given = self.cleaned_data
        until: date = given["until"]
        overriding.see(self.task, light=given["light"], reason=given["reason"], until=until, by=by, at=timezone.now())


class SeeNoMore(Deed):
    """It is shown as computed again."""

    place = "stands"
    key, words, done = "see-no-more", gettext_lazy("Show it as computed again"), gettext_lazy("Shown as computed.")
    needs = allowed.Deed.KEEP

    @classmethod
    def is_open(cls, thing: Thing) -> bool:
        return super().is_open(thing) and thing.override is not None

    def do(self, by: Person) -> None:
        if (held := self.thing.override) is not None:
            overriding.end(held, by=by, at=timezone.now())


#: In the order of the page: what is done often first.
DEEDS: dict[str, type[Deed]] = {
    one.key: one
    for one in (
        *(Decide, Tell, DoStep, AddFile, AddReference, Raise, Submit, Close, AddStep, MoveStep, UndoStep, DropStep),
        *(PutMoney, Wait, Unwait, Assign, EndPart, See, SeeNoMore),
    )
}


def offered(thing: Thing) -> list[type[Deed]]:
    """What can be done with the task now, by these rights."""
    return [] if thing.task.withdrawn else [kind for kind in DEEDS.values() if kind.is_open(thing)]
