"""A page built of sections: every subject brings its own, the page puts them in order and opens with their answers.

A later subject (warnings, registers, reports, tasks) adds one line to the page's tuple of sections and writes a
function and a template. What has nothing to say of a place gives None and is not shown: no page announces what is to
come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext

from nonnuoc.look import law
from nonnuoc.portal import rows
from nonnuoc.portal.surroundings import Near

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The nearest station that measures, and why its value is not this place's."""

    near: Near
    caveat: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence for the head of the page: the first section's is the headline, the others stand under it."""

    sentence: str
    then: str = ""  # what follows from it
    now: rows.Now | None = None  # the index it speaks of, measured in this very place
    facts: tuple[str, ...] = ()  # how old, how sure
    validated: bool | None = None  # of a measured number; None: the sentence holds none
    advice: law.Category | None = None  # in the words of the Decision; only for what was measured here
    elsewhere: Elsewhere | None = None  # what is shown as another place's value


@dataclass(frozen=True, slots=True)
class Part:
    """What a section says of its subject: what its template needs, and its answer."""

    context: Mapping[str, object]
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Section(Generic[Subject]):
    """One section of a page about a subject."""

    key: str  # its anchor
    title: str  # English, marked for translation where it is written
    order: int  # 0 above everything; ten apart, so that others fit between
    part: Callable[[Subject], Part | None]  # None: nothing to show
    template: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A section that has something to say, in the reader's language."""

    key: str
    title: str
    template: str
    part: Part


def shown(sections: Iterable[Section[Subject]], subject: Subject) -> list[Shown]:
    """The sections that have something to say, in their order."""
    found = []
    for section in sorted(sections, key=lambda one: one.order):
        part = section.part(subject)
        if part is not None:
            found.append(Shown(section.key, gettext(section.title), section.template, part))
    return found
