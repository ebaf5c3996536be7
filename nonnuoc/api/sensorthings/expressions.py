"""Expressions of $filter and $orderby: words in, a tree out (precedence climbing, OData 4.01 part 2, 5.1.1.17).

`and` and `or` give flat chains however long they are; everything that nests is counted, so that no query is deeper
than the stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from nonnuoc.api.sensorthings import functions, limits, literals
from nonnuoc.api.sensorthings.lexing import Cursor, Kind, Word
from nonnuoc.records.monitoring.sensorthings.asking import (
    Call,
    Chain,
    Expression,
    Literal,
    Negative,
    Not,
    Operator,
    Path,
)

#: How tightly an operator binds.
BINDS = (
    {Operator.OR: 1, Operator.AND: 2}
    | dict.fromkeys((Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE), 3)
    | dict.fromkeys((Operator.ADD, Operator.SUB), 4)
    | dict.fromkeys((Operator.MUL, Operator.DIV, Operator.MOD), 5)
)
COMPARES = 3
_OPERATORS = {operator.value: operator for operator in Operator}
_CONSTANTS = {"true": True, "false": False, "null": None}
_LITERALS = {Kind.NUMBER, Kind.STRING, Kind.TIME, Kind.DATE, Kind.CLOCK, Kind.SPAN, Kind.TYPED}
_SEGMENTS = {Kind.NAME, Kind.NUMBER}


class Parser:
    """Reads expressions from where the cursor stands, and leaves it behind them."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self._operands = 0
        self._depth = 0

    def expression(self, binds: int = 1) -> Expression:
        """The longest expression of operators that bind at least so tightly."""
        left, height = self._operand(), 0
        while (operator := self._operator()) is not None and BINDS[operator] >= binds:
            strength = BINDS[operator]
            if strength < COMPARES:
                left = self._chain(left, operator)
                continue
            self.cursor.take()
            left = Chain(operator, (left, self.expression(strength + 1)), left.at)
            height += 1
            following = self._operator()
            if strength == COMPARES and following is not None and BINDS[following] == COMPARES:
                raise self.cursor.fault("A comparison cannot be compared: join two of them with 'and'.")
            if height > limits.NESTING:
                raise self.cursor.fault(f"More than {limits.NESTING} sums in a row.")
        return left

    def _chain(self, first: Expression, operator: Operator) -> Chain:
        members = [first]
        while self._operator() is operator:
            self.cursor.take()
            members.append(self.expression(BINDS[operator] + 1))
        return Chain(operator, tuple(members), first.at)

    def _operator(self) -> Operator | None:
        here = self.cursor.here
        return _OPERATORS.get(here.text) if here.kind is Kind.NAME else None

    def _operand(self) -> Expression:
        self._operands += 1
        if self._operands > limits.OPERANDS:
            raise self.cursor.fault(f"More than {limits.TERMS} terms: ask in parts.")
        word = self.cursor.here
        if word.kind in _LITERALS:
            return literals.of(self.cursor.take())
        if word.kind is Kind.SIGN and word.text in "(-":
            return self._bracket() if word.text == "(" else self._minus()
        if word.kind is not Kind.NAME or word.text in _OPERATORS:
            told = f"not {word.text!r}" if word.text else "the text ends"
            raise self.cursor.fault(f"A property, a literal or a function must stand here, {told}.")
        if word.text == "not":
            return self._not()
        if self.cursor.ahead.kind is Kind.SIGN and self.cursor.ahead.text == "(":
            return self._call()
        if word.text in _CONSTANTS:
            return Literal(_CONSTANTS[word.text], self.cursor.take().text, word.at)
        return path(self.cursor)

    def _bracket(self) -> Expression:
        self.cursor.take()
        with self._deeper():
            within = self.expression()
        self.cursor.require(")", "a bracket is open")
        return within

    def _minus(self) -> Expression:
        at = self.cursor.take().at
        if self.cursor.here.kind is Kind.NUMBER:
            word = self.cursor.take()
            return literals.of(Word(word.kind, f"-{word.text}", at))
        with self._deeper():
            return Negative(self._operand(), at)

    def _not(self) -> Expression:
        at = self.cursor.take().at
        with self._deeper():
            # OData has `not` bind tighter than `eq`; of two truth values both readings say the same
            return Not(self.expression(COMPARES), at)

    def _call(self) -> Expression:
        word = self.cursor.take()
        name = word.text.lower()
        if name not in functions.ARGUMENTS:
            like = get_close_matches(name, functions.ARGUMENTS, 1)
            hint = f" Is {like[0]} meant?" if like else ""
            raise self.cursor.fault(f"There is no function {word.text!r}.{hint}", word.at)
        self.cursor.take()
        with self._deeper():
            given = tuple(self._arguments(name))
        least, most = functions.ARGUMENTS[name]
        if not least <= len(given) <= most:
            wanted = str(least) if least == most else f"{least} or {most}"
            raise self.cursor.fault(f"{name} takes {wanted} arguments, not {len(given)}.", word.at)
        return Call(name, given, word.at)

    def _arguments(self, name: str) -> Iterator[Expression]:
        if self.cursor.accept(")"):
            return
        while True:
            given = self.expression()
            if name in functions.TIMES and isinstance(given, Literal) and isinstance(given.value, str):
                given = Literal(literals.when(given.value, given.at), given.text, given.at)
            yield given
            if not self.cursor.accept(","):
                break
        self.cursor.require(")", f"the arguments of {name} end with it")

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > limits.NESTING:
            raise self.cursor.fault(f"Nested more than {limits.NESTING} times.")
        yield
        self._depth -= 1


def path(cursor: Cursor) -> Path:
    """A property, perhaps through navigations. `id` at the end of them is `@iot.id`."""
    first = cursor.take()
    names = [first.text]
    while cursor.accept("/"):
        if cursor.here.kind not in _SEGMENTS:
            raise cursor.fault("The name of a property must follow the slash.")
        names.append(cursor.take().text)
    return Path(identified(names), first.at)


def identified(names: list[str]) -> tuple[str, ...]:
    """The names with `id` of an entity as the standard writes it, `@iot.id`; navigations begin with a capital."""
    if names[-1] == "id" and all(name[:1].isupper() for name in names[:-1]):
        return (*names[:-1], "@iot.id")
    return tuple(names)
