"""What Markdown writes around words, taken off: emphasis, escapes, raised figures, the little HTML tables carry."""

from __future__ import annotations

import html
import re

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUP = re.compile(r"<sup>\s*(\d+)\s*</sup>|\[\^(\d+)\]", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|strong|i|em|u|sup|sub|span|p|font)\b[^>]*>", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\\*])(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?!\*)", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
_BOLD = re.compile(r"\*{2,3}[^*]+\*{2,3}(?:\s+\*{2,3}[^*]+\*{2,3})*|<(b|strong)>.*</\1>", re.DOTALL | re.IGNORECASE)


def plain(text: str) -> str:
    """The words alone, one space between them; the figure of a footnote stays, raised."""
    text = _SUP.sub(lambda found: (found[1] or found[2]).translate(_RAISED), text)
    text = _TAG.sub("", _BREAK.sub(" ", text))
    for _once in range(3):  # one emphasis within another
        text = _EMPHASIS.sub(r"\2", text)
    text = html.unescape(_ESCAPE.sub(r"\1", text))
    return " ".join(text.split())


def is_bold(text: str) -> bool:
    """Whether all of it is set in bold."""
    return _BOLD.fullmatch(text.strip()) is not None
