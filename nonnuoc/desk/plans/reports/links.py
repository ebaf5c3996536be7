"""What a sentence of a report rests on, as links: the task, what a unit reported, milestones, evidence, the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.models import Round, Value
from nonnuoc.records.plans.tasks import evidencing

Rest = Mapping[str, Any]


class Link(NamedTuple):
    """An address with its words."""

    address: str
    words: str


class Links:
    """Links from a report as one reader may follow them: the report is for all, what proves it not always."""

    def __init__(self, of: Round, content: Mapping[str, Any], rights: Rights) -> None:
        self._round = of
        self._seen = evidencing.seen(set(_evidence(content)), rights)

    def link(self, rest: Rest) -> Link:
        """Where the thing is to be seen. Raises KeyError for a kind that no page shows."""
        if rest["kind"] == "evidence" and rest["id"] not in self._seen:
            return Link(_task(rest, self._round, "task", "#evidence"), _("Evidence that is not for you to see"))
        return _LINKS[rest["kind"]](rest, self._round)


def _evidence(found: Any) -> Iterator[int]:
    """The ids of the pieces of evidence that anything in a report's content rests on."""
    if isinstance(found, list):
        for one in found:
            yield from _evidence(one)
    elif isinstance(found, dict):
        if found.get("kind") == "evidence":
            yield found["id"]
        for one in found.values():
            yield from _evidence(one)


def unit(office: str, of: Round) -> str:
    """Where everybody who reads the report reads what a unit reported, as it stands in the report."""
    return reverse("plan-report-unit", args=[of.plan.code, of.code, office])


def _task(rest: Rest, of: Round, code: str = "code", part: str = "") -> str:
    return reverse("plan-task", args=[of.plan.code, rest[code]]) + part


def _of_task(rest: Rest, of: Round) -> Link:
    return Link(_task(rest, of), _("Task %(code)s") % {"code": rest["code"]})


def _of_form(rest: Rest, of: Round) -> Link:
    return Link(unit(rest["office"], of), _("Report of %(office)s") % {"office": rest["name"]})


def _of_answer(rest: Rest, of: Round) -> Link:
    given = {"office": rest["name"], "code": rest["task"]}
    return Link(f"{unit(rest['office'], of)}#task-{rest['task']}", _("%(office)s on task %(code)s") % given)


def _of_milestone(rest: Rest, of: Round) -> Link:
    given = {"title": rest["title"], "code": rest["task"]}
    return Link(_task(rest, of, "task", f"#step-{rest['id']}"), _("Milestone “%(title)s” of task %(code)s") % given)


def _of_evidence(rest: Rest, of: Round) -> Link:
    """A file itself; what only points elsewhere, where the task shows it."""
    words = _("Evidence: %(title)s") % {"title": rest["title"]} if rest["title"] else _("Evidence (restricted)")
    if rest["of"] == "file":
        return Link(reverse("plan-evidence", args=[of.plan.code, rest["task"], rest["id"]]), words)
    return Link(_task(rest, of, "task", "#evidence"), words)


def _of_blocker(rest: Rest, of: Round) -> Link:
    return Link(_task(rest, of, "task", "#blockers"), _("Difficulty of task %(code)s") % {"code": rest["task"]})


def _of_target(rest: Rest, of: Round) -> Link:
    address = reverse("plan-target", args=[of.plan.code, rest["code"]])
    return Link(address, _("Target %(code)s") % {"code": rest["code"]})


def _of_value(rest: Rest, of: Round) -> Link:
    address = reverse("plan-target", args=[of.plan.code, rest["target"]])
    given = {"code": rest["target"], "kind": Value.Kind(rest["of"]).label}
    return Link(f"{address}#values", _("Value of target %(code)s, %(kind)s") % given)


def _of_passage(rest: Rest, of: Round) -> Link:
    address = reverse("plan-text", args=[of.plan.code])
    return Link(f"{address}#{rest['anchor']}", _("Text of the plan, %(anchor)s") % {"anchor": rest["anchor"]})


_LINKS: Mapping[str, Callable[[Rest, Round], Link]] = {
    "task": _of_task,
    "form": _of_form,
    "answer": _of_answer,
    "milestone": _of_milestone,
    "evidence": _of_evidence,
    "blocker": _of_blocker,
    "target": _of_target,
    "value": _of_value,
    "passage": _of_passage,
}
