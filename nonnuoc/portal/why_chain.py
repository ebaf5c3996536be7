"""The chain as a picture: boxes and arrows in numbers, drawn by the template; on a narrow screen it is a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 800, 84, 26
RULE_TOP, RULE_WIDTH, RULE_HEIGHT = 118, 300, 58


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain: what it is, the number, and a word more."""

    anchor: str
    kicker: str
    figure: str
    detail: str


@dataclass(frozen=True, slots=True)
class Box:
    """A link with its place."""

    link: Link
    x: int
    width: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def arrow(self) -> str:
        """From its left edge to the box before it."""
        tip = self.x - GAP + 4
        return f"M{self.x - 2} {HEIGHT // 2}H{tip}m7 -5l-7 5l7 5"


@dataclass(frozen=True, slots=True)
class Chain:
    """From the number on the left to the files on the right, the rule beneath."""

    boxes: list[Box]
    rule: Link | None
    rule_x: int

    @property
    def links(self) -> list[Link]:
        """All of them, in the order they are read."""
        return [box.link for box in self.boxes] + ([self.rule] if self.rule else [])

    @property
    def height(self) -> int:
        return RULE_TOP + RULE_HEIGHT + 2 if self.rule else HEIGHT + 2

    @property
    def rule_arrow(self) -> str:
        """From the rule up to the box whose calculation it governs."""
        return f"M{self.rule_x + RULE_WIDTH // 2} {RULE_TOP}V{HEIGHT + 4}m-5 7l5 -7l5 7"

    @property
    def rule_middle(self) -> int:
        return self.rule_x + RULE_WIDTH // 2


def chain(links: Sequence[Link], rule: Link | None) -> Chain:
    """The picture of these links, the number first."""
    width = (WIDTH - GAP * (len(links) - 1)) // len(links)
    width = min(width, 200)
    left = (WIDTH - width * len(links) - GAP * (len(links) - 1)) // 2
    boxes = [Box(link, left + i * (width + GAP), width) for i, link in enumerate(links)]
    governed = boxes[min(1, len(boxes) - 1)]
    rule_x = max(0, min(WIDTH - RULE_WIDTH, governed.middle - RULE_WIDTH // 2))
    return Chain(boxes, rule, rule_x)
