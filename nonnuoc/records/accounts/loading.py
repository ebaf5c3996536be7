"""The offices a province begins with: those its plan names, and the People's Committee of every commune."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from nonnuoc.records.accounts import services
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.places import selectors as places

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load(province: str) -> int:
    """Register the offices that are not registered yet; give how many. What somebody changed since is left alone."""
    root = services.root_office()
    known = {office.code: office for office in Office.objects.all()}
    fresh = [facts for facts in (*_named(province), *_communes()) if facts["code"] not in known]
    for facts in fresh:
        parent = facts.pop("parent", None)
        known[facts["code"]] = services.register_office(
            **facts, parent=root if parent == root.code else known.get(parent), by=None
        )
    return len(fresh)


def _named(province: str) -> Iterator[dict[str, Any]]:
    file = DATA / province / "offices.toml"
    if file.exists():
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        for entry in table["office"]:
            yield {**entry, "source": table["source"]}


def _communes() -> Iterator[dict[str, Any]]:
    for commune in places.communes():
        yield {
            "code": f"ubnd-{commune.code}",
            "name": f"UBND {commune.full_name}",
            "kind": Office.Kind.COMMUNE,
            "commune": commune,
            "parent": "province",
            "source": commune.source,
        }
