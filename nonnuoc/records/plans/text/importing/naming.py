"""Units as a plan names them ("Các Sở, ban, ngành", "UBND xã A và xã B", "Sở NN&MT"), matched to offices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.places import names

#: Groups a plan names as one. In what a person confirms they stand for all offices of the kind.
COMMUNES, DEPARTMENTS = "*communes", "*departments"
_GROUPS = (
    (
        DEPARTMENTS,
        re.compile(
            r"(?:các\s+)?sở\s*,\s*(?:(?:ban|ngành)\s*,?\s*){1,2}"
            r"(?:(?:cấp|thuộc) tỉnh|tỉnh)?(?:\s*(?:có )?liên quan)?",
            re.IGNORECASE,
        ),
    ),
    (
        COMMUNES,
        re.compile(
            r"(?:UBND|Ủy ban nhân dân)\s+(?:cấp xã|các xã(?:\s*,\s*phường)?|các phường(?:\s*,\s*xã)?|xã\s*,\s*phường)"
            r"(?:\s*(?:có )?liên quan)?(?-i:(?!\s+[A-ZĐ]))",
            re.IGNORECASE,
        ),
    ),
)
_COMMUNE = re.compile(r"^(?:(?:ubnd|uy ban nhan dan)\s+)?(?:(?:cac\s+)?(?:xa|phuong|dac khu)\s+)(?=\S)")
_COLON = re.compile(r"\b(các\s+(?:xã|phường))\s*:\s*", re.IGNORECASE)
_SHORT = (
    (re.compile(r"\bubnd\b"), "uy ban nhan dan"),
    (re.compile(r"\bhdnd\b"), "hoi dong nhan dan"),
    (re.compile(r"\b(?:ub\s*)?mttq\b"), "mat tran to quoc"),
    (re.compile(r"\bvp\b"), "van phong"),
)
_KIND = re.compile(r"^(?:xã|phường|đặc khu|thị trấn)\s+", re.IGNORECASE)
_EMPTY_WORDS = frozenset(["va", "cua", "tinh", "cac", "viet", "nam", "uy", "ban", "thanh", "pho"])


class Sure(StrEnum):
    """How sure a match is."""

    EXACT = "exact"  # the very name
    LIKELY = "likely"  # its abbreviation, or its name in other words, and of no other office
    GROUP = "group"  # many offices named as one
    GUESS = "guess"  # somewhat alike
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Named:
    """A unit named in a cell: proposed offices (codes, or a group's sign), and others that are somewhat alike."""

    text: str
    codes: tuple[str, ...]
    sure: Sure
    alternatives: tuple[str, ...] = ()


class Directory:
    """The active offices at one moment, ready to be looked up by what a plan calls them. One query."""

    def __init__(self, known: Iterable[Office] | None = None) -> None:
        active = offices.every().filter(is_active=True) if known is None else known
        self.offices: Mapping[str, Office] = {one.code: one for one in active}
        self._keys: dict[str, list[str]] = {}
        self._communes: dict[str, list[str]] = {}
        self._initials: dict[str, list[str]] = {}
        root = self.offices.get(offices.ROOT)
        self._common = _EMPTY_WORDS | set(_key(root.name).split() if root else ())  # the province's own name
        for code, one in self.offices.items():
            self._keys.setdefault(_key(one.name), []).append(code)
            if one.kind == Office.Kind.COMMUNE and one.commune is not None:
                self._communes.setdefault(names.commune_key(one.commune.full_name), []).append(code)
            elif one.kind == Office.Kind.DEPARTMENT:
                self._initials.setdefault(_initials(one.name), []).append(code)

    def group(self, sign: str) -> tuple[str, ...]:
        """The codes a group stands for: every commune, or every department directly under the province."""
        kind = Office.Kind.COMMUNE if sign == COMMUNES else Office.Kind.DEPARTMENT
        return tuple(
            code
            for code, one in self.offices.items()
            if one.kind == kind and (sign == COMMUNES or (one.parent and one.parent.code == offices.ROOT))
        )

    def named(self, cell: str) -> list[Named]:
        """Every unit a cell names, in its order."""
        return [self._one(text) for text in self._apart(cell)]

    def inside(self, text: str) -> tuple[str, ...]:
        """The communes a sentence names, in its order: those a group that leads it may mean."""
        plain = " ".join(unicodedata.normalize("NFC", text).split())
        found = []
        for code, one in self.offices.items():
            if one.kind == Office.Kind.COMMUNE and one.commune is not None:
                name = _KIND.sub("", one.commune.full_name)
                if place := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
                    found.append((place.start(), code))
        return tuple(code for _place, code in sorted(found))

    def _one(self, text: str) -> Named:
        for sign, pattern in _GROUPS:
            if pattern.fullmatch(text):
                return Named(text, (sign,), Sure.GROUP)
        if len(found := self._keys.get(_key(text), ())) == 1:
            return Named(text, tuple(found), Sure.EXACT)
        if self._is_commune(text):
            found = self._communes.get(_commune(text), ())
            if len(found) == 1:
                return Named(text, tuple(found), Sure.EXACT)
        elif len(found := self._initials.get(_initials(text), ())) == 1 and _is_short(text):
            return Named(text, tuple(found), Sure.LIKELY)
        ranked = self._ranked(text)
        best, others = ranked[:1], tuple(code for _alike, code in ranked[1:5])
        if best and best[0][0] >= 0.99 and (len(ranked) == 1 or ranked[1][0] < 0.99):
            return Named(text, (best[0][1],), Sure.LIKELY, others)
        if best and best[0][0] >= 0.5:
            return Named(text, (best[0][1],), Sure.GUESS, others)
        return Named(text, (), Sure.NONE, tuple(code for _alike, code in ranked[:5]))

    def _ranked(self, text: str) -> list[tuple[float, str]]:
        """Offices that share words with it, the most alike first: the share of the rarer side's words in common."""
        words = set(_key(text).split()) - self._common
        scored = []
        for code, one in self.offices.items():
            other = set(_key(one.name).split()) - self._common
            if words and other and (common := len(words & other)):
                scored.append((2 * common / (len(words) + len(other)), code))
        return sorted((one for one in scored if one[0] > 0.3), key=lambda one: (-one[0], one[1]))

    def _apart(self, cell: str) -> list[str]:
        """The cell taken apart at its commas, semicolons and, where both sides are units, at "và"."""
        kept: dict[str, str] = {}

        def hide(found: re.Match[str]) -> str:
            sign = f"\x00{len(kept)}\x00"
            kept[sign] = found[0].strip()
            tail = "," if found[0].rstrip().endswith(",") else ""
            kept[sign] = kept[sign].rstrip(", ")
            return f" {sign}{tail} "

        cell = _COLON.sub(r"\1 ", cell)
        for _sign, pattern in _GROUPS:
            cell = pattern.sub(hide, cell)
        cell = re.sub(r"(\x00)\s+(?=\x00|[^\s,;\x00])(?!và\b)", r"\1, ", cell)
        parts: list[str] = []
        for part in re.split(r"[;,\n]", cell):
            parts.extend(self._at_and(part.strip(" .")))
        found: list[str] = []
        for part in parts:
            text = kept.get(part, part)
            if text:
                found.append(self._with_kind(text, found))
        return found

    def _at_and(self, part: str) -> list[str]:
        if part.startswith("và "):
            part = part[3:].strip()
        if len(self._keys.get(_key(part), ())) == 1:
            return [part]
        for found in re.finditer(r"\s+và\s+", part):
            left, right = part[: found.start()].strip(), part[found.end() :].strip()
            if self._is_known(left) and (self._is_known(right) or _COMMUNE.match(names.folded(left))):
                return [left, *self._at_and(right)]
        return [part]

    def _is_known(self, text: str) -> bool:
        if "\x00" in text or len(self._keys.get(_key(text), ())) == 1:
            return True
        if len(self._communes.get(_commune(text), ())) == 1:
            return True
        return _is_short(text) and len(self._initials.get(_initials(text), ())) == 1

    def _with_kind(self, text: str, before: Sequence[str]) -> str:
        """ "UBND xã A, B và xã C": the second and third are People's Committees of communes as well."""
        folded = names.folded(text)
        last = before[-1] if before else ""
        if folded.startswith(("ubnd", "uy ban", "so ", "\x00")) or not self._is_commune(last):
            return text
        if len(self._communes.get(names.commune_key(text), ())) != 1 or self._keys.get(_key(text)):
            return text
        kind = "" if names.commune_kind(text) else f"{'phường' if 'phuong' in names.folded(last) else 'xã'} "
        return f"UBND {kind}{text}"

    def _is_commune(self, text: str) -> bool:
        return bool(_COMMUNE.match(names.folded(text)))


def _commune(text: str) -> str:
    return _COMMUNE.sub("", names.folded(text))


def _key(text: str) -> str:
    """What is compared: folded, abbreviations of bodies written out, without signs."""
    plain = names.folded(text)
    for pattern, whole in _SHORT:
        plain = pattern.sub(whole, plain)
    return " ".join(re.sub(r"[^\w\s&]", " ", plain).split())


def _initials(name: str) -> str:
    """ "Sở Nông nghiệp và Môi trường", "Sở NN&MT", "Sở NN và MT" all give "nnmt"."""
    body = re.sub(r"^(?:so|ban|thanh tra)\s+", "", names.folded(name))
    if _is_short(name):
        return re.sub(r"[^a-z]", "", re.sub(r"\bva\b", "", body))
    return "".join(word[0] for word in re.findall(r"[a-z]+", body) if word != "va")


def _is_short(name: str) -> bool:
    """Whether it is an abbreviation: after "Sở", nothing but capitals, "&" and "và"."""
    body = re.sub(r"^(?:Sở|SỞ|sở)\s+", "", name.strip())
    return bool(re.fullmatch(r"[A-ZĐ]{1,8}(?:\s*(?:&|và|-)\s*[A-ZĐ]{1,8})*", body))
