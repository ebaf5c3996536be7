"""Cells as values of fields, and what each text of a link means; every different cell is understood once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import locating, matching, names
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.pattern import fields, linking
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.register import Register

Read = Callable[[Any], Any]  # a cell -> the value; raises ValidationError
_AT_ONCE = 2000


def nothing(cell: Any) -> bool:
    """Whether the cell is empty."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text(cell: Any) -> str:
    """The cell as a person would write it: 1447.0 is "1447"; lines end as ours do."""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def number(cell: Any) -> float:
    """The cell as a number. Raises ValidationError."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    return float(fields.number(text(cell), whole=False))


def reader(register: Register, name: str, cells: Collection[Any], rights: Rights) -> Read:
    """What reads the cells of a column of this field; each different one is understood once.

    `cells`: all there are, so that what links refer to is looked up together.
    """
    understand = _reader(register, name, cells, rights)
    known: dict[tuple[type, Any], Any] = {}

    def read(cell: Any) -> Any:
        key = (type(cell), cell)
        if key not in known:
            try:
                known[key] = understand(cell)
            except ValidationError as error:
                known[key] = error
        found = known[key]
        if isinstance(found, ValidationError):
            raise found
        return found

    return read


def _reader(register: Register, name: str, cells: Collection[Any], rights: Rights) -> Read:
    field, kind = fields.of(register, name), fields.kind(register, name)
    if kind is Kind.LINK:
        links = _communes() if fields.links(register)[name] is Commune else _links(register, name, cells, rights)
        return lambda cell: links(text(cell))
    meaning = _meanings(register, name) if kind is Kind.CHOICE else {}

    def understand(cell: Any) -> Any:
        value = _plain(kind, cell)
        if kind is Kind.CHOICE:
            value = meaning.get(names.folded(value), value)
        # What a foreign key asks the database of each row is asked above, of all at once
        return field.clean(fields.given(register, name, value, {}), None)

    return understand


def _plain(kind: Kind, cell: Any) -> Any:
    """The cell as `fields.given` takes it: what a spreadsheet guessed about it is undone."""
    if kind in (Kind.TEXT, Kind.LONG, Kind.CHOICE):
        return text(cell)
    if kind is Kind.BOOLEAN:
        return cell if isinstance(cell, bool) else text(cell)
    if kind in (Kind.INTEGER, Kind.NUMBER):
        if isinstance(cell, bool | date) or (isinstance(cell, float) and not cell.is_integer()):
            return cell if isinstance(cell, float) and kind is Kind.NUMBER else text(cell)
        return cell.strip() if isinstance(cell, str) else cell
    if kind is Kind.DATE:
        return cell.date() if isinstance(cell, datetime) else cell if isinstance(cell, date) else text(cell)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        cell = datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, datetime):
        return timezone.make_aware(cell) if timezone.is_naive(cell) else cell
    return text(cell)


def _meanings(register: Register, name: str) -> Mapping[str, str]:
    """Folded words of a choice, in each of our languages, and its value -> the value."""
    found: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found |= {names.folded(words): value for value, words in fields.choices(register, name).items()}
    return found | {names.folded(value): value for value in found.values()}


def _links(register: Register, name: str, cells: Collection[Any], rights: Rights) -> Callable[[str], Any]:
    """What finds the target of a text: by its code, else by its name, of those that may be known of."""
    wanted = sorted({text(cell) for cell in cells if not nothing(cell)})
    by_code: dict[str, Any] = {}
    by_name: dict[str, list[Any]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        for one in linking.of_texts(register, name, wanted[start : start + _AT_ONCE], rights):
            by_code[one.code] = one
            by_name.setdefault(names.marked(one.name), []).append(one)

    def find(said: str) -> Any:
        named: Sequence[Any] = by_name.get(names.marked(said), [])
        if said in by_code:
            return by_code[said]
        if not named and name in register.finds:
            other = register.finds[name](said)
            named = linking.of_codes(register, name, [other.code], rights) if other is not None else named
        if len(named) == 1:
            return named[0]
        if named:
            codes = ", ".join(sorted(one.code for one in named)[:5])
            raise ValidationError(_("Several have this name: write the code (%(codes)s).") % {"codes": codes})
        raise ValidationError(
            _("Nothing here has the code “%(code)s”: check it, or register it first.") % {"code": said[:80]}
        )

    return find


def _communes() -> Callable[[str], Any]:
    known = locating.ground().communes
    by_code, by_name = matching.by_code(known), matching.finder(known)

    def find(said: str) -> Any:
        found = by_code(said) or by_name(said)
        if found is None:
            raise ValidationError(
                _("“%(text)s” is no commune here, or the name of two. Write its code of five digits.")
                % {"text": said[:80]}
            )
        return found

    return find
