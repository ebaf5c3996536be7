"""No string of the product is without its Vietnamese."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.look import messages

LOCALE = messages.ROOT / "locale"
#: What is written the same in every language.
NAMES = re.compile(
    r"Non Nước|OGC API – Features|English|Tiếng Việt|CSV|JSON|"
    r"SHA-256|WGS 84|VN_[AW]QI|PM2\.5|SO₂|\bkm²?|µg/Nm³|KK-01|Trùng Khánh|Bảo Lạc|Thục Phán"
)


def catalogue(language: str):
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language, domain="django")


def test_every_string_has_a_vietnamese_one() -> None:
    said = {message.id: message.string for message in catalogue("vi") if message.id}
    missing = [f"{where}: {text!r}" for text, where in messages.everywhere().items() if not _full(said.get(text))]
    assert missing == []


def test_no_translation_is_left_over() -> None:
    known = set(messages.everywhere())
    assert [message.id for message in catalogue("vi") if message.id and message.id not in known] == []


def test_no_string_hides_in_an_f_string() -> None:
    """Where it would not be found, and so never be translated."""
    hidden = {
        f"{path.relative_to(messages.ROOT)}:{call.lineno}"
        for path in messages.ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in messages.NAMES
        if isinstance(call.args[0], ast.Constant)
    }
    assert hidden == set()


def test_translations_keep_the_placeholders() -> None:
    for message in catalogue("vi"):
        source = message.id[-1] if isinstance(message.id, tuple) else message.id
        target = message.string[0] if isinstance(message.string, tuple) else message.string
        if message.id:
            assert sorted(re.findall(r"%\(\w+\)[^\w%]*\w", target)) == sorted(re.findall(r"%\(\w+\)[^\w%]*\w", source))


@pytest.mark.parametrize("source", ['_("a")', 'gettext("a")', 'x = gettext_lazy(\n "a"\n)'])
def test_the_search_finds_strings(source: str) -> None:
    assert list(messages.of_python(source)) == ["a"]


def test_templates_say_nothing_outside_translation() -> None:
    """Text nodes of the public templates with letters in them are translated, but for names of things and units."""
    rooms = [Path(messages.ROOT, room, "templates") for room in ("look", "portal")]
    for path in [path for room in rooms for path in room.rglob("*.html")]:
        plain = re.sub(r"{% (blocktranslate|comment)\b.*?{% end\1 %}", "", path.read_text(), flags=re.S)
        plain = re.sub(r"{%.*?%}|{{.*?}}", "\n", plain, flags=re.S)
        texts = [" ".join(t.split()) for t in re.sub(r"<[^>]*>", "\n", plain).split("\n")]
        bare = [t for t in texts if re.search(r"[^\W\d_]{2,}", NAMES.sub("", t)) and not t.startswith("<")]
        assert bare == [], path


def _full(string: object) -> bool:
    return bool(string) and (not isinstance(string, tuple) or all(string))
