"""$select and $expand, against what the entities have: words in, names and nested options out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches

from nonnuoc.api.sensorthings import limits
from nonnuoc.api.sensorthings.expressions import Parser
from nonnuoc.api.sensorthings.lexing import Cursor, Kind
from nonnuoc.records.monitoring.sensorthings.asking import Options, Order
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet

ID = "@iot.id"
SELF_LINK = "@iot.selfLink"
_NAMES = {"id": ID, "selfLink": SELF_LINK}


def select(cursor: Cursor, entities: EntitySet) -> tuple[str, ...]:
    """Names of properties, navigations, @iot.id and @iot.selfLink; none for `*`: everything."""
    if cursor.accept("*"):
        return ()
    found: list[str] = []
    known = [*entities.properties, *entities.navigations, ID, SELF_LINK]
    while True:
        word = cursor.take()
        name = _NAMES.get(word.text, word.text)
        if word.kind is not Kind.NAME or name not in known:
            raise cursor.fault(f"{_none(entities, word.text)} {_nearest(word.text, known)}", word.at)
        if name not in found:
            found.append(name)
        if not cursor.accept(","):
            return tuple(found)


def order(cursor: Cursor) -> tuple[Order, ...]:
    """Expressions, each with asc or desc behind it or nothing."""
    parser = Parser(cursor)
    found: list[Order] = []
    while True:
        by = parser.expression()
        here = cursor.here
        direction = here.text.lower()  # a client of the field writes DESC
        descending = here.kind is Kind.NAME and direction == "desc"
        if here.kind is Kind.NAME:
            if direction not in ("asc", "desc"):
                raise cursor.fault(f"'asc', 'desc' or a comma must follow, not {here.text!r}.")
            cursor.take()
        found.append(Order(by, descending))
        if not cursor.accept(","):
            return tuple(found)


def whole(cursor: Cursor, what: str) -> int:
    """A number of entities, 0 or more."""
    word = cursor.take()
    if word.kind is not Kind.NUMBER or not word.text.isdigit() or len(word.text) > 15:
        raise cursor.fault(f"{what} is a whole number, 0 or more.", word.at)
    return int(word.text)


def truth(cursor: Cursor) -> bool:
    """true or false."""
    word = cursor.take()
    if word.text.lower() not in ("true", "false"):
        raise cursor.fault("$count is true or false.", word.at)
    return word.text.lower() == "true"


def expand(cursor: Cursor, entities: EntitySet, depth: int = 1) -> dict[str, Options]:
    """What is asked of each navigation: `A,B/C,D($top=5;$expand=E)`; the same one named twice is joined."""
    found: dict[str, Options] = {}
    while True:
        at = cursor.here.at
        name, asked = _item(cursor, entities, depth)
        found[name] = _joined(cursor, at, found[name], asked) if name in found else asked
        if not cursor.accept(","):
            return found


def _item(cursor: Cursor, entities: EntitySet, depth: int) -> tuple[str, Options]:
    word = cursor.take()
    navigation = entities.navigations.get(word.text)
    if word.kind is not Kind.NAME or navigation is None:
        raise cursor.fault(f"{_none(entities, word.text)} {_nearest(word.text, entities.navigations)}", word.at)
    if depth > limits.EXPAND_DEPTH:
        raise cursor.fault(f"Expanded more than {limits.EXPAND_DEPTH} deep: ask for {word.text} by itself.", word.at)
    target = SETS[navigation.target]
    if cursor.accept("/"):
        name, within = _item(cursor, target, depth + 1)
        return word.text, Options(expand={name: within})
    if cursor.accept("("):
        asked = nested(cursor, target, many=navigation.many, depth=depth)
        cursor.require(")", f"the options of {word.text} end with it")
        return word.text, asked
    return word.text, Options()


def nested(cursor: Cursor, entities: EntitySet, *, many: bool, depth: int) -> Options:
    """The options between the brackets behind a navigation, with a semicolon between each two."""
    asked = Options()
    seen: set[str] = set()
    readers: dict[str, Callable[[], Options]] = {
        "$select": lambda: replace(asked, select=select(cursor, entities)),
        "$expand": lambda: replace(asked, expand=expand(cursor, entities, depth + 1)),
    }
    many_readers: dict[str, Callable[[], Options]] = {
        "$filter": lambda: replace(asked, filter=Parser(cursor).expression()),
        "$orderby": lambda: replace(asked, order=order(cursor)),
        "$top": lambda: replace(asked, top=min(whole(cursor, "$top"), limits.TOP)),
        "$skip": lambda: replace(asked, skip=whole(cursor, "$skip")),
        "$count": lambda: replace(asked, count=truth(cursor)),
    }
    while True:
        word = cursor.take()
        if word.text in many_readers and not many:
            raise cursor.fault(f"{word.text} is for many; this navigation leads to one entity.", word.at)
        reader = readers.get(word.text) or many_readers.get(word.text)
        if reader is None:
            known = ", ".join([*readers, *(many_readers if many else ())])
            raise cursor.fault(f"{word.text!r} is no option of an expanded navigation. Known: {known}.", word.at)
        if word.text in seen:
            raise cursor.fault(f"{word.text} stands twice.", word.at)
        seen.add(word.text)
        cursor.require("=", f"write {word.text}=…")
        asked = reader()
        if not cursor.accept(";"):
            return asked


def _joined(cursor: Cursor, at: int, first: Options, second: Options) -> Options:
    """Both, where at most one of them says more than what to expand further."""
    inner = dict(first.expand)
    for name, asked in second.expand.items():
        inner[name] = _joined(cursor, at, inner[name], asked) if name in inner else asked
    bare = (replace(one, expand={}) == Options() for one in (first, second))
    if not any(bare):
        raise cursor.fault("This navigation is expanded twice, with other options: say them once.", at)
    kept = second if replace(first, expand={}) == Options() else first
    return replace(kept, expand=inner)


def _none(entities: EntitySet, name: str) -> str:
    return f"{entities.name} have no {name!r} here." if name else f"A name of something of {entities.name} is missing."


def _nearest(name: str, known: object) -> str:
    names = [str(one) for one in known]  # type: ignore[attr-defined]
    like = get_close_matches(name, names, 1)
    return f"Is {like[0]} meant?" if like else f"Known: {', '.join(names)}."
