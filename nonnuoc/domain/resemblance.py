"""Which entries of a list of enterprises may be one and the same, and what speaks for it and against it.

The register of facilities of the United States (EPA FRS) matches conservatively: an uncertain pair is shown to people,
never joined. So here: words that say nothing are left out, every point has its reason, and no pair is compared that
shares neither an enterprise code, nor a place, nor a rare word of its name. The points are a convention of this house,
no law's.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: What a pair can have, and the points for it; `NAME_LIKE` is the most that a similar name can bring.
POINTS = {
    "code_same": 50,  # the same enterprise code to the last digit
    "code_branch": 20,  # the same enterprise, another branch
    "code_other": -40,
    "name_same": 35,
    "name_like": 30,
    "name_common": 10,  # the same words, but only ones that many names have
    "number_other": -45,  # "số 1" and "số 2"
    "commune_same": 10,
    "commune_other": -20,
    "place_same": 20,  # within SAME_M
    "place_near": 10,  # within NEAR_M
    "place_far": -25,  # beyond FAR_M
    "address_same": 15,
    "owner_same": 10,
}
REASONS = tuple(POINTS)
ASKED_FROM = 40  # points from which a pair is shown to people
SAME_M, NEAR_M, FAR_M = 100.0, 300.0, 2000.0
ALIKE = 0.7  # of the weight of both names' words
SHARED = 2.0  # weight of shared words from which a name that holds the other whole is alike, too
WEAK = 0.25  # weight of a word that many names have
STRONG = 1.0  # weight of a word that tells; a name without one says nothing by itself
MOST = 400  # members of a block beyond which what they share says nothing
MOST_WORDS = 40
RAREST = 4  # words of a name by which others are looked for in its commune
CHUNK = 100_000

#: Legal forms, folded: they say who owns, not who it is.
_FORMS = re.compile(
    r"\b(?:tong cong ty|cong ty|cty|trach nhiem huu han|tnhh|mot thanh vien|1 thanh vien|mtv|hai thanh vien"
    r"|2 thanh vien|co phan|ctcp|cp|doanh nghiep tu nhan|dntn|doanh nghiep|hop tac xa|htx|ho kinh doanh|hkd"
    r"|ho gia dinh|to hop tac|chi nhanh|tap doan|xi nghiep|lien hiep|lien doanh)\b"
)
#: Words of trades and places of work, folded.
_TRADES = (
    "san xuat thuong mai dich vu xay dung chan nuoi trang trai nha may xuong co so che bien kinh doanh khai thac mo"
    " trung tam cum khu cong nghiep tong hop dau tu phat trien gia va lon trau thuc pham lam tinh xa phuong huyen pho"
    " thon xom duong mien dong bun banh go cat gach xay xat cua hang xang dau benh vien tram y te phong kham nuoc thai"
)
_COMMON = frozenset(_TRADES.split())


def core(folded: str) -> tuple[str, ...]:
    """The words of a folded name ("cong ty tnhh tan viet a") that tell it from others, each once, in order."""
    kept = re.findall(r"[a-z0-9]+", _FORMS.sub(" ", folded))
    return tuple(dict.fromkeys(kept))


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of n entries. Keys are numbers that are equal where the things are; 0: unknown."""

    code: Ints  # (n,) the enterprise code
    enterprise: Ints  # (n,) its first ten digits
    name: Ints  # (n,) the words of the name in order
    words: Ints  # (n, w) the words of the name, -1 where there are no more
    weights: Floats  # (v,) of each word
    digits: Bools  # (v,) the word is a number
    commune: Ints  # (n,)
    address: Ints  # (n,)
    owner: Ints  # (n,)
    x: Floats  # (n,) metres east, NaN: unknown
    y: Floats  # (n,) metres north

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Of m pairs: which, how many points, which reasons."""

    first: Ints  # (m,) places in the facts; first < second
    second: Ints
    score: Ints  # (m,) 0 to 100
    sure: Bools  # (m,) same code, and same name, address or place
    points: Ints  # (m, len(REASONS)) 0 where the reason does not hold


def weights(words: list[str], weak: frozenset[str] = frozenset()) -> Floats:
    """Of each word how much it tells; `weak`: more words that many names have, such as the province's."""
    return np.array([WEAK if word in _COMMON or word in weak or len(word) == 1 else 1.0 for word in words])


def pairs(facts: Facts, asked: Bools | None = None) -> tuple[Ints, Ints]:
    """Places (first, second) of the pairs worth comparing, each once; with `asked` (n,) only those with one of them."""
    everyone = np.arange(len(facts))
    found = [
        _within(facts.enterprise, everyone, MOST),
        _within(facts.name, everyone, MOST),
        _near(facts),
        _by_words(facts),
    ]
    first, second = np.concatenate(found, axis=1)
    low, high = np.minimum(first, second), np.maximum(first, second)
    if asked is not None:
        wanted = asked[low] | asked[high]
        low, high = low[wanted], high[wanted]
    keys = np.unique(low * np.int64(len(facts)) + high)
    return keys // max(1, len(facts)), keys % max(1, len(facts))


def judge(facts: Facts, first: Ints, second: Ints) -> Judged:
    """What speaks for each pair and against it; only pairs with ASKED_FROM points or more are given."""
    parts = [
        _judged(facts, first[at : at + CHUNK], second[at : at + CHUNK]) for at in range(0, max(1, len(first)), CHUNK)
    ]
    return Judged(*(np.concatenate([getattr(one, name) for one in parts]) for name in Judged.__slots__))


