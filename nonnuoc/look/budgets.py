"""How much a caller may ask: budgets that refill evenly, shared by all worker processes of the machine.

Each count is the time at which its budget will be full again (GCRA, as ATM networks have it): one number a caller,
kept in a file of fixed size that all processes map (ledger.py). It holds hashes, so it tells nobody who asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from nonnuoc.look.ledger import Ledger

WINDOW_S = 60
#: Somebody known, by a key or an account, may ask so many times as much as an address.
KNOWN_FACTOR = 10


@dataclass(frozen=True, slots=True)
class Budget:
    """What requests are counted against. Its size a minute stands in settings.API_LIMITS."""

    name: str


READS = Budget("reads")
DOWNLOADS = Budget("downloads")
WRITES = Budget("writes")


@dataclass(frozen=True, slots=True)
class State:
    """What is left of a budget, and after how many seconds it is whole again."""

    budget: Budget
    most: int
    left: int
    whole_in_s: int


class SpentError(Exception):
    """There is not enough left. `wait_s`: seconds until there will be."""

    def __init__(self, state: State, wait_s: int) -> None:
        super().__init__(f"ask again in {wait_s} s")
        self.state, self.wait_s = state, wait_s


def spend(budget: Budget, whose: str, *, known: bool, cost: int = 1) -> State | None:
    """Take `cost` out of their budget; None where there is no limit. Raises SpentError.

    What costs more than there ever is takes all of it.
    """
    most = settings.API_LIMITS.get(budget.name, 0) * (KNOWN_FACTOR if known else 1)
    if most <= 0:
        return None
    each_s = WINDOW_S / most
    allowed, full_in_s = ledger().spend(f"{budget.name}\0{whose}", each_s * min(cost, most), WINDOW_S)
    state = State(budget, most, max(0, int((WINDOW_S - full_in_s) / each_s + 1e-6)), max(0, round(full_in_s + 0.499)))
    if not allowed:
        raise SpentError(state, max(1, round(full_in_s + each_s * min(cost, most) - WINDOW_S + 0.499)))
    return state


@cache
def ledger() -> Ledger:
    """Where this process counts."""
    return Ledger(settings.API_QUOTAS)
