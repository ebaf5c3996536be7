"""Pages of observations from whole columns: data arrays (OGC 18-088, clause 14) and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from nonnuoc.api.sensorthings import columns_as_text as texts
from nonnuoc.api.sensorthings.columns_as_text import Texts
from nonnuoc.api.sensorthings.selecting import ID, SELF_LINK
from nonnuoc.domain import quality
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options
from nonnuoc.records.monitoring.sensorthings.columns import Columns

#: In this order where nothing is selected; `id` as the standard names it in data arrays.
COMPONENTS = ("id", "phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters")
STREAM = "Datastream"
#: Makes a status of sixteen bits, which may be negative, a positive number.
_MIDDLE = 1 << 15


def data_array(columns: Columns, options: Options, root: str, next_link: str) -> bytes:
    """The page: of each datastream an object with its link, the names of the components, and the rows."""
    names = components(options)
    columns = _together(columns)
    makers: Mapping[str, Callable[[Columns], Texts]] = {
        "id": lambda one: texts.wholes(one.ids),
        "phenomenonTime": lambda one: _phenomenon(one, '"'),
        "result": lambda one: texts.numbers(one.value, "null"),
        "resultTime": lambda one: texts.concatenated('"', texts.times(one.result_time), '"'),
        "resultQuality": lambda one: texts.chosen(one.quality, lambda code: _json(quality.told(code))),
        "validTime": lambda one: "null",
        "parameters": lambda one: _parameters(one, lambda found: _json(found)),
    }
    cells = [makers[name](columns) for name in names]
    rows = texts.rows(cells, opens="[", between=",", closes="],", count=len(columns.ids))
    head: dict[str, object] = {} if columns.count is None else {"@iot.count": columns.count}
    if next_link:
        head["@iot.nextLink"] = next_link
    pieces: list[bytes | memoryview] = [_json_bytes(head)[:-1], b"," if head else b"", b'"value":[']
    for position, (first, last) in enumerate(_groups(columns.datastream)):
        link = f"{root}/Datastreams({columns.datastream[first]})"
        group = {"Datastream@iot.navigationLink": link, "components": names, "dataArray@iot.count": last - first}
        pieces += [b"," if position else b"", _json_bytes(group)[:-1], b',"dataArray":[']
        pieces += [rows.span(first, last)[:-1], b"]}"]
    return b"".join([*pieces, b"]}"])


def components(options: Options) -> list[str]:
    """What a row of a data array holds. Raises AskingError for what has no place in one."""
    if not options.select:
        return list(COMPONENTS)
    found = []
    for name in options.select:
        if name in (STREAM, SELF_LINK):
            continue  # every group has its link
        if name != ID and name not in COMPONENTS:
            raise AskingError(f"A data array has no {name}: select of {', '.join(COMPONENTS)}.", parameter="$select")
        found.append("id" if name == ID else name)
    return found or ["id"]


def csv(columns: Columns, options: Options) -> bytes:
    """A line of names, then a line a row; what is nested in columns of its own, as for other entities.

    Nothing here can be taken for a formula: numbers, times and words of our own.
    """
    wanted = options.select or (ID, STREAM, *COMPONENTS[1:])
    cells = [cell for name in wanted for cell in _cells(columns, name)]
    names = ",".join(name for name, _ in cells)
    rows = texts.rows([cell for _, cell in cells], opens="", between=",", closes="\r\n", count=len(columns.ids))
    return b"".join([names.encode(), b"\r\n", rows.span(0, len(columns.ids))])


def _cells(columns: Columns, name: str) -> Iterator[tuple[str, Texts]]:
    if name == ID:
        yield ID, texts.wholes(columns.ids)
    elif name == STREAM:
        yield f"{STREAM}/{ID}", texts.chosen(columns.datastream, str)
    elif name == "phenomenonTime":
        yield name, _phenomenon(columns, "")
    elif name == "result":
        yield name, texts.numbers(columns.value, "")
    elif name == "resultTime":
        yield name, texts.times(columns.result_time)
    elif name == "resultQuality":
        for key in ("flag", "checks", "standing", "late"):
            yield f"{name}/{key}", texts.chosen(columns.quality, partial(_of_quality, key))
    elif name == "parameters":
        for key in ("status", "completeness", "leading"):
            yield f"{name}/{key}", _parameters(columns, partial(_of_parameters, key))
    elif name == "validTime":
        yield name, ""
    else:
        raise AskingError(f"A row of CSV has no {name}: expand it, or leave it out.", parameter="$select")


def _phenomenon(columns: Columns, quote: str) -> Texts:
    """The instant; of a mean the window that ends then."""
    ends = texts.times(columns.time)
    at_once = columns.start == columns.time
    if at_once.all():
        return texts.concatenated(quote, ends, quote)
    span = texts.concatenated(quote, texts.times(columns.start), "/", ends, quote)
    return texts.either(at_once, texts.concatenated(quote, ends, quote), span)


def _parameters(columns: Columns, says: Callable[[Mapping[str, Any]], str]) -> Texts:
    """What the status of each row means, which follows from its datastream, in the words of `says`."""
    both = (columns.datastream.astype(np.int64) << 16) + columns.status + _MIDDLE

    def said(one: int) -> str:
        stream, status = divmod(one, 1 << 16)
        return says(columns.parameters(stream, status - _MIDDLE))

    return texts.chosen(both, said)


def _together(columns: Columns) -> Columns:
    """Those of a datastream beside each other, in the order they were in."""
    turns = np.count_nonzero(np.diff(columns.datastream))
    if turns < len(columns.procedures):
        return columns
    place = np.argsort(columns.datastream, kind="stable")
    names = ("ids", "time", "result_time", "start", "value", "status", "quality", "datastream")
    return replace(columns, **{name: getattr(columns, name)[place] for name in names})


def _groups(streams: NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    """The spans of rows of one datastream each."""
    if len(streams):
        turns = np.flatnonzero(np.diff(streams)) + 1
        yield from pairwise([0, *turns.tolist(), len(streams)])


def _of_quality(key: str, code: int) -> str:
    return _word(quality.told(code)[key])


def _of_parameters(key: str, found: Mapping[str, Any]) -> str:
    return _word(found.get(key))


def _word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list | tuple) else str(value)


def _json(value: object) -> str:
    return _json_bytes(value).decode()


def _json_bytes(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
