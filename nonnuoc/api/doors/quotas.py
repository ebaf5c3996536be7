"""How much a caller may ask: budgets that refill evenly, shared by all worker processes of the machine.

Each count is the time at which its budget will be full again (GCRA, as ATM networks have it): one number a caller,
kept in a file of fixed size that all processes map (ledger.py). It holds hashes, so it tells nobody who asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from nonnuoc.api.doors.ledger import Ledger
from nonnuoc.api.doors.problems import Problem

WINDOW_S = 60
#: A key may ask so many times as much as an address.
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


def spend(budget: Budget, whose: str, *, known: bool, cost: int = 1) -> State | None:
    """Take `cost` out of their budget; None where there is no limit. Raises Problem 429, saying when to come again."""
    most = settings.API_LIMITS.get(budget.name, 0) * (KNOWN_FACTOR if known else 1)
    if most <= 0:
        return None
    each_s = WINDOW_S / most
    allowed, full_in_s = ledger().spend(f"{budget.name}\0{whose}", each_s * min(cost, most), WINDOW_S)
    state = State(budget, most, max(0, int((WINDOW_S - full_in_s) / each_s + 1e-6)), max(0, round(full_in_s + 0.499)))
    if not allowed:
        wait = max(1, round(full_in_s + each_s * min(cost, most) - WINDOW_S + 0.499))
        detail = f"At most {most} {budget.name} a minute. Ask again in {wait} s; RateLimit tells what is left."
        problem = Problem(429, "too_often", detail, headers={"Retry-After": str(wait)})
        problem.spent = state  # type: ignore[attr-defined]
        raise problem
    return state


def headers(state: State | None) -> dict[str, str]:
    """As the IETF's draft (httpapi-ratelimit-headers) writes them."""
    if state is None:
        return {}
    name = state.budget.name
    return {
        "RateLimit-Policy": f'"{name}";q={state.most};w={WINDOW_S}',
        "RateLimit": f'"{name}";r={state.left};t={state.whole_in_s}',
    }


#: Wrong keys from one address: so many at once, and as many again in a quarter of an hour.
_GUESSES = 30
_GUESSES_S = 900
#: How long a key that was right is remembered, so that its bearer is not held up by who guesses beside them.
_REMEMBERED_S = 86_400


def guessing_wait_s(address: str, secret: str) -> int:
    """Seconds this address waits before another unknown key of theirs is looked at; 0: none."""
    each = _GUESSES_S / _GUESSES
    full_in_s = ledger().full_in_s(f"guesses\0{address}", _GUESSES_S)
    if full_in_s + each <= _GUESSES_S or ledger().full_in_s(f"right\0{address}\0{secret}", _REMEMBERED_S) > 0:
        return 0
    return max(1, round(full_in_s + each - _GUESSES_S + 0.499))


def guessed(address: str) -> None:
    """One more wrong key came from there."""
    ledger().spend(f"guesses\0{address}", _GUESSES_S / _GUESSES, _GUESSES_S)


def remember(address: str, secret: str) -> None:
    """This key was right."""
    name = f"right\0{address}\0{secret}"
    if ledger().full_in_s(name, _REMEMBERED_S) < _REMEMBERED_S / 2:
        ledger().spend(name, _REMEMBERED_S, _REMEMBERED_S * 2)


@cache
def ledger() -> Ledger:
    """Where this process counts."""
    return Ledger(settings.API_QUOTAS)
