"""The filters of a list as its register declares them: what can be chosen, what is chosen, what was not understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from nonnuoc.look.registers import telling
from nonnuoc.look.registers.faces import Face
from nonnuoc.records.places import names
from nonnuoc.records.registers.pattern import fields, linking
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.listing import UNKNOWN, Asked
from nonnuoc.records.registers.pattern.register import Register, Shape

#: Not a question for everybody: whose an entry is, and who may read it.
OF_THE_DESK = ("office", "data_class")


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the filter. `kind`: select, text, date or suggest (a text with proposals fetched from `source`)."""

    key: str
    title: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...] = ()  # value, words
    fault: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter in words, and the address without it."""

    words: str
    without: str


def controls(face: Face, register: Register, asked: Asked, query: Mapping[str, str]) -> list[Control]:
    """All filters of this face, in the order of the declaration. One query for each field that links."""
    return [one for name in _names(face, register) for one in _controls(face, register, asked, query, name)]


def chips(controls: list[Control], asked: Asked, query: Mapping[str, str]) -> list[Chip]:
    """What narrows the list, each with the way to take it back."""
    found = []
    if asked.text:
        found.append(Chip(_("“%(text)s”") % {"text": asked.text}, without(query, "q")))
    for one in controls:
        if one.value and not one.fault:
            words = dict(one.options).get(one.value, one.value)
            found.append(Chip(f"{one.title}: {words}", without(query, one.key)))
    if asked.box is not None:
        found.append(Chip(_("inside a box of the map"), without(query, "bbox")))
    return found


def without(query: Mapping[str, str], *names: str) -> str:
    """The query string without these, and from its first page."""
    return given({name: value for name, value in query.items() if name not in names})


def given(query: Mapping[str, str], **changes: str) -> str:
    """The query string with these changes; "?" where nothing is asked."""
    told = {name: value for name, value in query.items() if name != "page"} | changes
    return "?" + urlencode({name: value for name, value in told.items() if value})


def _names(face: Face, register: Register) -> tuple[str, ...]:
    place = ("commune",) if register.is_local else ()
    every = (*register.filters, *place, *(OF_THE_DESK if face.desk else ()))
    return tuple(dict.fromkeys(every))


def _controls(face: Face, register: Register, asked: Asked, query: Mapping[str, str], name: str) -> Iterator[Control]:
    title, kind = fields.title(register, name), fields.kind(register, name)
    if kind in (Kind.DATE, Kind.TIME):
        for key, words in ((f"{name}_from", _("%(what)s: from")), (f"{name}_to", _("%(what)s: until"))):
            value, fault = _asked(asked, query, key)
            yield Control(key, words % {"what": title}, "date", value, (), fault)
        return
    value, fault = _asked(asked, query, name)
    if kind is Kind.LINK:
        yield _link(face, register, name, title, value, fault)
    elif kind in (Kind.CHOICE, Kind.BOOLEAN):
        choices = fields.choices(register, name)
        yield Control(name, title, "select", value, (*choices.items(), *_unknown(register, name)), fault)
    else:
        yield Control(name, title, "text", value, (), fault)


def _link(face: Face, register: Register, name: str, title: str, value: str, fault: str) -> Control:
    found = linking.used(register, name, face.rights, most=linking.CHOSEN + 1)
    if len(found) > linking.CHOSEN:
        source = face.address("register-targets", register.key, name)
        return Control(name, title, "suggest", value, (), fault, source)
    named = [(one.code, telling.name_of(one)) for one in sorted(found, key=lambda one: names.alphabetical(one.name))]
    return Control(name, title, "select", value, (*named, *_unknown(register, name)), fault)


def _unknown(register: Register, name: str) -> tuple[tuple[str, str], ...]:
    field = fields.of(register, name)
    return ((UNKNOWN, _("not known yet")),) if field.null or field.blank else ()


def _asked(asked: Asked, query: Mapping[str, str], key: str) -> tuple[str, str]:
    """(what is asked for, or was written; what was wrong with it)."""
    return asked.filters.get(key, query.get(key, "")), asked.faults.get(key, "")


def placed(register: Register, asked: Asked) -> Control | None:
    """With or without a known place; None where entries have none."""
    if register.shape is Shape.NONE:
        return None
    value = {True: "yes", False: "no", None: ""}[asked.placed]
    return Control("placed", _("Place"), "select", value, (("yes", _("known")), ("no", _("not known yet"))))


def withdrawn(face: Face, asked: Asked) -> Control | None:
    """Those out of the register; only the desk asks for them."""
    if not face.desk:
        return None
    return Control(
        "withdrawn", _("In the register"), "select", "yes" if asked.withdrawn else "", (("yes", _("withdrawn")),)
    )
