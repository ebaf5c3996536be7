"""Step 2: bytes to readings. Chooses the format of each delivery; the formats themselves are in `formats/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nonnuoc.ingest.arrival import station_in
from nonnuoc.ingest.formats import archive, arrow, data_array, tt10, wide
from nonnuoc.ingest.formats.readings import Parsed, Refused
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import ColumnProfile
from nonnuoc.records.monitoring.streams import Station

#: Formats a door names, whose rows say whose they are and carry the zone of their times.
DECLARED: Mapping[str, Callable[[bytes], Parsed]] = {
    "arrow": arrow.parse,
    "data_array": data_array.parse,
    "data_array_new": data_array.parse,  # values that are held already are refused, not replaced
}


@dataclass(frozen=True)
class Part:
    """What one format gave, with the receipt (its place in the batch) that each of its bodies belongs to."""

    parsed: Parsed
    receipt: NDArray[np.int32]  # (bodies,)
    members: Sequence[str] = ()  # (bodies,) their names in an archive; "": the delivery itself


def parse(receipts: Sequence[Receipt], stations: Mapping[str, Station]) -> list[Part]:
    """Read every delivery that is not quarantined; what cannot be read at all is quarantined here."""
    bodies: list[bytes] = []
    owners: list[int] = []
    names: list[str] = []
    parts: list[Part] = []
    for index, receipt in enumerate(receipts):
        if receipt.is_quarantined:
            continue
        if receipt.format in DECLARED:
            parts.append(Part(DECLARED[receipt.format](receipt.body), np.array([index], np.int32)))
        elif receipt.profile_id is not None:
            receipt.format = "wide"
            profile = ColumnProfile.objects.get(id=receipt.profile_id)
            try:
                parts.append(Part(wide.parse(receipt.body, profile.mapping), np.array([index], np.int32)))
            except ValueError as fault:
                receipt.quarantine("profile", f"The column profile {profile.name!r} cannot be used: {fault}")
        elif archive.is_zip(receipt.body) and not receipt.file_name.lower().endswith(".xlsx"):
            receipt.format = "zip"
            for name, body in _members(receipt):
                bodies.append(body)
                owners.append(index)
                names.append(name)
        elif receipt.file_name.lower().endswith((".csv", ".xlsx")):
            receipt.quarantine("profile_needed", "A table needs a column profile: upload it again and choose one.")
        else:
            receipt.format = "tt10"
            bodies.append(receipt.body)
            owners.append(index)
            names.append("")
    if bodies:
        comma = [_comma(receipts[owner], stations) for owner in owners]
        parts.append(Part(tt10.parse(bodies, comma=comma), np.array(owners, np.int32), names))
    for part in parts:
        _list_problems(part, receipts)
    return parts


def _comma(receipt: Receipt, stations: Mapping[str, Station]) -> bool:
    station = stations.get(receipt.station_code)
    return station is not None and station.decimal_comma


def _members(receipt: Receipt) -> list[tuple[str, bytes]]:
    try:
        members = list(archive.unpack(receipt.body))
    except Refused as refusal:
        receipt.quarantine(refusal.code, str(refusal))
        return []
    return [(name, body) for name, body in members if _is_its_own(receipt, name)]


def _is_its_own(receipt: Receipt, member: str) -> bool:
    """An archive is bound to its station like a file: what names another one is left out, and listed."""
    named = station_in(member)
    if named in ("", receipt.station_code):
        return True
    detail = f"{member}: it names station {named[:60]!r}, but came in a delivery of {receipt.station_code!r}."
    receipt.refuse(0, "foreign_station", detail)
    return False


def _list_problems(part: Part, receipts: Sequence[Receipt]) -> None:
    for source, problem in part.parsed.unreadable.items():
        receipt = receipts[part.receipt[source]]
        if part.members and part.members[source]:  # one bad file of an archive costs the others nothing
            receipt.refuse(0, problem.code, f"{part.members[source]}: {problem.detail}")
        else:
            receipt.quarantine(problem.code, problem.detail)
    for problem in part.parsed.problems:
        member = part.members[problem.source] if part.members else ""
        detail = f"{member}: {problem.detail}" if member else problem.detail
        receipts[part.receipt[problem.source]].refuse(problem.line, problem.code, detail, count=problem.count)
