"""Every string of the product that people may see, read out of Python and templates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2] / "nonnuoc"
NAMES = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
Message = str | tuple[str, str]


def of_python(source: str) -> Iterator[Message]:
    names = list(NAMES)
    for _, function, text, _ in extract_python(io.BytesIO(source.encode()), names, [], {}):
        if text is None:  # of a variable: its words stand where they are made
            continue
        if function.startswith("pgettext"):
            yield text[1]
        elif function.startswith("ngettext"):
            yield (text[0], text[1])
        else:
            yield text if isinstance(text, str) else text[0]


def of_template(source: str, origin: str) -> Iterator[Message]:
    """Its indentation is that of HTML, and none of Python's."""
    lines = templatize(source, origin=origin).splitlines()
    return of_python("\n".join(line.lstrip() for line in lines))


@cache
def everywhere() -> dict[Message, str]:
    """Message -> the file it was first seen in."""
    found: dict[Message, str] = {}
    for path in sorted(ROOT.rglob("*.py")):
        for message in of_python(path.read_text()):
            found.setdefault(message, str(path.relative_to(ROOT)))
    for path in sorted([*ROOT.rglob("*.html"), *ROOT.rglob("templates/**/*.txt")]):
        for message in of_template(path.read_text(), str(path)):
            found.setdefault(message, str(path.relative_to(ROOT)))
    return found
