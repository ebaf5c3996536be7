"""The home and its secrets."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nonnuoc.config import home


def test_path_is_var_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NONNUOC_HOME")

    assert home.path() == tmp_path / "var"


def test_secret_stays_the_same_and_is_closed_to_others(tmp_path: Path) -> None:
    first = home.secret("django", at=tmp_path)

    assert home.secret("django", at=tmp_path) == first
    assert len(first) >= 50
    assert home.secret("postgres", at=tmp_path) != first
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets" / "django").stat().st_mode) == 0o600


def test_secret_is_one_when_many_ask_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        seen = set(pool.map(lambda _: home.secret("django", at=tmp_path), range(64)))

    assert len(seen) == 1
    assert seen != {""}
    assert [file.name for file in (tmp_path / "secrets").iterdir()] == ["django"]  # no drafts stay
