"""What can be typed into a form, as texts by name: "general", "12-result" (12: the answer). Days are ISO.

Pages, phones and the history of savings speak of a form in these names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nonnuoc.records.plans.models import Answer, Assignment, Form

OF_FORM = ("general", "difficulties", "proposals")
OF_ANSWER = ("state", "result", "next", "difficulty", "done")
#: What a unit can say of its part.
STATES = (Assignment.State.UNDER_WAY, Assignment.State.DONE, Assignment.State.NOT_OURS)
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
#: Signs in one text.
LONGEST = 8000


def name(answer: Answer, field: str) -> str:
    return f"{answer.pk}-{field}"


def values(form: Form, answers: Iterable[Answer]) -> dict[str, str]:
    """Everything that stands in the form now."""
    found = {field: str(getattr(form, field)) for field in OF_FORM}
    for answer in answers:
        found |= {name(answer, field): text for field, text in _of(answer)}
    return found


def clean(given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as it is kept: of fields there are, without spaces around, lines ended in one way.

    Raises ValidationError by the name of the field: too long, a state or a day that cannot be.
    """
    found = {key: _plain(text) for key, text in given.items() if key in known}
    faults = {key: fault for key, text in found.items() if (fault := _fault(key, text))}
    if faults:
        raise ValidationError(faults)
    return found


def put(form: Form, answers: Iterable[Answer], taken: Mapping[str, str]) -> list[Answer]:
    """Write the texts into the objects; gives the answers that changed. Nothing is stored yet."""
    for field in OF_FORM:
        if field in taken:
            setattr(form, field, taken[field])
    changed = []
    for answer in answers:
        own = {field: taken[key] for field in OF_ANSWER if (key := name(answer, field)) in taken}
        for field, text in own.items():
            setattr(answer, field, (date.fromisoformat(text) if text else None) if field == "done" else text)
        if own:
            changed.append(answer)
    return changed


def _of(answer: Answer) -> Iterator[tuple[str, str]]:
    for field in OF_ANSWER:
        value = getattr(answer, field)
        yield field, value.isoformat() if isinstance(value, date) else str(value or "")


def _plain(text: str) -> str:
    """Word ends lines in its own way; other signs that control something cannot stand in the report."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).strip()


def _fault(key: str, text: str) -> str:
    field = key.rpartition("-")[2]
    if field == "state" and text not in ("", *STATES):
        return _("Choose one of the states that are offered.")
    if field == "done" and text:
        try:
            date.fromisoformat(text)
        except ValueError:
            return _("“%(text)s” is no day: write it as 2026-11-30, or leave it empty.") % {"text": text[:40]}
    if len(text) > LONGEST:
        said = {"length": len(text), "most": LONGEST}
        return _("This text has %(length)d signs, of which %(most)d can be kept. Shorten it.") % said
    return ""
