from __future__ import annotations

import pytest

from nonnuoc.portal import kept


def test_an_answer_is_kept_for_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [1000.0], []
    monkeypatch.setattr(kept.time, "monotonic", lambda: now[0])

    @kept.kept(seconds=60, most=10)
    def work(one: int, two: str) -> str:
        asked.append((one, two))
        return f"{one}{two}{len(asked)}"

    assert work(1, "a") == work(1, "a") == "1a1"
    assert work(2, "a") == "2a2"
    now[0] += 60
    assert work(1, "a") == "1a3"
    assert asked == [(1, "a"), (2, "a"), (1, "a")]


def test_not_all_answers_grow_old_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [1000.0], []
    monkeypatch.setattr(kept.time, "monotonic", lambda: now[0])

    @kept.kept(seconds=60, most=1000)
    def work(one: int) -> None:
        asked.append(one)

    renewed = []
    for _ in range(60):
        before = len(asked)
        for one in range(120):
            work(one)
        renewed.append(len(asked) - before)
        now[0] += 1
    assert renewed[0] == 120 and sum(renewed[1:]) >= 110 and max(renewed[1:]) <= 12
