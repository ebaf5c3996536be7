"""Pictures of a year and of a month change slowly: they are drawn once in a while, not for every reader."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def kept(*, seconds: int, most: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Remember, in this process, what a function gave for its hashable arguments: at most so long, and so many.

    The moments at which answers grow old are spread, so that not all of them are asked for anew at once.
    """

    def decorate(work: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @lru_cache(maxsize=most)
        def remembered(_age: int, *arguments: Hashable) -> Answer:
            return work(*arguments)  # type: ignore[call-arg,arg-type]

        @wraps(work)
        def ask(*arguments: Asked.args, **_none: Asked.kwargs) -> Answer:
            spread = hash(arguments) % seconds
            return remembered(int((time.monotonic() + spread) // seconds), *arguments)

        return ask

    return decorate
