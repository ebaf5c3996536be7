"""The words of this site in both languages; docs/GLOSSARY.md holds those of the code."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

#: Vietnamese, English, meaning.
WORDS = (
    ("trạm quan trắc", "station", _("a place with instruments, or where samples are taken")),
    ("thông số", "parameter", _("what is measured: PM2.5, dissolved oxygen, pH")),
    ("chuỗi số liệu", "datastream", _("all values of one parameter at one station, come to be in one way")),
    ("gói dữ liệu", "delivery", _("a file that arrived, kept as it came")),
    ("biên nhận", "receipt", _("what was stored of a delivery, what was refused, and why")),
    ("tạm thời", "provisional", _("checked by machine, by no person yet")),
    ("đã thẩm định", "validated", _("a person has judged it")),
    (
        "tốt, nghi ngờ, bị loại, thiếu, chưa đánh giá",
        "good, suspect, refused, missing, not evaluated",
        _("the five flags a check can give (QARTOD)"),
    ),
    ("tỷ lệ đủ số liệu", "completeness", _("how much of a mean's window was measured")),
    ("mức sẵn có của số liệu", "availability", _("how much of what was to come has come")),
    ("trung bình 1, 8, 24 giờ", "1-, 8-, 24-hour mean", _("what the law's limits are compared with")),
    ("NowCast", "NowCast", _("a mean of the last hours in which the newest ones weigh more")),
    ("VN_AQI", "VN_AQI", _("the air quality index; the higher, the worse")),
    ("VN_WQI", "VN_WQI", _("the water quality index; the higher, the better")),
    ("thông số quyết định", "leading parameter", _("the one that makes the index what it is")),
    ("tham khảo", "indicative", _("a VN_WQI from an automatic station, which the Decision does not provide for")),
    ("không đủ số liệu", "not enough data", _("the index cannot be said; what is missing is said instead")),
    ("giới hạn, quy chuẩn", "limit", _("what a QCVN allows, for one averaging time")),
    ("mất tín hiệu", "silent", _("nothing arrived for two intervals")),
    ("quy hoạch, hoạt động, tạm dừng, ngừng hẳn", "planned, active, suspended, retired", _("the states of a station")),
    ("mô phỏng", "simulated", _("invented for demonstration, never a measurement")),
    ("QCVN", "QCVN", _("a national technical regulation: it binds")),
    ("QARTOD", "QARTOD", _("the published manuals our checks follow")),
    ("giờ địa phương", "local time", _("the time in Việt Nam, UTC+7, all year")),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word in the reader's language, in the other one, and what it means."""

    word: str
    other: str
    other_language: str
    meaning: str


def words() -> list[Word]:
    """All of them, in the order of the page's language."""
    english = get_language() == "en"
    found = [
        Word(en if english else vi, vi if english else en, "vi" if english else "en", gettext(meaning))
        for vi, en, meaning in WORDS
    ]
    return sorted(found, key=lambda one: one.word.casefold())
