"""What of the network is asked for: kind, state, commune, span, page. What cannot be asked for is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

from django.utils.translation import gettext

from nonnuoc.look import words
from nonnuoc.portal.rows import ORDER
from nonnuoc.records.monitoring.availability import Span
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow

PER_PAGE = 50
#: The states in the order they are listed in.
STATES = ("speaking", "silent", "never", "suspended", "planned", "retired")


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows the list."""

    words: str
    number: int
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for, what of the network that leaves, and the links to ask for something else."""

    kind: str
    state: str
    commune: str
    span: str
    page: int  # from 1
    found: Sequence[StationNow]  # all that fit, in the order of the list
    kinds: Sequence[Choice]
    states: Sequence[Choice]
    communes: Sequence[Choice]

    @property
    def pages(self) -> int:
        return max(1, ceil(len(self.found) / PER_PAGE))

    @property
    def shown(self) -> Sequence[StationNow]:
        """Those of this page."""
        return self.found[(self.page - 1) * PER_PAGE : self.page * PER_PAGE]

    @property
    def first(self) -> int:
        return (self.page - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.shown) - 1

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.state or self.commune)

    def query(self, **changes: object) -> str:
        """The address of the same list with something changed; what is not narrowed is not named."""
        asked = {"kind": self.kind, "state": self.state, "commune": self.commune, "span": self.span, "page": self.page}
        asked |= changes
        usual = {"span": Span.MONTH.value, "page": 1}
        return "?" + urlencode({name: value for name, value in asked.items() if value and value != usual.get(name)})


def read(asked: Mapping[str, str], stations: Sequence[StationNow]) -> Filter:
    """The part of the network asked for. A choice says how many it leaves of what the other choices leave."""
    kind, chosen_state, commune = (asked.get(name, "") for name in ("kind", "state", "commune"))
    kind = kind if kind in Thing.Kind.values else ""
    chosen_state = chosen_state if chosen_state in STATES else ""
    commune = commune if any(one.commune == commune for one in stations) else ""
    span = asked.get("span", "")
    span = span if span in Span.values else Span.MONTH.value
    wanted: dict[str, tuple[Callable[[StationNow], str], str]] = {
        "kind": (lambda one: one.kind, kind),
        "state": (state, chosen_state),
        "commune": (lambda one: one.commune, commune),
    }
    found = sorted(_left(stations, wanted.values()), key=_order)
    page = _page(asked.get("page", ""), len(found))
    bare = Filter(kind, chosen_state, commune, span, page, found, (), (), ())

    def choices(name: str, called: Mapping[str, str]) -> list[Choice]:
        of, chosen = wanted[name]
        left = _left(stations, [value for other, value in wanted.items() if other != name])
        number = Counter(of(one) for one in left)
        some = [("", gettext("all"), len(left)), *((code, said, number[code]) for code, said in called.items())]
        return [
            Choice(said, count, bare.query(**{name: code, "page": 1}), code == chosen)
            for code, said, count in some
            if count or code in ("", chosen)
        ]

    communes = sorted({one.commune for one in stations} - {""})
    return Filter(
        *(kind, chosen_state, commune, span, page, found),
        kinds=choices("kind", {kind.value: words.kind_group(kind) for kind in ORDER}),
        states=choices("state", state_words()),
        communes=choices("commune", {name: name for name in communes}),
    )


def state(station: StationNow) -> str:
    """One of STATES. A station has fallen silent when every instrument has, whatever its last hour says."""
    if station.state != Thing.State.ACTIVE:
        return station.state
    if station.heard is None:
        return "never"
    return "silent" if station.silent_since else "speaking"


def state_words() -> dict[str, str]:
    """Every state in words, in the order they are listed in."""
    return {
        "speaking": gettext("sending data"),
        "silent": gettext("silent"),
        "never": gettext("never heard from"),
        "suspended": gettext("suspended"),
        "planned": gettext("planned"),
        "retired": gettext("retired"),
    }


def spans(asked: Filter) -> list[Choice]:
    """Links to the spans whose figures stand beside each parameter."""
    return [Choice(span_words(one), 0, asked.query(span=one.value), one.value == asked.span) for one in Span]


def span_words(span: str) -> str:
    """How long the span is."""
    return {
        Span.DAY: gettext("24 hours"),
        Span.WEEK: gettext("7 days"),
        Span.MONTH: gettext("30 days"),
        Span.YEAR: gettext("12 months"),
    }[Span(span)]


def _left(
    stations: Sequence[StationNow], wanted: Iterable[tuple[Callable[[StationNow], str], str]]
) -> list[StationNow]:
    asked = [(of, value) for of, value in wanted if value]
    return [one for one in stations if all(of(one) == value for of, value in asked)]


def _order(station: StationNow) -> tuple[int, int, str]:
    return ORDER.index(Thing.Kind(station.kind)), STATES.index(state(station)), station.code


def _page(asked: str, number: int) -> int:
    last = max(1, ceil(number / PER_PAGE))
    return min(int(asked), last) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 7 and int(asked) else 1
