"""CQL2 text → tree. Weaker to stronger: OR, AND, NOT, comparisons, + -, * / % DIV, ^, a sign."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nonnuoc.api.ogc.cql2 import values
from nonnuoc.api.ogc.cql2.tree import FUNCTIONS, MAX_DEPTH, MAX_LENGTH, Call, Fault, Literal, Name, Node, Place, checked

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<string>'(?:[^'\\]|''|\\.)*')
    |(?P<quoted>"[^"]+")
    |(?P<word>[^\W\d][\w.:]*)
    |(?P<sign><>|<=|>=|[=<>+\-*/%^(),]))""",
    re.VERBOSE,
)
_WORDS = frozenset(("and", "or", "not", "like", "between", "in", "is", "null", "true", "false", "div"))


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `text` of words and signs in small letters, of others as it stands."""

    kind: str  # number, string, quoted, word, sign or end
    text: str
    at: int


def parse(text: str) -> Node:
    """The tree. Raises Fault, with the character."""
    if len(text) > MAX_LENGTH:
        raise Fault(f"a filter has at most {MAX_LENGTH} characters", MAX_LENGTH)
    reader = _Reader(text)
    root = reader.either()
    if reader.now.kind != "end":
        raise reader.refusal("this does not follow from what stands before it")
    return checked(root)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            start = end - len(text[at:end].lstrip())
            raise Fault("no word, number, text in '…' or sign begins here", start, text[start : start + 20])
        kind = match.lastgroup
        said = match[kind].lower() if kind in ("word", "sign") else match[kind]
        found.append(Token(kind, said, match.start(kind)))
        at = match.end()
    return [*found, Token("end", "", len(text))]


class _Reader:
    """Walks the tokens once, one method a rank."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.next, self.depth = text, _tokens(text), 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.next]

    @property
    def here(self) -> Place:
        return self._place(self.now)

    def _place(self, token: Token) -> Place:
        return Place(token.at, self.text[token.at : token.at + 20])

    def refusal(self, detail: str) -> Fault:
        return self.here.fault(detail if self.now.kind != "end" else "the filter ends too early")

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.next += 1
        return token

    def has(self, *texts: str) -> bool:
        """Whether one of these words or signs stands here; then it is passed."""
        if self.now.kind in ("word", "sign") and self.now.text in texts:
            self.next += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.has(text):
            raise self.refusal(f"{text.upper()} is missing here")

    def deeper(self, read: Callable[[], Node]) -> Node:
        """What stands in brackets or behind a sign."""
        if self.depth >= MAX_DEPTH:
            raise self.refusal(f"a filter is nested at most {MAX_DEPTH} deep")
        self.depth += 1
        node = read()
        self.depth -= 1
        return node

    def either(self) -> Node:
        return self._row("or", self.both)

    def both(self) -> Node:
        return self._row("and", self.negated)

    def _row(self, word: str, part: Callable[[], Node]) -> Node:
        place, parts = self.here, [part()]
        while self.has(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Call(word, tuple(parts), place)

    def negated(self) -> Node:
        place = self.here
        if self.has("not"):
            return Call("not", (self.deeper(self.negated),), place)
        return self.compared()

    def compared(self) -> Node:
        left, place = self.sum(), self.here
        if self.now.kind == "sign" and self.now.text in ("=", "<>", "<", "<=", ">", ">="):
            return Call(self.take().text, (left, self.sum()), place)
        if self.has("is"):
            found: Node
            negative = self.has("not")
            self.expect("null")
            found = Call("isnull", (left,), place)
            return Call("not", (found,), place) if negative else found
        negative = self.has("not")
        if self.has("like"):
            found = Call("like", (left, self.sum()), place)
        elif self.has("between"):
            low = self.sum()
            self.expect("and")
            found = Call("between", (left, low, self.sum()), place)
        elif self.has("in"):
            found = Call("in", (left, *self.listed()), place)
        elif negative:
            raise self.refusal("behind NOT stands LIKE, BETWEEN or IN")
        else:
            return left
        return Call("not", (found,), place) if negative else found

    def listed(self) -> list[Node]:
        """( a, b, … )"""
        self.expect("(")
        found = [self.deeper(self.either)]
        while self.has(","):
            found.append(self.deeper(self.either))
        self.expect(")")
        return found

    def sum(self) -> Node:
        return self._chain(("+", "-"), self.product)

    def product(self) -> Node:
        return self._chain(("*", "/", "%", "div"), self.power)

    def power(self) -> Node:
        return self._chain(("^",), self.signed)

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        left, links = part(), 0
        while self.now.kind in ("word", "sign") and self.now.text in signs:
            links += 1
            if links > MAX_DEPTH:
                raise self.refusal(f"at most {MAX_DEPTH} numbers are calculated with in one row")
            place, op = self.here, self.take().text
            left = Call(op, (left, part()), place)
        return left

    def signed(self) -> Node:
        place = self.here
        if self.has("-"):
            value = self.deeper(self.signed)
            if isinstance(value, Literal) and value.kind == "number":
                return Literal(-value.value, "number", place)
            return Call("-", (Literal(0.0, "number", place), value), place)
        return self.atom()

    def atom(self) -> Node:
        place, token = self.here, self.now
        match token.kind:
            case "number":
                return Literal(float(self.take().text), "number", place)
            case "string":
                return Literal(self._unquoted(), "string", place)
            case "quoted":
                return Name(self.take().text[1:-1], place)
            case "word":
                return self.word()
        if self.has("("):
            node = self.deeper(self.either)
            self.expect(")")
            return node
        raise self.refusal("a property, a value or ( is missing here")

    def _unquoted(self) -> str:
        return self.take().text[1:-1].replace("\\'", "'").replace("''", "'")

    def word(self) -> Node:
        place, token = self.here, self.take()
        if token.text in ("true", "false"):
            return Literal(token.text == "true", "boolean", place)
        if token.text in _WORDS:
            raise place.fault(f"{token.text.upper()} cannot stand here")
        if token.text.upper() in values.GEOMETRIES and (self.now.text in ("(", "z", "empty")):
            return values.wkt(self._bracketed(token), place)
        if self.now.text == "(" and self.now.kind == "sign":
            return self.function(token.text, place)
        return Name(self.text[token.at : token.at + len(token.text)], place)

    def function(self, name: str, place: Place) -> Node:
        if name == "bbox":
            return values.box([self._number(one) for one in self.listed()], place)
        if name == "interval":
            return values.interval([one if isinstance(one, Name) else self._said(one) for one in self.listed()], place)
        if name in ("timestamp", "date"):
            said = [self._said(one) for one in self.listed()]
            if len(said) != 1:
                raise place.fault(f"{name.upper()} has one time")
            return values.date(said[0], place) if name == "date" else values.timestamp(said[0], place)
        if name not in FUNCTIONS:
            raise place.fault(f"there is no function {name}; there are {', '.join(FUNCTIONS)}")
        return Call(name, tuple(self.listed()), place)

    @staticmethod
    def _number(node: Node) -> float:
        if isinstance(node, Literal) and node.kind == "number":
            return float(node.value)
        raise node.place.fault("a number is missing here")

    @staticmethod
    def _said(node: Node) -> str:
        if isinstance(node, Literal) and node.kind == "string":
            return str(node.value)
        raise node.place.fault("a time in '…' is missing here")

    def _bracketed(self, first: Token) -> str:
        """The text from a geometry's name to the bracket that closes it."""
        depth = 0
        while self.now.kind != "end":
            token = self.take()
            depth += (token.text == "(") - (token.text == ")")
            if depth <= 0 and token.text in (")", "empty"):
                return self.text[first.at : token.at + len(token.text)]
        raise self.refusal("a bracket is not closed")
