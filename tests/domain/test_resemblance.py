"""Pairs that must be shown to people, pairs that must not, and no comparison of everybody with everybody."""

from __future__ import annotations

import numpy as np
import pytest

from nonnuoc.domain import resemblance
from nonnuoc.domain.resemblance import Facts


def of(*entries: dict[str, object]) -> Facts:
    """Facts of entries told in plain words; every key may be missing."""
    keys: dict[str, int] = {"": 0}
    vocabulary: dict[str, int] = {}
    told = [resemblance.core(str(one.get("name", ""))) for one in entries]
    words = np.full((len(entries), max(map(len, told))), -1)
    for line, one in zip(words, told, strict=True):
        line[: len(one)] = [vocabulary.setdefault(word, len(vocabulary)) for word in one]

    def numbered(name: str) -> np.ndarray:
        return np.array([keys.setdefault(str(one.get(name, "")), len(keys)) for one in entries])

    at = [one.get("at", (np.nan, np.nan)) for one in entries]
    return Facts(
        code=numbered("code"),
        enterprise=np.array([keys.setdefault(str(one.get("code", ""))[:10], len(keys)) for one in entries]),
        name=np.array([keys.setdefault(" ".join(one), len(keys)) for one in told]),
        words=words,
        weights=resemblance.weights(list(vocabulary), frozenset({"cao", "bang"})),
        digits=np.array([word.isdigit() for word in vocabulary]),
        commune=np.array([one.get("commune", 0) for one in entries]),
        address=numbered("address"),
        owner=numbered("owner"),
        x=np.array([x for x, _ in at], float),
        y=np.array([y for _, y in at], float),
    )


def found(*entries: dict[str, object]) -> list[tuple[int, int, bool]]:
    facts = of(*entries)
    judged = resemblance.judge(facts, *resemblance.pairs(facts))
    return list(zip(judged.first.tolist(), judged.second.tolist(), judged.sure.tolist(), strict=True))


CODE, OTHER = "4800123456", "4800654321"
A = {"name": "cong ty tnhh mien dong tan viet a", "commune": 1}
SHOWN = {
    "another legal form": ({**A, "name": "htx mien dong tan viet a"}, False),
    "a word more": ({**A, "name": "co so mien dong tan viet a phia den"}, False),
    "the code to the digit and the name": ({**A, "code": CODE}, True),
    "the code and the place": ({"name": "xuong so che", "code": CODE, "commune": 1, "at": (30.0, 40.0)}, True),
    "the code alone, in one commune": ({"name": "bai tap ket", "code": CODE, "commune": 1}, False),
    "near, with a similar name": ({"name": "xuong mien tan viet a", "at": (50.0, 0.0), "commune": 1}, False),
}
NOT_SHOWN = {
    "the same name, another enterprise": {**A, "code": OTHER},
    "the same name far away": {**A, "at": (9000.0, 0.0)},
    "the same name in another commune": {**A, "commune": 2},
    "the same trade": {"name": "cong ty tnhh mien dong nguyen binh", "commune": 1},
    "the next door": {"name": "tram xang dau nguyen hue", "commune": 1, "at": (20.0, 0.0)},
    "the same enterprise elsewhere": {"name": "kho na sac", "code": CODE, "commune": 2, "at": (30_000.0, 0.0)},
}


@pytest.mark.parametrize("case", SHOWN)
def test_pairs_that_people_must_see(case: str) -> None:
    other, sure = SHOWN[case]
    assert found({**A, "code": CODE, "at": (0.0, 0.0)} if "code" in other else {**A, "at": (0.0, 0.0)}, other) == [
        (0, 1, sure)
    ]


@pytest.mark.parametrize("case", NOT_SHOWN)
def test_pairs_that_nobody_should_be_asked_about(case: str) -> None:
    assert found({**A, "code": CODE, "at": (0.0, 0.0)}, NOT_SHOWN[case]) == []


def test_numbered_shops_of_one_enterprise_and_names_of_common_words_stay_apart() -> None:
    shop = {"name": "cua hang xang dau so 1", "code": CODE, "commune": 1}
    assert found(shop, {**shop, "name": "cua hang xang dau so 2"}) == []
    farm = {"name": "trang trai chan nuoi lon", "commune": 1}
    assert found(farm, dict(farm)) == []


def test_every_point_has_its_reason_and_the_score_is_their_sum() -> None:
    facts = of({**A, "code": CODE}, {**A, "code": CODE, "address": "x"})
    judged = resemblance.judge(facts, *resemblance.pairs(facts))
    told = {name: points for name, points in zip(resemblance.REASONS, judged.points[0].tolist(), strict=True) if points}
    assert told == {"code_same": 50, "name_same": 35, "commune_same": 10}
    assert judged.score.tolist() == [95]


def test_only_those_asked_for_are_compared_and_nobody_with_themselves() -> None:
    facts = of(A, A, A)
    asked = np.array([True, False, False])
    assert [one.tolist() for one in resemblance.pairs(facts, asked)] == [[0, 0], [1, 2]]
    assert [one.tolist() for one in resemblance.pairs(facts)] == [[0, 0, 1], [1, 2, 2]]


def test_a_hundred_thousand_are_not_compared_pair_by_pair() -> None:
    chance = np.random.default_rng(6)
    n, names = 30_000, 4_000
    facts = Facts(
        code=(codes := np.where(chance.random(n) < 0.7, np.arange(1, n + 1), 0)),
        enterprise=codes,
        name=np.arange(1, n + 1),
        words=chance.integers(0, names, (n, 4)),
        weights=np.ones(names),
        digits=np.zeros(names, bool),
        commune=chance.integers(1, 57, n),
        address=np.zeros(n, int),
        owner=np.zeros(n, int),
        x=chance.uniform(0, 90_000, n),
        y=chance.uniform(0, 70_000, n),
    )
    first, _second = resemblance.pairs(facts)
    assert len(first) < 20 * n  # of 450 million
