"""Values that changed meet the rules of alarm, in the transaction that stores them.

All of them are looked at once, by whole arrays (near.py). Where a level is passed, or an alarm is kept that changed
values may alter, just as much of the series is judged again as can differ (pieces.py). What is kept afterwards is what
the whole series would give, whatever the order it came in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from nonnuoc.records.alerts.judging import alarms, keeping, near, pieces, series
from nonnuoc.records.alerts.judging.alarms import Judged
from nonnuoc.records.alerts.judging.found import Kept
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.judging.keeping import Place
from nonnuoc.records.alerts.judging.pieces import Piece
from nonnuoc.records.alerts.judging.series import Series
from nonnuoc.records.alerts.levels import applying
from nonnuoc.records.alerts.levels.applying import FOREVER, Applied
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.observations import Rows, micros, moment
from nonnuoc.records.monitoring.streams import Stream


def evaluate(changed: Rows, streams: Sequence[Stream], *, at: datetime) -> list[Change]:
    """Bring alarms and incidents up to date with rows that were stored, changed or taken away.

    `streams` holds their datastreams, each with the newest time it had before; their stations are locked
    (`monitoring.streams.lock`). `at`: now.
    """
    if not len(changed):
        return []
    changed = changed.sort()
    ids, starts = np.unique(changed.datastream, return_index=True)
    touched = set(ids.tolist())
    mine = [stream for stream in streams if stream.id in touched]
    applied = applying.of_catalogue(mine)
    ends = np.append(starts[1:], len(changed))
    wanted = near.passing(changed, mine, applied)
    wanted |= keeping.overlapped(ids, changed.time[starts], changed.time[ends - 1])
    bounds = zip(ids.tolist(), starts.tolist(), ends.tolist(), strict=True)
    concerned = {stream_id for stream_id, _ in wanted}
    times = {id: changed.time[start:end] for id, start, end in bounds if id in concerned}
    return _judge(wanted, mine, applied, times, at=at)


def again(
    streams: Sequence[Stream],
    since: datetime,
    *,
    at: datetime,
    codes: Collection[str] | None = None,
    forget: bool = False,
) -> list[Change]:
    """Judge all that is held of these datastreams from `since` on, by all rules or those named; as if it came now.

    For rules that changed, and for values that were stored when judging failed. The stations are locked. `forget`: what
    was found from `since` on where these rules judge nothing any more is no more, not only over: it never was so.
    """
    applied = applying.of_catalogue(streams)
    # where nothing is that new, the newest value is judged: what a rule found that has ended since is over
    spans = {s.id: (min(micros(since), _newest(s)), _newest(s)) for s in streams if s.latest_time}
    wanted = {(id, one.code) for id in spans for one in applied[id]}
    first, last = np.array([*spans.values()], np.int64).reshape(-1, 2).T
    wanted |= keeping.overlapped(np.array([*spans], np.int32), first, last)
    wanted = {place for place in wanted if codes is None or place[1] in codes}
    # every moment at which a series begins or ends counts as changed, so that each is judged from its own beginning
    times = {
        id: np.unique([*span, *(t for one in applied[id] for t in (one.since, one.until - 1) if span[0] < t < span[1])])
        for id, span in spans.items()
    }
    return _judge(wanted, streams, applied, times, at=at, forget=micros(since) if forget else FOREVER)


def _judge(
    wanted: Collection[Place],
    streams: Sequence[Stream],
    applied: Mapping[int, tuple[Applied, ...]],
    times: Mapping[int, NDArray[np.int64]],
    *,
    at: datetime,
    forget: int = FOREVER,
) -> list[Change]:
    known = {stream.id: stream for stream in streams}
    chosen = [
        one
        for stream_id in sorted({stream_id for stream_id, _ in wanted})
        for one in series.of_stream(known[stream_id], applied[stream_id])
        if one.key in wanted
    ]
    kept = keeping.near(_since(wanted, chosen, times))
    found = [pieces.of_series(one, times[one.stream.id], _newest(one.stream), kept.get(one.key, ())) for one in chosen]
    judged = [
        Judged(one.found, one.stored, one.heard, one.series.stream.interval_s)
        for one in _settled([piece for piece in found if piece is not None], micros(at))
    ]
    return alarms.reconcile([*judged, *_lapsed(kept, chosen, judged, at, forget)], at=at)


def _since(
    wanted: Collection[Place], chosen: Sequence[Series], times: Mapping[int, NDArray[np.int64]]
) -> dict[Place, datetime]:
    """From when on alarms are looked for: what ended within the window before the first value takes part."""
    since = {place: moment(int(times[place[0]][0])) for place in wanted}
    for one in chosen:
        since[one.key] = min(since[one.key], moment(int(times[one.stream.id][0]) - one.window))
    return since


def _lapsed(
    kept: Mapping[Place, Sequence[Kept]],
    chosen: Sequence[Series],
    judged: Sequence[Judged],
    at: datetime,
    forget: int,
) -> Iterator[Judged]:
    """What goes on under a rule that judges nothing here any more is over: with the rule, or now.

    What began at `forget` or later, at a time of which the rule says nothing any more, is no more.
    """
    met = {one.id for each in judged for one in each.stored}
    for place, several in kept.items():
        for one in several:
            onset = micros(one.found.onset)
            mine = [s for s in chosen if s.key == place and s.since <= onset < s.until]
            if onset >= forget and not mine and one.id not in met:
                yield Judged((), [one], None, None)
                continue
            if one.found.cleared is not None or one.id in met:
                continue
            over = mine[0].ended(one.found, micros(at)) if mine else replace(one.found, cleared=at)
            if over.cleared is not None:
                yield Judged([over], [one], None, None)


def _settled(pending: list[Piece], at: int) -> Iterator[Piece]:
    """The pieces, each judged once enough rows of it are read: in few statements, whatever their number."""
    while pending:
        spans = np.array([piece.span() for piece in pending], np.int64)
        rows = observations.read_spans(spans[:, 0], spans[:, 1], spans[:, 2])
        first = np.searchsorted(rows.datastream, spans[:, 0])
        last = np.searchsorted(rows.datastream, spans[:, 0], side="right")
        unsettled = []
        for piece, start, end, span in zip(pending, first.tolist(), last.tolist(), spans.tolist(), strict=True):
            since, until = (start + np.searchsorted(rows.time[start:end], span[1:])).tolist()
            if piece.judge(rows.take(slice(since, until)), at):
                yield piece
            else:
                unsettled.append(piece)
        pending = unsettled


def _newest(stream: Stream) -> int:
    return micros(stream.latest_time) if stream.latest_time else 0
