"""A public warning as it is read out over a loudspeaker: Vietnamese, short sentences, signs and numbers in words.

A loudspeaker is heard from afar, through wind, half listened to: each sentence is read twice, none is longer than one
breath, and nothing in it needs eyes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

BREATH = 22  # words in a sentence; a longer one is parted at its commas
AT_ONCE = 5  # communes named in one sentence

#: What is written -> what is said, the longer before the shorter.
SPOKEN: tuple[tuple[str, str], ...] = (
    (r"https?://\S+", "trang thông tin môi trường của tỉnh"),
    (r"\bVN_AQI\b", "chỉ số chất lượng không khí"),
    (r"\bVN_WQI\b", "chỉ số chất lượng nước"),
    (r"\s*\([^)]*\b(?:QCVN|TCVN|QĐ|TT)\b[^)]*\)", ""),  # the document stands on the page
    (r"(?:\b[Bb]ụi (?:mịn )?)?\bPM\s?2[.,]5\b", "bụi mịn P M hai phẩy năm"),
    (r"(?:\b[Bb]ụi )?\bPM\s?10\b", "bụi P M mười"),
    (r"\bSO(?:2|₂)(?!\w)", "khí lưu huỳnh đi-ô-xít"),
    (r"\bNO(?:2|₂)(?!\w)", "khí ni-tơ đi-ô-xít"),
    (r"\bO(?:3|₃)(?!\w)", "khí ô-zôn"),
    (r"\b([01]?\d|2[0-3]):00\b", r"\1 giờ"),
    (r"\b([01]?\d|2[0-3]):0?(\d{1,2})\b", r"\1 giờ \2 phút"),
    (r"\b0?(\d{1,2})/0?(\d{1,2})/(\d{4})\b", r"ngày \1 tháng \2 năm \3"),
    (r"\bngày ngày\b", "ngày"),
    (r"\s?[µμ]g/N?m(?:3|³)(?!\w)", " mi-crô-gam trên mét khối"),
    (r"\s?mg/N?m(?:3|³)(?!\w)", " mi-li-gam trên mét khối"),
    (r"\s?mg/[lL]\b", " mi-li-gam trên lít"),
    (r"\s?m(?:3|³)/s\b", " mét khối trên giây"),
    (r"(?<=\d)\s?km\b", " ki-lô-mét"),
    (r"(?<=\d)\s?m\b(?!\s?/)", " mét"),
    (r"(?<=\d)\s?%", " phần trăm"),
    (r"(?<=\d)\s?°C\b", " độ C"),
    (r"(?<=\d)\s?[–-]\s?(?=\d)", " đến "),
    (r"(?<=\d),(?=\d)", " phẩy "),
    (r"\s?≥\s?", " từ "),
    (r"\s?>\s?", " trên "),
    (r"\s?<\s?", " dưới "),
    (r"[()“”\"]", ""),
)
REAL, EXERCISE, TEST = "Actual", "Exercise", "Test"
NOT_REAL = {
    EXERCISE: "Đây là diễn tập, không phải cảnh báo thật.",
    TEST: "Đây là thử loa, không phải cảnh báo thật.",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is to be said, in Vietnamese as it was written."""

    sender: str
    status: str  # of CAP
    message_type: str  # of CAP
    headline: str
    places: Sequence[str]  # communes as the law writes them
    area: str  # in words; said where no commune is named
    until: str
    description: str
    instructions: Sequence[tuple[str, str]]  # whom, what to do


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences that belong together, each to be read twice; the title is for the reader alone."""

    title: str
    sentences: tuple[str, ...]


def script(said: Spoken) -> list[Part]:
    """All that is read out, in order: who speaks, what, where, until when, what to do – and what matters again."""
    unreal = NOT_REAL.get(said.status)
    frame = (unreal,) if unreal else ()
    headline = tuple(sentences(said.headline))
    opening = ("Kính thưa bà con.", *frame, f"Đây là thông báo của {aloud(said.sender)}.")
    parts = [Part("Mở đầu", opening), Part(_kind(said.message_type), headline)]
    if said.message_type == "Cancel":
        parts.append(Part("Vì sao", tuple(sentences(said.description))))
    else:
        parts += [
            Part("Ở đâu", tuple(_places(said))),
            Part("Đến khi nào", tuple(sentences(f"Cảnh báo có hiệu lực đến {said.until}"))),
            *(Part(f"Việc cần làm – {whom}", tuple(_deeds(whom, deed))) for whom, deed in said.instructions if deed),
            Part("Thông tin thêm", tuple(sentences(said.description))),
        ]
    parts.append(Part("Kết thúc", ("Xin nhắc lại.", *headline, *frame, "Xin cảm ơn bà con.")))
    return [part for part in parts if part.sentences]


def aloud(text: str) -> str:
    """The text with signs, units, times and dates as they are spoken."""
    for written, spoken in SPOKEN:
        text = re.sub(written, spoken, text)
    return " ".join(text.split())


def sentences(text: str) -> Iterator[str]:
    """The text as sentences of one breath, each closed by a full stop."""
    for line in text.splitlines():
        for sentence in re.split(r"(?<=[.;:?!…])\s+", aloud(line)):
            yield from _breaths(sentence.strip(" .;:!-•–"))


def _breaths(sentence: str) -> Iterator[str]:
    """Parted at commas where it is too long, as evenly as these allow."""
    held: list[str] = []
    for piece in filter(None, sentence.split(", ")):
        if held and len(" ".join([*held, piece]).split()) > BREATH:
            yield _closed(", ".join(held))
            held = []
        held.append(piece)
    if held:
        yield _closed(", ".join(held))


def _closed(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith("?") else ".")


def _kind(message_type: str) -> str:
    return {"Update": "Cảnh báo được cập nhật", "Cancel": "Cảnh báo được hủy"}.get(message_type, "Cảnh báo")


def _places(said: Spoken) -> Iterator[str]:
    if not said.places:
        yield from sentences(f"Khu vực: {said.area}")
    for start in range(0, len(said.places), AT_ONCE):
        named = ", ".join(said.places[start : start + AT_ONCE])
        yield f"{'Cảnh báo này dành cho' if not start else 'Và'} {aloud(named)}."


def _deeds(whom: str, deed: str) -> Iterator[str]:
    yield _closed(aloud(f"{whom} cần nghe"))
    yield from sentences(deed)
