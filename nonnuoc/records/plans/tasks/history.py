"""Everything that was ever written of a task and what belongs to it: the trail, by the name it has there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import AuditEntry, Office
from nonnuoc.records.plans.models import Evidence, Task
from nonnuoc.records.plans.tasks import evidencing
from nonnuoc.records.plans.tasks.allowed import subject

MOST = 200
_EVIDENCE = ("plan-task.evidence_added", "plan-task.evidence_withdrawn")
_TOLD_TO_ALL = ("proof", "data_class", "office")


def of(task: Task, rights: Rights, most: int = MOST) -> Sequence[AuditEntry]:
    """The newest entries of the trail about the task, for who may follow its plan.

    Of evidence that a reader may not see they tell only that there is some, of which kind and from whom.
    """
    entries = AuditEntry.objects.filter(subject=subject(task)).order_by("-id")
    found = list(entries.select_related("by", "through__appointment__person")[:most])
    codes = {str(_facts(one).get("office")) for one in found if one.action in _EVIDENCE}
    offices = {office.code: office for office in Office.objects.filter(code__in=codes)} if codes else {}
    for one in found:
        if one.action in _EVIDENCE and not _seen(_facts(one), offices, rights):
            one.before, one.after = _bare(one.before), _bare(one.after)
    return found


def _facts(entry: AuditEntry) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = entry.after or entry.before
    return facts


def _seen(facts: Mapping[str, Any], offices: Mapping[str, Office], rights: Rights) -> bool:
    office = offices.get(str(facts.get("office")))
    if office is None:
        return False
    named = Evidence(kind=facts["proof"], data_class=facts["data_class"], office=office)
    named.reference = "" if named.kind == Evidence.Kind.FILE else facts["reference"]
    return bool(evidencing.shown([named], rights))


def _bare(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in _TOLD_TO_ALL}
