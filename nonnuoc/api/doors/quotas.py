"""How much a caller of the API may ask (look/budgets.py), in the words of HTTP; and how often guess a key."""

from __future__ import annotations

from nonnuoc.api.doors.problems import Problem
from nonnuoc.look import budgets
from nonnuoc.look.budgets import DOWNLOADS, READS, WINDOW_S, WRITES, Budget, SpentError, State, ledger

__all__ = [
    "DOWNLOADS",
    "READS",
    "WRITES",
    "Budget",
    "State",
    "guessed",
    "guessing_wait_s",
    "headers",
    "ledger",
    "remember",
    "spend",
]


def spend(budget: Budget, whose: str, *, known: bool, cost: int = 1) -> State | None:
    """Take `cost` out of their budget; None where there is no limit. Raises Problem 429, saying when to come again."""
    try:
        return budgets.spend(budget, whose, known=known, cost=cost)
    except SpentError as error:
        most, wait = error.state.most, error.wait_s
        detail = f"At most {most} {budget.name} a minute. Ask again in {wait} s; RateLimit tells what is left."
        problem = Problem(429, "too_often", detail, headers={"Retry-After": str(wait)})
        problem.spent = error.state  # type: ignore[attr-defined]
        raise problem from error


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
