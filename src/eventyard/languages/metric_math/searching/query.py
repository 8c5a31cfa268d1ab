"""Reads the query of a SEARCH into a tree.

    {AWS/Lambda, FunctionName} MetricName="Errors" OR (MetricName=Invocations AND FunctionName=("a" OR "b")) NOT test

The schema in braces is optional, as are the terms, but not both. Terms beside each other are joined by AND, which binds
tighter than OR; the words are operators in capitals only. A term in double quotes is exact, a backslash stands
before each `" \\ ( )` in it.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html (read 2026-11);
that a property can stand before brackets, from the searches that Grafana's CloudWatch data source writes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eventyard.languages.metric_math.errors import MathError, invalid_syntax
from eventyard.languages.metric_math.searching.tokens import Cut

QUERY_MAX = 1024
"""Characters of a query. Source: the page above."""

DEPTH_MAX = 60
"""Brackets within brackets; ours, so that no query exhausts the stack."""

_TOKEN = re.compile(r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<sign>[()=])|(?P<bare>[^\s()="{}]+))""", re.DOTALL)
_SCHEMA = re.compile(r"""\s*\{(?P<inside>(?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}\s*,?""", re.DOTALL)
_SCHEMA_NAME = re.compile(r"""\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^",]+?))\s*(?:,|$)""", re.DOTALL)
_END = ("end", "")


@dataclass(frozen=True, slots=True)
class Schema:
    """`dimensions`: the metric has exactly these, or any where none is named."""

    namespace: str
    dimensions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """`property`: "" for any name and value of the metric, or Namespace, MetricName, or a dimension's name."""

    cut: Cut
    is_exact: bool
    property: str


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    operands: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    operands: "tuple[Condition, ...]"


Condition = Term | Not | And | Or


@dataclass(frozen=True, slots=True)
class Search:
    """A SEARCH: which metrics, by which statistic, and in which period (`None`: the query's, or one of the request)."""

    text: str
    stat: str
    period_s: int | None
    schema: Schema | None
    condition: Condition | None


def compile_search(text: str, *, stat: str, period_s: int | None = None) -> Search:
    """Read a query. Raises MathError."""
    if len(text) > QUERY_MAX:
        raise MathError(f"A search query can have at most {QUERY_MAX} characters")
    found = _SCHEMA.match(text)
    schema = _schema(found["inside"]) if found else None
    reader = _Reader(list(_tokens(text, found.end() if found else 0)))
    condition = reader.either("", depth=0) if reader.tokens[0] != _END else None
    reader.expect(_END)
    if schema is None and condition is None:
        raise invalid_syntax()
    return Search(text=text, stat=stat, period_s=period_s, schema=schema, condition=condition)


def _schema(inside: str) -> Schema:
    names, at = [], 0
    while at < len(inside.rstrip()):
        found = _SCHEMA_NAME.match(inside, at)
        if found is None:
            raise invalid_syntax()
        names.append(_unescaped(found["quoted"]) if found["quoted"] is not None else found["bare"])
        at = found.end()
    if not names:
        raise invalid_syntax()
    return Schema(names[0], frozenset(names[1:]))


def _tokens(text: str, at: int) -> Iterator[tuple[str, str]]:
    """(kind, text) of each token; AND, OR and NOT are signs."""
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise invalid_syntax()
        kind, token = found.lastgroup, found[found.lastgroup]
        yield ("sign" if token in ("AND", "OR", "NOT") else kind), token
        at = found.end()
    yield _END


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _cost(condition: Condition) -> int:
    """What is judged first: an exact term is compared at once, another's names have to be cut into tokens."""
    return 2 - condition.is_exact if isinstance(condition, Term) else 3


@dataclass(slots=True)
class _Reader:
    """A recursive descent: `at` is the next token."""

    tokens: list[tuple[str, str]]
    at: int = 0

    def expect(self, token: tuple[str, str]) -> None:
        if self.tokens[self.at] != token:
            raise invalid_syntax()
        self.at += 1

    def either(self, property: str, depth: int) -> Condition:
        if depth > DEPTH_MAX:
            raise MathError("The search query is nested too deeply")
        operands = [self._all(property, depth)]
        while self._taken("OR"):
            operands.append(self._all(property, depth))
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def _all(self, property: str, depth: int) -> Condition:
        operands = [self._one(property, depth)]
        while self._taken("AND") or self._begins_a_term():
            operands.append(self._one(property, depth))
        return operands[0] if len(operands) == 1 else And(tuple(sorted(operands, key=_cost)))

    def _begins_a_term(self) -> bool:
        kind, token = self.tokens[self.at]
        return kind in ("quoted", "bare") or token in ("(", "NOT")

    def _one(self, property: str, depth: int) -> Condition:
        if depth > DEPTH_MAX:
            raise MathError("The search query is nested too deeply")
        if self._taken("NOT"):
            return Not(self._one(property, depth + 1))
        if self._taken("("):
            inside = self.either(property, depth + 1)
            self.expect(("sign", ")"))
            return inside
        kind, token = self.tokens[self.at]
        if kind not in ("quoted", "bare"):
            raise invalid_syntax()
        self.at += 1
        text = _unescaped(token[1:-1]) if kind == "quoted" else token
        if self._taken("="):
            return self._one(text, depth + 1) if not property else self._refuse()
        return Term(Cut(text), is_exact=kind == "quoted", property=property)

    def _refuse(self) -> Condition:
        raise invalid_syntax()

    def _taken(self, sign: str) -> bool:
        is_next = self.tokens[self.at] == ("sign", sign)
        self.at += is_next
        return is_next
