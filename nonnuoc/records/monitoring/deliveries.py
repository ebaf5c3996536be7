"""The ledger of what arrived: receipts found again, written and updated many at a time."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.models import Delivery

#: Refused lines listed on a receipt; beyond that they are counted, so that no file can fill the ledger.
PROBLEMS_LISTED = 10_000

_KNOWN = "SELECT id, station_code, sha256 FROM monitoring_delivery WHERE sha256 = ANY(%s)"


@dataclass(slots=True)
class Receipt:
    """A delivery on its way through the river, and what is left of it at the end: a row of `Delivery`."""

    station_code: str
    door: str
    file_name: str
    received: datetime
    sha256: bytes
    body: bytes
    by_id: int | None = None
    profile_id: int | None = None
    thing_id: int | None = None
    id: int | None = None  # None: not in the ledger yet
    uuid: uuid.UUID = field(default_factory=uuid.uuid4)
    format: str = ""
    state: str = Delivery.State.COMMITTED
    code: str = ""
    reason: str = ""
    first_time: datetime | None = None
    last_time: datetime | None = None
    stored: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    repeats: int = 0
    # not in the ledger
    rights: Rights | None = None  # its sender's, where they are known already
    left_out: array[int] = field(default_factory=lambda: array("i"))  # line of each refusal, in their order
    before: Receipt | None = None  # what became of it before, when the same bytes are read again

    @property
    def size(self) -> int:
        """Bytes as received."""
        return len(self.body)

    @property
    def is_quarantined(self) -> bool:
        """Nothing of it is stored; `reason` says why."""
        return self.state == Delivery.State.QUARANTINED

    def quarantine(self, code: str, reason: str) -> None:
        """Store nothing of it; keep the bytes, and say why and how to mend it."""
        self.state, self.code, self.reason = Delivery.State.QUARANTINED, code, reason

    def refuse(self, line: int, code: str, detail: str, *, count: int = 1) -> None:
        """Leave one line out, and list it; or as many as `count`, told as one."""
        self.refused += count
        self.left_out.append(line)
        if len(self.problems) < PROBLEMS_LISTED:
            self.problems.append({"line": line, "code": code, "detail": detail})

    def reset(self) -> None:
        """Forget what became of it, before it is read again."""
        self.state, self.code, self.reason = Delivery.State.COMMITTED, "", ""
        self.first_time = self.last_time = None
        self.stored = self.unchanged = self.refused = 0
        self.problems = []
        del self.left_out[:]

    @property
    def is_repeat(self) -> bool:
        """Read again, it brought nothing: what the ledger says of it stands."""
        return self.before is not None and self.before.stored > 0 and not self.stored

    def recall(self, stored: int) -> None:
        """Readings it had stored before it was read again, and that were found held now, are its own still."""
        own = min(stored, self.unchanged)
        self.stored, self.unchanged = self.stored + own, self.unchanged - own


def of_sender(person_id: int) -> str:
    """What stands in the ledger in a station's place, where a person's delivery names its stations row by row."""
    return f"@{person_id}"


def named_station(station_code: str) -> str:
    """The station that the ledger names; empty where a sender stands in its place."""
    return "" if station_code.startswith("@") else station_code


def key(station_code: str, body: bytes) -> tuple[str, bytes]:
    """What a delivery is known by in the ledger: the station as the ledger can hold it, and the bytes' SHA-256."""
    return _storable(station_code)[:120], sha256(body)


def sha256(body: bytes) -> bytes:
    """What the same bytes are known by."""
    return hashlib.sha256(body).digest()


def known(keys: Iterable[tuple[str, bytes]]) -> Mapping[tuple[str, bytes], Receipt]:
    """The receipts there are for (station code, SHA-256) pairs; bodies are left out."""
    wanted = set(keys)
    # Nearly always there are none, and the index alone tells.
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, ([sha for _, sha in wanted],))
        ids = [id for id, station_code, sha in cursor.fetchall() if (station_code, bytes(sha)) in wanted]
    rows = Delivery.objects.filter(id__in=ids).defer("body")
    return {(row.station_code, bytes(row.sha256)): receipt(row) for row in rows}


def receipt(row: Delivery, body: bytes = b"") -> Receipt:
    """A row of the ledger as a receipt; with its `body`, it can be read again."""
    values = {name: getattr(row, name) for name in _COLUMNS if name not in ("size", "body", "sha256")}
    return Receipt(**values, sha256=bytes(row.sha256), body=body, id=row.id)


def original(row: Delivery) -> bytes:
    """The bytes as they arrived."""
    return zlib.decompress(bytes(row.body))


def repeated(receipts: Sequence[Receipt]) -> None:
    """Count that the same bytes came again."""
    if not receipts:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE monitoring_delivery SET repeats = repeats + 1 WHERE id = %s", [(r.id,) for r in receipts]
        )
    for r in receipts:
        r.repeats += 1


def add(receipts: Sequence[Receipt]) -> None:
    """Write new receipts, with their bytes. Raises IntegrityError when another process was quicker with one of them."""
    if not receipts:
        return
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY monitoring_delivery ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
            for r in receipts:
                copy.write_row([_cell(r, name) for name in _COLUMNS])
        cursor.execute("SELECT uuid, id FROM monitoring_delivery WHERE uuid = ANY(%s)", ([r.uuid for r in receipts],))
        ids = dict(cursor.fetchall())
    for r in receipts:
        r.id = ids[r.uuid]


def update(receipts: Sequence[Receipt]) -> None:
    """Write what became of deliveries that were read again, and how they came this time."""
    if not receipts:
        return
    assignments = ", ".join(f"{name} = %s" for name in (*_ENVELOPE, *_OUTCOME))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE monitoring_delivery SET {assignments} WHERE id = %s",  # noqa: S608 - column names are ours
            [(*(_cell(r, name) for name in (*_ENVELOPE, *_OUTCOME)), r.id) for r in receipts],
        )


_OUTCOME = (
    "thing_id",
    "format",
    "state",
    "code",
    "reason",
    "first_time",
    "last_time",
    "stored",
    "unchanged",
    "refused",
    "problems",
)
_ENVELOPE = ("door", "by_id", "file_name", "received", "profile_id", "repeats")
_COLUMNS = ("uuid", "station_code", "sha256", "size", "body", *_ENVELOPE, *_OUTCOME)


def _cell(r: Receipt, name: str) -> Any:
    if name == "body":
        return zlib.compress(r.body, 1)
    if name == "problems":
        return Jsonb(r.problems)
    value = getattr(r, name)
    return _storable(value) if isinstance(value, str) else value


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot hold: NUL, and halves of characters (names that are not UTF-8)."""
    return text.replace("\0", "�").encode(errors="replace").decode()
