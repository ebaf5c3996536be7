"""A sentence of a report in words, in the language that is active. What people wrote stands in it as they wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nonnuoc.records.plans.reports.sentence import Sentence
from nonnuoc.records.plans.reports.wording import of_difficulties, of_general, of_targets, of_tasks, of_units

Values = Mapping[str, Any]
WORDS: Mapping[str, Callable[[Values], str]] = {
    **of_general.WORDS,
    **of_tasks.WORDS,
    **of_units.WORDS,
    **of_targets.WORDS,
    **of_difficulties.WORDS,
}


def said(sentence: Sentence) -> str:
    """The sentence. Raises KeyError for a kind that has no words: a report with a gap must not go out."""
    return WORDS[sentence["kind"]](sentence["values"])
