"""Public warnings: what waits for the reader's approval or mending, and what is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.warnings import boards
from nonnuoc.records.warnings.models import PublicWarning


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """None while nothing waits and nothing is in force."""
    if not rights.may("incidents.read"):
        return None
    board = boards.board(rights, at)
    returned = [one for one in board.drafts if one.state == PublicWarning.State.RETURNED and _is_own(rights, one)]
    if not (board.mine_to_decide or returned or board.in_force):
        return None
    return {
        "waits": len(board.mine_to_decide) + len(returned),
        "to_decide": board.mine_to_decide,
        "returned": returned,
        "in_force": board.in_force,
    }


def _is_own(rights: Rights, one: PublicWarning) -> bool:
    return rights.person is not None and one.written_by_id == rights.person.id
