"""What changed between two editions of a plan, and how a sentence keeps its anchor from one to the next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from nonnuoc.domain.plan.sentences import HEADING, PARAGRAPH, Piece, fresh
from nonnuoc.domain.plan.tables import folded

KEPT, CHANGED, ADDED, REMOVED = "kept", "changed", "added", "removed"
#: From this share of words in common on, two sentences are one that was rewritten; a half and a bit, so that a
#: sentence of which one clause was replaced stays itself.
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Words:
    """Words that follow each other and share what became of them: kept, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a piece. `words`: of a changed one, old and new run together, word by word."""

    kind: str
    old: Piece | None
    new: Piece | None
    words: tuple[Words, ...] = ()


def between(old: Sequence[Piece], new: Sequence[Piece]) -> Sequence[Change]:
    """Every piece of the new edition in its order, with what was removed at the place where it stood.

    `new` carries its anchors on from `old` (see `carried`): the same anchor is the same piece. Paragraphs have no
    words of their own and are left out.
    """
    before = {one.anchor: one for one in old if one.kind != PARAGRAPH}
    after = [one for one in new if one.kind != PARAGRAPH]
    still = {one.anchor for one in after}
    gone: dict[str, list[Change]] = defaultdict(list)
    place = ""
    for one in before.values():
        if one.anchor in still:
            place = one.anchor
        else:
            gone[place].append(Change(REMOVED, one, None))
    changes = gone.pop("", [])
    for one in after:
        there = before.get(one.anchor)
        changes.append(_change(there, one))
        changes.extend(gone.pop(one.anchor, ()))
    return changes


def carried(old: Sequence[Piece], new: Sequence[Piece], used: Iterable[str] = ()) -> Sequence[Piece]:
    """The new pieces with the anchors they had: what stays itself, also moved or partly rewritten, keeps its own.

    Others get one that is neither in `old` nor among `used`, the anchors of all editions before.
    """
    same = _pairs(old, new)
    taken = {*used, *(one.anchor for one in old)}
    anchors = {fresh_one: there.anchor for fresh_one, there in same.items()}
    for one in new:
        if one.anchor not in anchors:
            anchors[one.anchor] = _new(one.anchor, anchors, taken)
            taken.add(anchors[one.anchor])
    return [replace(one, anchor=anchors[one.anchor], parent=anchors.get(one.parent, "")) for one in new]


def words(before: str, after: str) -> tuple[Words, ...]:
    """The two texts run together: what was kept, removed and added."""
    old, new = before.split(), after.split()
    found: list[Words] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Words(KEPT, " ".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            found.append(Words(REMOVED, " ".join(old[old_from:old_to])))
        if new_to > new_from:
            found.append(Words(ADDED, " ".join(new[new_from:new_to])))
    return tuple(found)


def _change(old: Piece | None, new: Piece) -> Change:
    if old is None:
        return Change(ADDED, None, new)
    before, after = _said(old), _said(new)
    if before == after:
        return Change(KEPT, old, new)
    return Change(CHANGED, old, new, words(before, after))


def _said(piece: Piece) -> str:
    """All its words; the number a heading or row is printed with may change without it becoming another."""
    if piece.cells:
        return " · ".join(cell for cell in piece.cells if cell and cell != piece.label)
    return piece.text


def _pairs(old: Sequence[Piece], new: Sequence[Piece]) -> Mapping[str, Piece]:
    """Of each new piece that is one of the old: which, by the anchor `split` gave it."""
    found: dict[str, Piece] = {}
    taken: set[str] = set()

    def pair(one: Piece, there: Piece) -> None:
        found[one.anchor] = there
        taken.add(there.anchor)

    for kind in sorted({one.kind for one in new} - {PARAGRAPH}):
        ours, theirs = [one for one in new if one.kind == kind], [one for one in old if one.kind == kind]
        _pair_same(theirs, ours, pair)
        left = [one for one in theirs if one.anchor not in taken]
        _pair_alike(left, [one for one in ours if one.anchor not in found], pair)
    _pair_paragraphs(old, new, found, pair)
    return found


def _pair_same(old: Sequence[Piece], new: Sequence[Piece], pair: Callable[[Piece, Piece], None]) -> None:
    """Pieces whose words did not change: first those that kept their order, then those that moved."""
    before, after = [_key(one) for one in old], [_key(one) for one in new]
    seen_old: set[int] = set()
    seen_new: set[int] = set()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            pair(new[block.b + step], old[block.a + step])
            seen_old.add(block.a + step)
            seen_new.add(block.b + step)
    waiting: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(before):
        if place not in seen_old:
            waiting[key].append(place)
    for place, key in enumerate(after):
        if place not in seen_new and waiting[key]:
            pair(new[place], old[waiting[key].pop(0)])


def _pair_alike(old: Sequence[Piece], new: Sequence[Piece], pair: Callable[[Piece, Piece], None]) -> None:
    """Pieces that were rewritten in part: the most alike first, of those equally alike the one at the same place."""
    bags_old, bags_new = [Counter(_key(one).split()) for one in old], [Counter(_key(one).split()) for one in new]
    scored = []
    for ours, bag in enumerate(bags_new):
        for theirs, other in enumerate(bags_old):
            most = max(bag.total(), other.total())
            alike = (bag & other).total() / most if most else 0.0
            if alike >= ALIKE or (new[ours].kind == HEADING and _same_place(old[theirs], new[ours]) and alike > 0.3):
                scored.append((-alike, old[theirs].anchor != new[ours].anchor, ours, theirs))
    done_old: set[int] = set()
    done_new: set[int] = set()
    for _alike, _elsewhere, ours, theirs in sorted(scored):
        if ours not in done_new and theirs not in done_old:
            pair(new[ours], old[theirs])
            done_new.add(ours)
            done_old.add(theirs)


def _pair_paragraphs(
    old: Sequence[Piece], new: Sequence[Piece], found: Mapping[str, Piece], pair: Callable[[Piece, Piece], None]
) -> None:
    """A paragraph is the one of its label most of whose sentences it took over; else the one of its label and place."""
    old_ones = {one.anchor: one for one in old if one.kind == PARAGRAPH}
    inside: dict[str, list[str]] = defaultdict(list)
    for one in new:
        if one.parent and one.anchor in found and found[one.anchor].parent in old_ones:
            inside[one.parent].append(found[one.anchor].parent)
    taken: set[str] = set()
    for one in new:
        if one.kind != PARAGRAPH:
            continue
        votes = Counter(parent for parent in inside[one.anchor] if parent not in taken)
        chosen = votes.most_common(1)[0][0] if votes else ""
        if chosen and (old_ones[chosen].label == one.label or not one.label):
            pair(one, old_ones[chosen])
            taken.add(chosen)
    for one in new:
        there = old_ones.get(one.anchor) if one.kind == PARAGRAPH and one.anchor not in found else None
        if there is not None and there.anchor not in taken and there.label == one.label:
            pair(one, there)
            taken.add(there.anchor)


def _same_place(old: Piece, new: Piece) -> bool:
    return old.anchor == new.anchor and old.label == new.label


def _key(piece: Piece) -> str:
    """What makes it itself: its words; of a row its title, for times and leads change more easily."""
    return folded(piece.text)


def _new(anchor: str, known: Mapping[str, str], taken: set[str]) -> str:
    """A free anchor under what its own stem has become; a counted one goes on counting."""
    stem, _dot, last = anchor.rpartition(".")
    stem = known.get(stem, stem)
    wanted = f"{stem}.{last}" if stem else last
    if wanted not in taken:
        return wanted
    mark = last.rstrip("0123456789")
    if last[len(mark) :] and mark in ("", "s", "p", "x", "h"):
        count = int(last[len(mark) :])
        while f"{stem}.{mark}{count}" in taken:
            count += 1
        return f"{stem}.{mark}{count}"
    return fresh(wanted, taken)
