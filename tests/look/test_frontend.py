from __future__ import annotations

import json
from pathlib import Path

from nonnuoc.look import built

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"


def test_the_lock_names_no_registry_and_proves_every_package() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry or "integrity" not in entry] == []


def test_an_unbuilt_front_end_gives_a_page_without_its_files(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(built, "FOLDER", tmp_path)
    built.manifest.cache_clear()
    try:
        assert built.path("src/page.js") is None
    finally:
        built.manifest.cache_clear()


def test_a_built_file_is_found_by_its_source(monkeypatch, tmp_path) -> None:
    (tmp_path / "manifest.json").write_text('{"src/page.js": {"file": "assets/page-abc.js"}}')
    monkeypatch.setattr(built, "FOLDER", tmp_path)
    built.manifest.cache_clear()
    try:
        assert built.path("src/page.js") == "built/assets/page-abc.js"
    finally:
        built.manifest.cache_clear()
