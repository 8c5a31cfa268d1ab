"""Reads the text of an expression into its tree.

    OR  <  AND  <  == != < <= > >=  <  + -  <  * /  <  unary -  <  ^        from the loosest to the tightest

Functions are upper case, ids begin with a lower-case letter. `&&` is AND and `||` is OR. In a text a backslash stands
before the quotation mark that would end it. AWS does not say how tightly
`^` binds; here it binds as everywhere, to the right. Unverified.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eventyard.languages.metric_math.errors import MathError, invalid_syntax
from eventyard.languages.metric_math.tree import Call, Listed, Negation, Node, Number, Operation, Reference, Text, Word

DEPTH_MAX = 60
"""Brackets and signs within each other; ours, so that no expression exhausts the stack."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<text>'(?:\\'|[^'])*'|"(?:\\"|[^"])*")
    |(?P<id>[a-z][A-Za-z0-9_]*)
    |(?P<word>[A-Z][A-Z0-9_]*)(?![A-Za-z0-9_])
    |(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]]))""",
    re.VERBOSE,
)

_LOOSEST_FIRST = (
    ("OR",),
    ("AND",),
    ("==", "!=", "<=", ">=", "<", ">"),
    ("+", "-"),
    ("*", "/"),
)
_SPELLINGS: Mapping[str, str] = {"&&": "AND", "||": "OR"}
_END = ("end", "")


def parse(text: str) -> Node:
    """The tree of an expression. Raises MathError."""
    reader = _Reader(list(_tokens(text)))
    node = reader.operation(level=0, depth=0)
    reader.expect(_END)
    return node


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each token; AND and OR are signs."""
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise invalid_syntax()
        kind, token = found.lastgroup, found[found.lastgroup]
        token = _SPELLINGS.get(token, token)
        yield ("sign" if token in ("AND", "OR") else kind), token
        at = found.end()
    yield _END


@dataclass(slots=True)
class _Reader:
    """A recursive descent: `at` is the next token."""

    tokens: list[tuple[str, str]]
    at: int = 0

    def operation(self, level: int, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise MathError("The expression is nested too deeply")
        if level == len(_LOOSEST_FIRST):
            return self._signed(depth)
        node = self.operation(level + 1, depth)
        while (sign := self._taken(*_LOOSEST_FIRST[level])) is not None:
            node = Operation(sign, node, self.operation(level + 1, depth))
        return node

    def expect(self, token: tuple[str, str]) -> None:
        if self.tokens[self.at] != token:
            raise invalid_syntax()
        self.at += 1

    def _taken(self, *signs: str) -> str | None:
        """The next token if it is one of these signs; it is then behind us."""
        kind, token = self.tokens[self.at]
        if kind != "sign" or token not in signs:
            return None
        self.at += 1
        return token

    def _signed(self, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise MathError("The expression is nested too deeply")
        if self._taken("-"):
            return Negation(self._signed(depth + 1))
        base = self._atom(depth)
        if self._taken("^"):
            return Operation("^", base, self._signed(depth + 1))
        return base

    def _atom(self, depth: int) -> Node:
        kind, token = self.tokens[self.at]
        self.at += 1
        match kind:
            case "number":
                return Number(float(token))
            case "text":
                return Text(token[1:-1].replace("\\" + token[0], token[0]))
            case "id":
                return Reference(token)
            case "word":
                return Call(token, self._items(")", depth)) if self._taken("(") else Word(token)
        if token == "(" and kind == "sign":
            node = self.operation(level=0, depth=depth + 1)
            self.expect(("sign", ")"))
            return node
        if token == "[" and kind == "sign":
            items = self._items("]", depth)
            if items:
                return Listed(items)
        raise invalid_syntax()

    def _items(self, closing: str, depth: int) -> tuple[Node, ...]:
        """What stands between brackets, the opening one being behind us."""
        if self._taken(closing):
            return ()
        items = [self.operation(level=0, depth=depth + 1)]
        while self._taken(","):
            items.append(self.operation(level=0, depth=depth + 1))
        self.expect(("sign", closing))
        return tuple(items)
