"""What Markdown writes around words, taken off: emphasis, escapes, raised figures, the little HTML tables carry."""

from __future__ import annotations

import html
import re

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUP = re.compile(r"<sup>\s*(\d+)\s*</sup>|\[\^(\d+)\]", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|strong|i|em|u|sup|sub|span|p|font)\b[^<>]*>", re.IGNORECASE)
_STARS = re.compile(r"(?<!\\)\*+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
_BOLD = re.compile(r"\*{2,3}[^*]+\*{2,3}(?:\s+\*{2,3}[^*]+\*{2,3})*|<(b|strong)>.*</\1>", re.DOTALL | re.IGNORECASE)


def plain(text: str) -> str:
    """The words alone, one space between them; the figure of a footnote stays, raised."""
    text = _SUP.sub(lambda found: (found[1] or found[2]).translate(_RAISED), text)
    text = _TAG.sub("", _BREAK.sub(" ", text))
    text = html.unescape(_ESCAPE.sub(r"\1", _unemphasised(text)))
    return " ".join(text.split())


def _unemphasised(text: str) -> str:
    """Without the stars that open and close emphasis, one within another too; others stay. One pass, however many."""
    waiting: list[list[int]] = []  # stars that may open: from, until
    gone: set[int] = set()
    for run in _STARS.finditer(text):
        begins, ends = run.span()
        if begins and not text[begins - 1].isspace():
            while waiting and begins < ends:
                taken = min(ends - begins, waiting[-1][1] - waiting[-1][0])
                gone.update(range(begins, begins + taken), range(waiting[-1][1] - taken, waiting[-1][1]))
                begins, waiting[-1][1] = begins + taken, waiting[-1][1] - taken
                if waiting[-1][0] == waiting[-1][1]:
                    waiting.pop()
        if begins < ends < len(text) and not text[ends].isspace():
            waiting.append([begins, ends])
    return "".join(sign for place, sign in enumerate(text) if place not in gone) if gone else text


def is_bold(text: str) -> bool:
    """Whether all of it is set in bold."""
    return _BOLD.fullmatch(text.strip()) is not None
