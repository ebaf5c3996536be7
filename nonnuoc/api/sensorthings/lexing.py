"""The words of a query: a flat list, each with the character it began at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from nonnuoc.records.monitoring.sensorthings.asking import AskingError


class Kind(StrEnum):
    """What sort of word it is. TYPED is a word with a string at it: duration'PT1H', geography'POINT(105 20)'."""

    SPAN = "span"
    TIME = "time"
    DATE = "date"
    CLOCK = "clock"
    NUMBER = "number"
    TYPED = "typed"
    STRING = "string"
    NAME = "name"
    OPTION = "option"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Word:
    kind: Kind
    text: str
    at: int


# The plus of an offset that was not percent-encoded arrives as a blank: it can mean nothing else there.
_OFFSET = r"(?:Z|z|[+\- ][0-9]{2}:?[0-9]{2})"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = rf"{_DATE}[Tt][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)?{_OFFSET}?"
_PERIOD = r"P[0-9.DTHMSYW]+"
_STRING = r"'(?:[^']|'')*'"
_PATTERNS = {
    "blank": r"[ \t\r\n]+",
    Kind.SPAN: rf"{_TIME}/(?:{_TIME}|{_PERIOD})|{_PERIOD}/{_TIME}",
    Kind.TIME: _TIME,
    Kind.DATE: rf"{_DATE}(?![\w-])",
    Kind.CLOCK: r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?",
    Kind.NUMBER: r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?!\w)",
    Kind.TYPED: rf"[A-Za-z]+{_STRING}",
    Kind.STRING: _STRING,
    Kind.NAME: r"@iot\.\w+|[^\W\d][\w.-]*|[0-9]\w*",
    Kind.OPTION: r"\$\w+",
    Kind.SIGN: r"[(),/;=*-]",
}
_WORD = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))


def words(text: str) -> list[Word]:
    """All words of a text, and one of kind END. Raises AskingError at what is no word."""
    found: list[Word] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise AskingError(_no_word(text[at]), at)
        if match.lastgroup != "blank":
            found.append(Word(Kind(str(match.lastgroup)), match.group(), at))
        at = match.end()
    return [*found, Word(Kind.END, "", len(text))]


def _no_word(character: str) -> str:
    if character == "'":
        return "This string is never closed: end it with ' and write a ' within it twice, as ''."
    if character == '"':
        return "Strings stand between single quotes: 'like this'."
    return f"{character!r} is nothing a query is made of."


class Cursor:
    """Where a parser stands in the words of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words = words(text)
        self._next = 0

    @property
    def here(self) -> Word:
        return self._words[self._next]

    @property
    def ahead(self) -> Word:
        return self._words[min(self._next + 1, len(self._words) - 1)]

    def take(self) -> Word:
        word = self.here
        self._next = min(self._next + 1, len(self._words) - 1)
        return word

    def accept(self, sign: str) -> bool:
        """Take the sign if it is the next word."""
        if self.here.kind is Kind.SIGN and self.here.text == sign:
            self.take()
            return True
        return False

    def require(self, sign: str, why: str) -> None:
        """Take the sign. Raises AskingError where something else stands."""
        if not self.accept(sign):
            raise self.fault(f"'{sign}' is missing here: {why}.")

    def end(self) -> None:
        """Raises AskingError where something is left."""
        if self.here.kind is not Kind.END:
            raise self.fault(f"{self.here.text!r} cannot follow here.")

    def fault(self, detail: str, at: int | None = None) -> AskingError:
        return AskingError(detail, self.here.at if at is None else at)
