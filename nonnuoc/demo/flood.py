"""The levels at which the invented river of the demonstration raises an alarm: invented as well, and said so."""

from __future__ import annotations

from datetime import datetime, timedelta

from nonnuoc.demo.catalogue import SOURCE
from nonnuoc.records.alerts.rulebook import reading as rulebook
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.alerts.rulebook.drafting import Draft

CODE, STATION = "mo-phong-muc-nuoc", "CBMP08"
EARLIER = timedelta(hours=12)  # the flood has begun when the demonstration starts
LEVELS = Draft(
    code=CODE,
    kind="level",
    observed_property="WaterLevel",
    thing=STATION,
    unit="m",
    article=f"convention: {SOURCE}; không phải mức báo động của văn bản nào",
    name_vi="Mực nước mô phỏng vượt ngưỡng",
    name_en="Simulated river over its level",
    meaning_vi="Mực nước do máy tạo ra để trình diễn đã vượt ngưỡng cũng do máy đặt ra. Không có lũ thật.",
    meaning_en="An invented water level has passed an invented threshold, for demonstration. There is no flood.",
    action_vi="Thử xác nhận sự cố, giao việc, ghi chú và soạn cảnh báo thử. Không cần làm gì ngoài thực địa.",
    action_en="Try to acknowledge it, to assign it, to write a note and a warning in test mode. Do nothing outside.",
    steps=({"severity": 2, "above": 2.6}, {"severity": 3, "above": 3.2}, {"severity": 4, "above": 3.8}),
    need=2,
    among=3,
    hold_s=3600,
)


def register(now: datetime) -> None:
    """Make the rule and switch it on, once: whoever changes or ends it later has the last word."""
    if rulebook.versions(CODE):
        return
    since = now - EARLIER
    rules.make(LEVELS, by=None, since=since)
    rules.enable(CODE, by=None, since=since)
