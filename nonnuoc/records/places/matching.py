"""Which feature of a file is which commune: by official code, then by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nonnuoc.records.places import names, selectors
from nonnuoc.records.places.models import Commune
from nonnuoc.records.places.spatial_staging import RefusedError

Find = Callable[[str], Commune | None]

#: Field names seen in public files, folded to letters and digits; the better ones first.
CODE_FIELDS = (
    *("code", "ma", "maxa", "mapx", "maphuongxa", "maxaphuong", "madvhc", "madonvihanhchinh", "mahc", "wardcode"),
    *("communecode", "maxamoi", "madvhcxa", "xacode", "idxa", "adm2pcode", "adm3pcode", "id"),
)
NAME_FIELDS = (
    *("fullname", "tendaydu", "name", "ten", "tenxa", "tenpx", "tenphuongxa", "tenxaphuong", "tendvhc", "wardname"),
    *("communename", "tendonvihanhchinh", "tenhc", "tenxamoi", "xa", "phuongxa", "ward", "commune", "namevi", "adm2vi"),
    *("adm3vi", "adm2name", "adm3name"),
)


@dataclass(frozen=True)
class Match:
    """Row of the file and the commune it is; `by` is "code" or "name"."""

    row: int
    commune: Commune
    by: str


@dataclass(frozen=True)
class Matching:
    """What became of each row; `contradicting` rows have a code and a name of two different communes."""

    code_field: str | None
    name_field: str | None
    matches: tuple[Match, ...]
    unmatched: tuple[int, ...]
    contradicting: tuple[tuple[int, Commune, Commune], ...]  # row, by its code, by its name
    renamed: tuple[tuple[int, Commune], ...]  # matched by code, but its name is no commune's


def match(
    fields: Mapping[str, Sequence[str]],
    communes: Sequence[Commune],
    *,
    count: int,
    code_field: str | None = None,
    name_field: str | None = None,
) -> Matching:
    """Match each of `count` rows.

    A field not named is guessed from its name and from how many communes it finds; "" uses none. Raises RefusedError
    for a named field that is not there.
    """
    find_code, find_name = by_code(communes), finder(communes)
    code_field = _chosen(code_field, CODE_FIELDS, fields, find_code)
    name_field = _chosen(name_field, NAME_FIELDS, fields, find_name)
    codes = fields[code_field] if code_field else [""] * count
    titles = fields[name_field] if name_field else [""] * count
    matches: list[Match] = []
    unmatched: list[int] = []
    contradicting: list[tuple[int, Commune, Commune]] = []
    renamed: list[tuple[int, Commune]] = []
    for row, (code, title) in enumerate(zip(codes, titles, strict=True)):
        coded, named = find_code(code), find_name(title)
        if coded and named and coded != named:
            contradicting.append((row, coded, named))
        elif coded:
            matches.append(Match(row, coded, "code"))
            if title and not named:
                renamed.append((row, coded))
        elif named:
            matches.append(Match(row, named, "name"))
        else:
            unmatched.append(row)
    return Matching(code_field, name_field, tuple(matches), tuple(unmatched), tuple(contradicting), tuple(renamed))


def by_code(communes: Sequence[Commune]) -> Find:
    """A look-up by code; five digits also where a table that took it for a number has lost the leading zeros."""
    known = {commune.code: commune for commune in communes}
    return lambda text: known.get(text.zfill(5) if text.isdigit() else text)


def finder(communes: Sequence[Commune]) -> Find:
    """A look-up by name, tolerant of marks and kind; None where a name fits none or more than one."""
    known: dict[str, list[Commune]] = {}
    for commune in communes:
        known.setdefault(commune.name_ascii, []).append(commune)

    def find(title: str) -> Commune | None:
        candidates = [c for key in {names.folded(title), names.commune_key(title)} for c in known.get(key, [])]
        found = selectors.fitting(title, candidates)
        return found[0] if len(found) == 1 else None

    return find


def _chosen(
    wanted: str | None,
    usual: Sequence[str],
    fields: Mapping[str, Sequence[str]],
    find: Find,
) -> str | None:
    """The field asked for; else, of those with a usual name, the one that finds most communes; None for none."""
    if wanted == "":
        return None
    if wanted is not None:
        if wanted not in fields:
            wrong = _("there is no field “%(field)s”; the file has: %(fields)s")
            raise RefusedError(wrong % {"field": wanted, "fields": ", ".join(fields)})
        return wanted
    plain = {field: re.sub(r"[^a-z0-9]", "", names.folded(field)) for field in fields}
    candidates = sorted((field for field in fields if plain[field] in usual), key=lambda f: usual.index(plain[f]))
    scores = [len({found.pk for text in fields[field] if (found := find(text))}) for field in candidates]
    return candidates[scores.index(max(scores))] if any(scores) else None
