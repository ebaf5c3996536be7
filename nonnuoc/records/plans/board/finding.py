"""Plans, their tasks, targets and sentences by their words.

Every typed word must begin a word of the text; marks count where they were typed. What somebody may not see is not
found and not counted.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Lower

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import names
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Edition, Passage, Plan, Target, Task

PLAN, TASK, TARGET, PASSAGE = "plans", "plan-tasks", "plan-targets", "plan-passages"
CODE, TITLE, WORD = 0, 1, 2  # ranks: the code itself, the text begins so, a word of it does
_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_PLAIN = names.folded(_MARKED)


@dataclass(frozen=True, slots=True)
class Hit:
    """A plan, a task, a target or a sentence. `code` of a sentence is its anchor; of a plan `plan` is the same."""

    kind: str
    plan: str
    plan_title: str
    code: str
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Group:
    """The best of one kind, and how many there are in all."""

    kind: str
    hits: tuple[Hit, ...]
    count: int


def found(text: str, rights: Rights, *, kinds: Container[str], limit: int) -> list[Group]:
    """What of these kinds holds every typed word; at most `limit` of each. A query a kind, whatever there is."""
    typed = [word for one in names.marked(text).split() if (word := one.strip(".,;:()“”"))]
    if not typed:
        return []
    groups = [_group(kind, typed, limit) for kind in _kinds(rights) if kind.key in kinds]
    return [one for one in groups if one.count]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is looked through: rows, the columns of code and words, and the way to the plan."""

    key: str
    rows: QuerySet[Any]
    code: str
    words: str
    plan: str


def _kinds(rights: Rights) -> Iterator[_Kind]:
    plans = selectors.plans(rights)
    shown = Q() if rights.may("plans.read") else Q(public=True)
    yield _Kind(PLAN, plans, "code", "title", "")
    for key, model in ((TASK, Task), (TARGET, Target)):
        rows = model._default_manager.filter(shown, plan__in=plans.values("pk"), withdrawn=None)
        yield _Kind(key, rows, "code", "title", "plan__")
    sentences = _passages(plans)
    if not rights.may("plans.read"):
        sentences = sentences.filter(selectors.told_to_all("edition__plan", "anchor"))
    yield _Kind(PASSAGE, sentences, "anchor", "text", "edition__plan__")


def _passages(plans: QuerySet[Plan]) -> QuerySet[Passage]:
    """Sentences of the edition that is read now, the newest of each plan."""
    newest = Edition.objects.filter(plan=OuterRef("edition__plan")).order_by("-number").values("pk")[:1]
    found = Passage.objects.filter(edition__plan__in=plans.values("pk"), edition=Subquery(newest))
    return found.filter(kind__in=(Passage.Kind.HEADING, Passage.Kind.SENTENCE, Passage.Kind.NOTE))


def _group(kind: _Kind, typed: Sequence[str], limit: int) -> Group:
    """The best hits and their whole number, in one query."""
    found = _matching(kind, typed).order_by("hit_rank", f"-{kind.plan}starts", *_order(kind))
    told = (kind.code, kind.words, f"{kind.plan}code", f"{kind.plan}short_title", "hit_rank", "hit_number")
    rows = list(found.values_list(*told)[:limit])
    hits = tuple(Hit(kind.key, plan, title, code, words, rank) for code, words, plan, title, rank, _number in rows)
    return Group(kind.key, hits, rows[0][-1] if rows else 0)


def _matching(kind: _Kind, typed: Sequence[str]) -> QuerySet[Any]:
    plain = Func(Lower(kind.words), Value(_MARKED), Value(_PLAIN), function="translate", output_field=CharField())
    rows: QuerySet[Any] = kind.rows.annotate(hit_marked=Lower(kind.words), hit_plain=plain)
    for word in typed:
        rows = rows.filter(_begun(word) | Q(**{f"{kind.code}__iexact": word}))
    whole = " ".join(typed)
    is_code = Q(**{f"{kind.code}__iexact": whole})
    begins = Q(hit_plain__startswith=whole) | Q(hit_marked__startswith=whole)
    rank = Case(When(is_code, then=CODE), When(begins, then=TITLE), default=WORD, output_field=IntegerField())
    number: Any = Window(Count("pk"))
    ranked: QuerySet[Any] = rows.annotate(hit_rank=rank, hit_number=number)
    return ranked


def _begun(word: str) -> Q:
    column = "hit_plain" if word == names.folded(word) else "hit_marked"
    return Q(**{f"{column}__regex": rf"\m{re.escape(word)}"})


def _order(kind: _Kind) -> tuple[str, ...]:
    return ("code",) if kind.key == PLAN else (f"{kind.plan}code", "order")
