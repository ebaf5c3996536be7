"""What is asked of the entities, answered: collections page by page, single entities, columns of observations.

Everything a caller sees passes here, with the caller's rights on every hop (seeing.py). Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.sensorthings import columns as columns_of
from nonnuoc.records.monitoring.sensorthings import entities, observations, stepping
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options, Step
from nonnuoc.records.monitoring.sensorthings.columns import Columns as Columns
from nonnuoc.records.monitoring.sensorthings.pages import Page as Page
from nonnuoc.records.monitoring.sensorthings.reader import Reader


def collection(steps: Sequence[Step], options: Options, rights: Rights) -> Page:
    """A page of the collection that a path leads to. Raises AskingError.

    Empty also where an entity on the path is not there, or not to be seen: `entity` of the path before tells.
    """
    reader = Reader(rights, options.as_of)
    of = stepping.walk(steps)[0][-1]
    if of.name == "Observations":
        return observations.page(steps, options, reader)
    return entities.page(of, steps, options, reader)


def entity(steps: Sequence[Step], options: Options, rights: Rights) -> dict[str, Any] | None:
    """The one entity that a path leads to; None: it is not there, or not to be seen. Raises AskingError."""
    one = replace(options, top=1, skip=0, after="", filter=None, order=(), count=False)
    return next(iter(collection(steps, one, rights).entities), None)


def columns(steps: Sequence[Step], options: Options, rights: Rights) -> Columns:
    """A page of observations as arrays. Raises AskingError, also where the path leads to anything else."""
    if stepping.walk(steps)[0][-1].name != "Observations":
        raise AskingError("Only observations can be had as columns.", parameter="$resultFormat")
    return columns_of.read(steps, options, Reader(rights, options.as_of))