def _judged(facts: Facts, i: Ints, j: Ints) -> Judged:
    same_code = _equal(facts.code, i, j)
    same_enterprise = _equal(facts.enterprise, i, j)
    same_name = _equal(facts.name, i, j)
    likeness, strong, other_number = _likeness(facts, i, j)
    metres = np.hypot(facts.x[i] - facts.x[j], facts.y[i] - facts.y[j])
    with np.errstate(invalid="ignore"):
        near, nearer, far = metres <= NEAR_M, metres <= SAME_M, metres > FAR_M
    holds = {
        "code_same": same_code,
        "code_branch": same_enterprise & ~same_code,
        "code_other": _differs(facts.enterprise, i, j),
        "name_same": same_name & strong,
        "name_like": ~same_name & (likeness >= ALIKE) & strong,
        "name_common": same_name & ~strong,
        "number_other": other_number,
        "commune_same": _equal(facts.commune, i, j),
        "commune_other": _differs(facts.commune, i, j),
        "place_same": nearer,
        "place_near": near & ~nearer,
        "place_far": far,
        "address_same": _equal(facts.address, i, j),
        "owner_same": _equal(facts.owner, i, j),
    }
    points = np.stack([holds[name] * POINTS[name] for name in REASONS], axis=1).astype(np.int64)
    like = REASONS.index("name_like")
    points[:, like] = np.round(points[:, like] * likeness)
    score = np.clip(points.sum(axis=1), 0, 100)
    alike = holds["name_same"] | holds["address_same"] | holds["place_same"]
    sure = same_code & alike & ~holds["commune_other"] & ~holds["place_far"] & ~other_number
    kept = score >= ASKED_FROM
    return Judged(i[kept], j[kept], score[kept], sure[kept], points[kept])


def _equal(keys: Ints, i: Ints, j: Ints) -> Bools:
    same: Bools = (keys[i] == keys[j]) & (keys[i] != 0)
    return same


def _differs(keys: Ints, i: Ints, j: Ints) -> Bools:
    other: Bools = (keys[i] != keys[j]) & (keys[i] != 0) & (keys[j] != 0)
    return other


def _likeness(facts: Facts, i: Ints, j: Ints) -> tuple[Floats, Bools, Bools]:
    """(0 to 1: how alike the names are, whether both have a word that tells, whether they are numbered differently)."""
    a, b = facts.words[i], facts.words[j]
    weigh = np.append(facts.weights, 0.0)  # at -1: no word
    is_number = np.append(facts.digits, False)
    shared = ((a[:, :, None] == b[:, None, :]) & (a[:, :, None] >= 0)).any(axis=2)
    back = ((b[:, :, None] == a[:, None, :]) & (b[:, :, None] >= 0)).any(axis=2)
    of_a, of_b = weigh[a].sum(axis=1), weigh[b].sum(axis=1)
    both, least = of_a + of_b, np.minimum(of_a, of_b)
    common = (weigh[a] * shared).sum(axis=1)
    like = np.divide(2 * common, both, out=np.zeros(len(i)), where=both > 0)
    like = np.where((common >= SHARED) & (common >= least - 1e-9), 1.0, like)
    strong: Bools = np.logical_and((weigh[a] >= STRONG).any(axis=1), (weigh[b] >= STRONG).any(axis=1))
    numbered = is_number[a].any(axis=1) & is_number[b].any(axis=1)
    other = numbered & ((is_number[a] & ~shared).any(axis=1) | (is_number[b] & ~back).any(axis=1))
    return like, strong, other


def _within(keys: Ints, members: Ints, most: int) -> Ints:
    """(2, m) every pair of members of equal, known keys; groups of more than `most` are passed over."""
    known = keys != 0
    keys, members = keys[known], members[known]
    order = np.argsort(keys, kind="stable")
    keys, members = keys[order], members[order]
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(keys)))
    found = [np.empty((2, 0), np.int64)]
    for size in np.unique(sizes[(sizes > 1) & (sizes <= most)]).tolist():
        groups = members[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, 1)
        found.append(np.stack([groups[:, a].ravel(), groups[:, b].ravel()]))
    together: Ints = np.concatenate(found, axis=1)
    return together[:, together[0] != together[1]]


def _near(facts: Facts) -> Ints:
    """(2, m) pairs within NEAR_M of each other."""
    placed = np.flatnonzero(np.isfinite(facts.x))
    if len(placed) < 2:
        return np.empty((2, 0), np.int64)
    points = np.asarray(shapely.points(facts.x[placed], facts.y[placed]), object)
    found = shapely.STRtree(points).query(points, predicate="dwithin", distance=NEAR_M)
    near: Ints = placed[found[:, found[0] < found[1]]]
    return near


def _by_words(facts: Facts) -> Ints:
    """(2, m) pairs in one commune that share one of their rarest telling words."""
    n, width = facts.words.shape
    if not n or not width:
        return np.empty((2, 0), np.int64)
    told = facts.words >= 0
    seen = np.bincount(facts.words[told], minlength=len(facts.weights))
    telling = told & (np.append(facts.weights, 0.0)[facts.words] >= STRONG) & (facts.commune != 0)[:, None]
    rarity = np.where(telling, np.append(seen, 0)[facts.words], np.iinfo(np.int64).max)
    chosen = np.argsort(rarity, axis=1, kind="stable")[:, :RAREST]
    rows = np.repeat(np.arange(n), chosen.shape[1])
    columns = chosen.ravel()
    holds = telling[rows, columns]
    rows, columns = rows[holds], columns[holds]
    keys = facts.commune[rows] * np.int64(len(facts.weights) + 1) + facts.words[rows, columns] + 1
    return _within(keys, rows, MOST_WORDS)


def plane(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of the middle of these points (degrees, NaN: unknown); true to 1 % within a province."""
    middle = float(np.nanmean(lat)) if np.isfinite(lat).any() else 0.0
    return lon * 111_320 * math.cos(math.radians(middle)), lat * 110_574
