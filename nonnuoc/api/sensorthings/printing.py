"""A tree as a query again, for the links to the next page of what was expanded."""

from __future__ import annotations

from nonnuoc.api.sensorthings.expressions import BINDS, COMPARES
from nonnuoc.records.monitoring.sensorthings.asking import (
    Call,
    Chain,
    Expression,
    Literal,
    Negative,
    Not,
    Options,
    Order,
    Path,
)


def expression(node: Expression) -> str:
    """The text that is parsed to this tree."""
    if isinstance(node, Literal):
        return node.text
    if isinstance(node, Path):
        return "/".join(node.names)
    if isinstance(node, Call):
        return f"{node.name}({','.join(expression(one) for one in node.of)})"
    if isinstance(node, Not):
        return f"not {_within(node.of, COMPARES)}"
    if isinstance(node, Negative):
        within = _within(node.of, COMPARES + 3)
        return f"-({within})" if isinstance(node.of, Literal) else f"-{within}"
    strength = BINDS[node.operator]
    first, *rest = node.of
    # sums lean to the left, and so needs the right one of two equals its bracket; of comparisons both do
    leaning = strength if strength > COMPARES else strength + 1
    members = [_within(first, leaning), *(_within(one, strength + 1) for one in rest)]
    return f" {node.operator} ".join(members)


def options(asked: Options) -> list[tuple[str, str]]:
    """The options as pairs of name and value; not where a page goes on."""
    found = [
        ("$filter", expression(asked.filter) if asked.filter is not None else ""),
        ("$orderby", ",".join(_order(one) for one in asked.order)),
        ("$select", ",".join(asked.select)),
        ("$expand", ",".join(_expanded(name, within) for name, within in asked.expand.items())),
        ("$top", "" if asked.top is None else str(asked.top)),
        ("$skip", str(asked.skip) if asked.skip else ""),
        ("$count", "true" if asked.count else ""),
        ("$as_of", asked.as_of.isoformat().replace("+00:00", "Z") if asked.as_of else ""),
    ]
    return [(name, value) for name, value in found if value]


def _order(one: Order) -> str:
    return f"{expression(one.by)} desc" if one.descending else expression(one.by)


def _expanded(name: str, within: Options) -> str:
    pairs = [f"{option}={value}" for option, value in options(within) if option != "$as_of"]
    return f"{name}({';'.join(pairs)})" if pairs else name


def _within(node: Expression, binds: int) -> str:
    """Bracketed where it binds less tightly than what it stands in."""
    strength = 99
    if isinstance(node, Chain):
        strength = BINDS[node.operator]
    elif isinstance(node, Not):
        strength = COMPARES
    text = expression(node)
    return text if strength >= binds else f"({text})"
