"""Plans, their tasks, targets and sentences by their words.

Every typed word must begin a word of the text; marks count where they were typed. What somebody may not see is not
found and not counted.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
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
    plans = selectors.plans(rights)
    inside = rights.may("plans.read")
    of_kind = (
        (PLAN, _matching(plans, "title", "code", typed), "code", "title", ""),
        (TASK, _matching(_of(Task, plans, inside), "title", "code", typed), "code", "title", "plan__"),
        (TARGET, _matching(_of(Target, plans, inside), "title", "code", typed), "code", "title", "plan__"),
        (PASSAGE, _matching(_passages(plans), "text", "anchor", typed), "anchor", "text", "edition__plan__"),
    )
    groups = [_group(kind, *asked, limit) for kind, *asked in of_kind if kind in kinds]
    return [one for one in groups if one.count]


def _of(model: Any, plans: QuerySet[Plan], inside: bool) -> QuerySet[Any]:
    shown = Q() if inside else Q(public=True)
    return model.objects.filter(shown, plan__in=plans.values("pk"), withdrawn=None)


def _passages(plans: QuerySet[Plan]) -> QuerySet[Passage]:
    """Sentences of the edition that is read now, the newest of each plan."""
    newest = Edition.objects.filter(plan=OuterRef("edition__plan")).order_by("-number").values("pk")[:1]
    found = Passage.objects.filter(edition__plan__in=plans.values("pk"), edition=Subquery(newest))
    return found.filter(kind__in=(Passage.Kind.HEADING, Passage.Kind.SENTENCE, Passage.Kind.NOTE))


def _matching(rows: QuerySet[Any], text: str, code: str, typed: list[str]) -> QuerySet[Any]:
    plain = Func(Lower(text), Value(_MARKED), Value(_PLAIN), function="translate", output_field=CharField())
    rows = rows.annotate(hit_marked=Lower(text), hit_plain=plain)
    for word in typed:
        rows = rows.filter(_begun(word) | Q(**{f"{code}__iexact": word}))
    whole = " ".join(typed)
    begins = Q(hit_plain__startswith=whole) | Q(hit_marked__startswith=whole)
    rank = Case(
        When(**{f"{code}__iexact": whole, "then": CODE}), When(begins, then=TITLE), default=WORD,
        output_field=IntegerField(),
    )  # fmt: skip
    return rows.annotate(hit_rank=rank, hit_number=Window(Count("pk")))


def _begun(word: str) -> Q:
    column = "hit_plain" if word == names.folded(word) else "hit_marked"
    return Q(**{f"{column}__regex": rf"\m{re.escape(word)}"})


def _group(kind: str, rows: QuerySet[Any], code: str, text: str, plan: str, limit: int) -> Group:
    order = [F("hit_rank").asc(), code] if not plan else [F("hit_rank").asc(), F(f"{plan}starts").desc(), *_place(kind)]
    told = (code, text, f"{plan}code", f"{plan}short_title", "hit_rank", "hit_number")
    hits, number = [], 0
    for where, words, of, title, rank, count in rows.order_by(*order).values_list(*told)[:limit]:
        hits.append(Hit(kind, of, title, where, words, rank))
        number = count
    return Group(kind, tuple(hits), number)


def _place(kind: str) -> Iterator[str]:
    yield from ("plan__code", "order") if kind != PASSAGE else ("edition__plan__code", "order")
