"""An invented stretch of Bằng Giang: three reaches with an invented class, two intakes, a reservoir, a station on it.

Its class judges the invented station alone: what is invented says nothing of real stations.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import Register
from nonnuoc.records.registers.waters import classes, standing
from nonnuoc.records.registers.waters.declared import INTAKES, REACHES, RESERVOIRS

SOURCE = "mô phỏng"
TOWN = "mp-bang-giang-2"
RIVER = "bang-giang"
STATION = "CBMP06"
_CLASS = {"grade": "B", "grade_source": "Quyết định mô phỏng, không có thật"}

#: From the mouth up, since each names the one it flows into.
_ENTRIES: tuple[tuple[Register, dict[str, Any]], ...] = (
    (REACHES, {"code": "mp-bang-giang-3", "name": "Bằng Giang, hạ lưu (mô phỏng)", "river": RIVER, "from_km": 46,
               "to_km": 74}),
    (REACHES, {"code": TOWN, "name": "Bằng Giang qua đô thị (mô phỏng)", "river": RIVER,
               "downstream": "mp-bang-giang-3", "from_km": 28, "to_km": 46, **_CLASS,
               "role": "cấp nước sinh hoạt, cảnh quan đô thị (mô phỏng)"}),
    (REACHES, {"code": "mp-bang-giang-1", "name": "Bằng Giang, thượng lưu (mô phỏng)", "river": RIVER,
               "downstream": TOWN, "from_km": 0, "to_km": 28, **_CLASS, "grade": "A"}),
    (RESERVOIRS, {"code": "mp-ho-dau-nguon", "name": "Hồ đầu nguồn (mô phỏng)", "reach": "mp-bang-giang-1", "km": 6,
                  "drinking_water": True, "area_ha": 38.5, "volume_million_m3": 2.4, "within_province": True,
                  "lon": 106.09, "lat": 22.8}),
    (INTAKES, {"code": "mp-thu-nuoc-thuong-luu", "name": "Công trình thu nước thượng lưu (mô phỏng)", "kind": "river",
               "state": "operating", "reach": TOWN, "km": 30, "m3_day": 12000, "people": 41000,
               "lon": 106.235, "lat": 22.682, "corridor_m": 400, "corridor_document": "Văn bản mô phỏng"}),
    (INTAKES, {"code": "mp-thu-nuoc-ha-luu", "name": "Công trình thu nước hạ lưu (mô phỏng)", "kind": "river",
               "state": "operating", "reach": "mp-bang-giang-3", "km": 58, "m3_day": 1800, "people": 6200,
               "lon": 106.33, "lat": 22.585}),
)  # fmt: skip


@transaction.atomic
def load() -> None:
    """Register what is not there yet, and put the town's station on its reach."""
    for register, facts in _ENTRIES:
        if reading.one(register, facts["code"], access.SYSTEM) is None:
            placed = {"position_source": SOURCE} if "lon" in facts else {}
            common = {"source": SOURCE, "data_class": DataClass.PUBLIC, "simulated": True}
            keeping.create(register, common | placed | facts, by=None, reason=SOURCE)
    town = reading.one(REACHES, TOWN, access.SYSTEM)
    if town is not None and monitoring.station(STATION) is not None and classes.of_station(STATION) is None:
        standing.put(town, STATION, km=37, source=SOURCE, by=None)
