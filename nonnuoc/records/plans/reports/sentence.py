"""A sentence of a report as plain JSON: what kind it is, its values, and what it rests on.

    {"kind": "task.steps", "values": {"done": 2, "of": 5}, "rests_on": [{"kind": "task", "code": "I.1"}, …]}

Words are made of it by `wording.said`, in the language that is active. Days are ISO text; what is not known is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from nonnuoc.records.plans.models import Answer, Blocker, Evidence, Form, Milestone, Passage, Target, Task, Value

Rest = dict[str, Any]
Sentence = dict[str, Any]


def say(kind: str, rests_on: Iterable[Rest], **values: Any) -> Sentence:
    """A sentence; days among its values become text."""
    return {"kind": kind, "values": {name: _plain(one) for name, one in values.items()}, "rests_on": list(rests_on)}


def task(one: Task) -> Rest:
    return {"kind": "task", "code": one.code}


def form(one: Form) -> Rest:
    """What a unit was asked, whether it answered or not."""
    return {"kind": "form", "office": one.office.code, "name": one.office.name}


def answer(one: Answer, of: Task) -> Rest:
    """What a unit says of a task."""
    office = one.form.office
    return {"kind": "answer", "id": one.pk, "office": office.code, "name": office.name, "task": of.code}


def milestone(one: Milestone, of: Task) -> Rest:
    return {"kind": "milestone", "id": one.pk, "task": of.code, "title": one.title}


def evidence(one: Evidence, of: Task) -> Rest:
    """Without its title where not everybody on the desk may read it."""
    title = "" if one.data_class == "restricted" else one.title
    return {"kind": "evidence", "id": one.pk, "task": of.code, "title": title, "of": one.kind}


def blocker(one: Blocker, of: Task) -> Rest:
    return {"kind": "blocker", "id": one.pk, "task": of.code}


def target(one: Target) -> Rest:
    return {"kind": "target", "code": one.code}


def value(one: Value, of: Target) -> Rest:
    return {"kind": "value", "id": one.pk, "target": of.code, "of": one.kind, "day": one.day.isoformat()}


def passage(one: Passage) -> Rest:
    return {"kind": "passage", "anchor": one.anchor}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
