"""The client: what a notebook asks of a province's site."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import requests

from nonnuoc.client import errors, frames, listening, rows, sending
from nonnuoc.client.asking import Line, Patience
from nonnuoc.client.frames import Frame, Kind
from nonnuoc.client.listening import News

Moment = datetime | date | str
Words = str | Iterable[str] | None
_PIECE = 2**20
SENSORTHINGS = "sensorthings/v1.1"


class Client:
    """A site, and how its answers are wanted: as frames of pandas, of polars, or as Arrow tables.

    `key`: of a station or of your account; without one you read what everybody may. Times come with their zone.
    """

    def __init__(self, url: str, key: str | None = None, *, frame: Kind = "pandas", patience: Patience | None = None):
        self.frame = frames.check(frame)
        self.line = Line(url, key, patience or Patience())

    def stations(self, *, frame: Kind | None = None) -> Frame:
        """Every station: code, name, kind, place, state, and its index of now."""
        told = self.line.json("stations/latest")
        found = [rows.station(feature) for feature in told["features"]]
        return frames.of_rows(found, rows.STATIONS, self._kind(frame), {"licence": told["licence"]})

    def datastreams(
        self,
        *,
        station: Words = None,
        property: Words = None,
        procedure: Words = None,
        kind: Words = None,
        frame: Kind | None = None,
    ) -> Frame:
        """The datastreams that hold values: number, station, property, procedure, unit, time of the newest value."""
        told = self._latest(station, property, procedure, kind)
        found = [rows.latest(one) for one in told["datastreams"]]
        chosen = [{name: one[name] for name in rows.DATASTREAMS.names} for one in found]
        return frames.of_rows(chosen, rows.DATASTREAMS, self._kind(frame), {"licence": told["licence"]})

    def latest(
        self,
        *,
        station: Words = None,
        property: Words = None,
        procedure: Words = None,
        kind: Words = None,
        frame: Kind | None = None,
    ) -> Frame:
        """The newest value of each datastream, with its flag and the checks that gave it."""
        told = self._latest(station, property, procedure, kind)
        found = [rows.latest(one) for one in told["datastreams"]]
        chosen = [{name: one[name] for name in rows.LATEST.names} for one in found]
        facts = {"licence": told["licence"], "resume": told["resume"]}
        return frames.of_rows(chosen, rows.LATEST, self._kind(frame), facts)

    def observations(
        self,
        datastream: int | None = None,
        *,
        station: str | None = None,
        property: str | None = None,
        procedure: str = "raw",
        since: Moment | None = None,
        until: Moment | None = None,
        resolution: str = "raw",
        quality: str | None = None,
        as_of: Moment | None = None,
        frame: Kind | None = None,
    ) -> Frame:
        """A series. Name the datastream by its number, or by station and property (and procedure).

        `since` is included, `until` is not; both take what the downloads take, also "last-month". `resolution`: raw,
        hourly, daily, monthly. `quality`: all, usable, validated. `as_of`: the values as they stood then. Licence,
        unit, method and the link that repeats the query are in `.attrs`.
        """
        query = {"since": since, "until": until, "resolution": resolution, "quality": quality, "as_of": as_of}
        with self._parquet(self._number(datastream, station, property, procedure), query) as file:
            return frames.of(file.read(), self._kind(frame))

    def pieces(
        self,
        datastream: int | None = None,
        *,
        station: str | None = None,
        property: str | None = None,
        procedure: str = "raw",
        since: Moment | None = None,
        until: Moment | None = None,
        resolution: str = "raw",
        quality: str | None = None,
        as_of: Moment | None = None,
        rows_at_once: int = 50_000,
        frame: Kind | None = None,
    ) -> Iterator[Frame]:
        """The same, a frame of so many rows at a time: decades of values in the memory of one frame."""
        query = {"since": since, "until": until, "resolution": resolution, "quality": quality, "as_of": as_of}
        with self._parquet(self._number(datastream, station, property, procedure), query) as file:
            for group in range(file.num_row_groups):
                for batch in file.read_row_group(group).to_batches(rows_at_once):
                    yield frames.of(pa.Table.from_batches([batch], file.schema_arrow), self._kind(frame))

    def entities(self, name: str, **options: str | int) -> Iterator[dict[str, Any]]:
        """Every entity of a SensorThings set, over all its pages: `entities("Things", filter="…", expand="Locations")`.

        Options are those of the standard without their $: filter, select, expand, orderby, top, skip.
        """
        told = self.line.json(f"{SENSORTHINGS}/{name}", {f"${option}": value for option, value in options.items()})
        while True:
            yield from told["value"]
            if "@iot.nextLink" not in told:
                return
            told = self.line.json(told["@iot.nextLink"])

    def send(
        self, data: Any, *, datastream: int | None = None, station: str | None = None, symbol: str | None = None
    ) -> dict[str, Any]:
        """Send values (needs a key) and give the receipt: stored, unchanged, refused, and why.

        `data`: a frame, an Arrow table or a mapping of columns with `time` (with a zone) and `value`, or a series of
        pandas whose index is the time; beside them `status` and `unit`, and whose they are unless the arguments say it.
        """
        body = sending.stream(data, datastream=datastream, station=station, symbol=symbol)
        headers = {"Content-Type": sending.CONTENT_TYPE}
        told: dict[str, Any] = self.line.ask("POST", "observations", data=body, headers=headers).json()
        return told

    def watch(
        self,
        *,
        station: Words = None,
        property: Words = None,
        procedure: Words = None,
        kind: Words = None,
        after: str = "",
    ) -> Iterator[News]:
        """What is new, as it comes, without end. `after`: where to go on from: `resume` of `latest`, or `id` of a news.

        A line that breaks is opened again and nothing is missed; what was told last may be told twice.
        """
        query = {"station": station, "property": property, "procedure": procedure, "kind": kind}
        for name, id_, data in listening.watch(self.line, query, after):
            if name == "observations":
                yield News(data["station"], data["kind"], data["simulated"], data["datastreams"], id_)
            elif name == "many":
                told = self._latest(station, property, procedure, kind)
                for code, found in rows.by_station(told["datastreams"]):
                    yield News(code, found[0]["kind"], found[0]["simulated"], found, id_)

    def _kind(self, frame: Kind | None) -> Kind:
        return self.frame if frame is None else frames.check(frame)

    def _latest(self, station: Words, property: Words, procedure: Words, kind: Words) -> dict[str, Any]:
        query = {"station": station, "property": property, "procedure": procedure, "kind": kind}
        told: dict[str, Any] = self.line.json("datastreams/latest", query)
        return told

    def _number(self, datastream: int | None, station: str | None, property: str | None, procedure: str) -> int:
        if datastream is not None:
            return datastream
        if station is None or property is None:
            raise ValueError("Name the datastream by its number, or by station= and property= (and procedure=).")
        found = self._latest(station, property, procedure, None)["datastreams"]
        if len(found) != 1:
            told = ", ".join(str(one["id"]) for one in found) or "none with values"
            raise errors.ClientError(
                f"{station} {property} {procedure} names {told}: name the datastream by its number."
            )
        return int(found[0]["id"])

    def _parquet(self, datastream: int, query: dict[str, Any]) -> pq.ParquetFile:
        """The file, kept on disk until it is closed."""
        kept = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the file of Parquet
        with self.line.get(f"datastreams/{datastream}.parquet", query, stream=True) as answer:
            try:
                for piece in answer.iter_content(_PIECE):
                    kept.write(piece)
            except requests.RequestException as error:
                raise errors.UnreachableError(f"The file broke off: {error}") from error
        return pq.ParquetFile(kept)
