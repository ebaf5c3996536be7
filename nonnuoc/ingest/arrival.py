"""What a door hands to the river."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the spool and the FTP door need neither Django nor the database to hand bytes over
    from nonnuoc.records.accounts.access import Rights
    from nonnuoc.records.accounts.models import Person
    from nonnuoc.records.monitoring.models import ColumnProfile

#: No door takes more bytes than this in one delivery.
MAX_BODY = 50 * 1024 * 1024

# TT 10/2021/TT-BTNMT, Điều 39: Province_Facility_Station_yyyyMMddHHmmss.txt
_TT10_NAME = re.compile(r"[^_/]+_[^_/]+_(?P<station>[^/]+)_\d{14}\.txt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Bytes as they arrived, complete unless `unfinished`, and what the door knows about them."""

    door: str  # Delivery.Door
    station_code: str  # what the file's name says; "": nothing
    name: str  # as the sender wrote it: data, never a path of ours
    body: bytes
    received: datetime  # when the last byte was here
    by: Person | None = None
    profile: ColumnProfile | None = None
    bound: str = ""  # the station whose key opened the door; "": no key was asked for
    unfinished: bool = False  # the sender never finished it: to be kept and shown, never read
    rights: Rights | None = None  # the sender's, where the door has asked for them already
    format: str = ""  # one of parsing.DECLARED, where the door knows it; "": the name and the bytes tell
    reread: bool = False  # the same bytes again are read again: what they brought may be gone since


def station_in(name: str) -> str:
    """The station a file's name speaks of, in the manner of TT 10/2021; "" when it speaks of none."""
    match = _TT10_NAME.fullmatch(name.rpartition("/")[2])
    return match["station"] if match else ""


def station_of(profile: ColumnProfile | None) -> str:
    """The station a profile names for the whole of a table; "" when the rows name it."""
    station = (profile.mapping.get("station") if profile else None) or {}
    return str(station.get("code", ""))
