"""What a message looks like: an invented incident at an invented station, as each channel would tell it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import override

from nonnuoc.exchange import rendering, short
from nonnuoc.look import figures
from nonnuoc.records.alerts.models import Family, Severity
from nonnuoc.records.outbox import gateways
from nonnuoc.records.outbox.gateways import Gateway
from nonnuoc.records.outbox.models import Channel, Message


@dataclass(frozen=True, slots=True)
class Texts:
    """One message in its forms."""

    subject: str
    letter: str  # as an e-mail has it
    line: str  # as an SMS has it
    parts: int  # that the SMS takes


def texts(language: str) -> Texts:
    """In this language; the SMS as the gateway at hand has it, or without marks where there is none yet."""
    message = _message()
    letter = rendering.letter(message, language)
    gateway = gateways.of(Channel.SMS) or Gateway(Channel.SMS, "", "", "", marks=False)
    line = rendering.line(message, language, gateway)
    return Texts(letter.subject, letter.body, line, short.segments(line))


def _message() -> Message:
    """Never stored, never sent; the facts of an incident as `alerts.facts` gives them."""
    now = timezone.now()
    when = figures.stamp(now)
    facts = {
        "incident": 0,
        "number": "#0",
        "path": "/desk/messages/preferences/",
        "family": "environment",
        "severity": Severity.MODERATE.value,
        "code": "air-limit-24h",
        "station": "Trạm ví dụ",
        "station_code": "VD01",
        "commune": "Phường Thục Phán",
        "stations": 1,
        "simulated": True,
        "onset": now.isoformat(),
        "onset_local": when,
        "cleared": None,
        "cleared_local": "",
        "peak": 58.0,
        "level": 45.0,
        "unit": "µg/Nm³",
        "document": "QCVN 05:2023/BTNMT",
        "value_vi": "58 µg/Nm³",
        "value_en": "58 µg/Nm³",
        "limit_vi": "ngưỡng 45 µg/Nm³",
        "limit_en": "level 45 µg/Nm³",
        "what_vi": "PM2.5",
        "what_en": "PM2.5",
        "headline_vi": "Trạm ví dụ: Không khí vượt giới hạn trung bình 24 giờ – 58 µg/Nm³",
        "headline_en": "Trạm ví dụ: Air over its 24-hour limit – 58 µg/Nm³",
        "rule_vi": "Không khí vượt giới hạn trung bình 24 giờ",
        "rule_en": "Air over its 24-hour limit",
        "meaning_vi": "Trung bình 24 giờ của bụi PM2.5 cao hơn mức quy chuẩn quốc gia cho phép.",
        "meaning_en": "The mean of 24 hours of PM2.5 is higher than the national regulation allows.",
        "action_vi": "Đối chiếu các trạm khác trong tỉnh, rồi xác nhận trên bàn trực.",
        "action_en": "Compare the province's other stations, then acknowledge it on the duty desk.",
        "sure_vi": "Phép kiểm tra không nghi ngờ giá trị nào.",
        "sure_en": "The checks doubt none of the values.",
    }
    for language in rendering.LANGUAGES:
        with override(language):
            facts |= {
                f"kind_{language}": capfirst(str(Family.ENVIRONMENT.label)),
                f"grave_{language}": str(Severity.MODERATE.label),
            }
    return Message(key="example", topic="incident.environment", severity=2, template="incident_opened", facts=facts)
