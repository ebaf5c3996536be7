"""Spans of time that may overlap, cut so that at each moment at most one holds: the one that began last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """Something that holds from `since` on and before `until`, in one unit of time whatever it is."""

    since: int
    until: int
    what: T
    rank: int = 0  # of two that begin at the same time, the higher one holds


def cut(spans: Iterable[Span[T]]) -> list[Span[T]]:
    """The same, no two at once, in order of time; one that ends before it begins holds never.

    A later one takes the place of an earlier one for as long as it holds; where it ends and the earlier one goes on,
    the earlier one holds again.
    """
    there = [one for one in spans if one.until > one.since]
    edges = sorted({one.since for one in there} | {one.until for one in there})
    found: list[Span[T]] = []
    for edge, end in pairwise(edges):
        holding = [one for one in there if one.since <= edge < one.until]
        if not holding:
            continue
        one = max(holding, key=lambda one: (one.since, one.rank))
        if found and found[-1].what is one.what and found[-1].until == edge:
            found[-1] = replace(found[-1], until=end)
        else:
            found.append(replace(one, since=edge, until=end))
    return found
