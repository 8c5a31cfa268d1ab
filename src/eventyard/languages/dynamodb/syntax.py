"""The grammar of all DynamoDB expressions: a text becomes a tree, or a syntax error in AWS's words.

    condition   := and (OR and)*              and     := not (AND not)*          not := NOT not | term
    term        := operand comparator operand | operand BETWEEN operand AND operand
                 | operand IN (operand, ...)  | function | (condition)
    operand     := path | :value | function(operand, ...) | (operand)
    path        := name ( .name | [index] )*  name    := identifier | #placeholder
    update      := section+                   section := SET path = side (, ...) | REMOVE path (, ...)
                                                       | ADD path :value (, ...) | DELETE path :value (, ...)
    side        := operand ((+|-) operand)?   projection := path (, path)*

A parenthesis may hold a condition or an operand; which of both is known only after it, so one routine reads both and
says which it found: no backtracking, linear time. Nothing here knows placeholders' meanings (`context.py`) or what
functions exist (`checks.py`). Trees can be shared and cached by text.
Source: developer guide "Expressions"; AWS reports the token where reading stopped, and as `near` the text from the
token before it to the one after.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from eventyard.languages.dynamodb.values import AttributeValue

DEPTH_MAX = 60
"""Nested parentheses, functions and NOTs; deeper is refused as a syntax error."""


class Placeholder(NamedTuple):
    """A `#name`, `name` with its sign."""

    name: str


Step = str | int | Placeholder


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: names (plain or placeholders) and list indices; the first is a name."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A `:value`, `name` with its sign."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value given directly, as only the older parameters do."""

    value: AttributeValue


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: "Operand"
    right: "Operand"


Operand = Path | Variable | Literal | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    operand: Operand
    options: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Node"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


Node = Comparison | Between | In | Not | And | Or | Call
Term = Node | Path | Variable | Literal | Arithmetic


@dataclass(frozen=True, slots=True)
class Action:
    """One change of an update; `value` is `None` for REMOVE only."""

    section: str
    path: Path
    value: Operand | None


@dataclass(frozen=True, slots=True)
class UpdateTree:
    """`sections` are the section keywords as written, repeated ones too."""

    sections: tuple[str, ...]
    actions: tuple[Action, ...]


class BadExpression(Exception):
    """What is wrong, in AWS's words but without the parameter's name."""


_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<name>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<index>0|[1-9][0-9]*)|(?P<sign><>|<=|>=|[=<>()\[\],.+-])|(?P<bad>[^ \t\r\n])|(?P<end>\Z))",
    re.ASCII,
)
_COMPARATORS = frozenset(("=", "<>", "<", "<=", ">", ">="))
_CONDITION_KEYWORDS = frozenset(("AND", "OR", "NOT", "BETWEEN", "IN"))
_UPDATE_KEYWORDS = frozenset(("SET", "REMOVE", "ADD", "DELETE"))


class _Token(NamedTuple):
    kind: str
    """`word`, `name`, `value`, `index`, `bad`, `end`, a keyword in upper case, or the sign itself."""
    text: str
    start: int
    end: int


def parse_condition(text: str) -> Node:
    """The tree of a condition, filter or key condition. Errors: BadExpression."""
    reader = _Reader(text, _CONDITION_KEYWORDS)
    node = reader.either(may_be_operand=False)
    reader.take("end")
    if isinstance(node, Path | Variable | Literal | Arithmetic):
        reader.fail()
    return node


def parse_update(text: str) -> UpdateTree:
    """The tree of an update. Errors: BadExpression."""
    reader = _Reader(text, _UPDATE_KEYWORDS)
    sections: list[str] = []
    actions: list[Action] = []
    while not sections or not reader.at("end"):
        section = reader.token.kind
        if section not in _UPDATE_KEYWORDS:
            reader.fail()
        reader.take(section)
        sections.append(section)
        actions.append(_action(reader, section))
        while reader.accept(","):
            actions.append(_action(reader, section))
    return UpdateTree(tuple(sections), tuple(actions))


def _action(reader: "_Reader", section: str) -> Action:
    path = reader.path()
    if section == "REMOVE":
        return Action(section, path, None)
    if section != "SET":
        return Action(section, path, Variable(reader.take("value").text))
    reader.take("=")
    value = reader.operand()
    operator = reader.token.kind
    if reader.accept("+") or reader.accept("-"):
        value = Arithmetic(operator, value, reader.operand())
    return Action(section, path, value)


def parse_projection(text: str) -> tuple[Path, ...]:
    """The paths of a projection. Errors: BadExpression."""
    reader = _Reader(text, frozenset())
    paths = [reader.path()]
    while reader.accept(","):
        paths.append(reader.path())
    reader.take("end")
    return tuple(paths)


class _Reader:
    """A place in the tokens of one text."""

    def __init__(self, text: str, keywords: frozenset[str]) -> None:
        self._text = text
        self._tokens = _tokens_of(text, keywords)
        self._at = 0
        self._depth = 0
        self._closed: dict[int, int] = {}

    @property
    def token(self) -> _Token:
        return self._tokens[self._at]

    def at(self, kind: str) -> bool:
        return self._tokens[self._at].kind == kind

    def accept(self, kind: str) -> bool:
        if self._tokens[self._at].kind != kind:
            return False
        self._at += 1
        return True

    def take(self, kind: str) -> _Token:
        token = self.token
        if token.kind != kind:
            self.fail()
        self._at += kind != "end"
        return token

    def fail(self) -> NoReturn:
        """Raise the syntax error at the current token."""
        token = self.token
        start = self._tokens[self._at - 1].start if self._at else 0
        end = self._tokens[min(self._at + 1, len(self._tokens) - 1)].end
        near = self._text[start:end]
        raise BadExpression(f'Syntax error; token: "{token.text}", near: "{near}"')

    def either(self, *, may_be_operand: bool) -> Term:
        """A condition, or a bare operand where that may stand."""
        first = self._conjunction(may_be_operand)
        if not self.at("OR"):
            return first
        parts = [self._as_condition(first)]
        while self.accept("OR"):
            parts.append(self._as_condition(self._conjunction(may_be_operand=False)))
        return Or(tuple(parts))

    def _conjunction(self, may_be_operand: bool) -> Term:
        first = self._negation(may_be_operand)
        if not self.at("AND"):
            return first
        parts = [self._as_condition(first)]
        while self.accept("AND"):
            parts.append(self._as_condition(self._negation(may_be_operand=False)))
        return And(tuple(parts))

    def _as_condition(self, term: Term) -> Node:
        if isinstance(term, Path | Variable | Literal | Arithmetic):
            self.fail()
        return term

    def _negation(self, may_be_operand: bool) -> Term:
        if not self.at("NOT"):
            return self._relation(may_be_operand)
        self._go_down()
        self.take("NOT")
        inner = self._as_condition(self._negation(may_be_operand=False))
        self._depth -= 1
        return Not(inner)

    def _relation(self, may_be_operand: bool) -> Term:
        left = self._parenthesis() if self.at("(") else self.operand()
        if not isinstance(left, Path | Variable | Call):
            return left
        kind = self.token.kind
        if kind in _COMPARATORS:
            self.take(kind)
            return Comparison(kind, left, self.operand())
        if self.accept("BETWEEN"):
            low = self.operand()
            self.take("AND")
            return Between(left, low, self.operand())
        if self.accept("IN"):
            return In(left, self._arguments())
        if not may_be_operand and not isinstance(left, Call):
            self.fail()
        return left

    def _parenthesis(self) -> Term:
        """What a parenthesis holds, condition or operand; directly doubled ones are refused."""
        opened = self._at
        self._go_down()
        self.take("(")
        inner = self.either(may_be_operand=True)
        closed = self._at
        self.take(")")
        self._depth -= 1
        self._closed[opened] = closed
        if self._closed.get(opened + 1) == closed - 1:
            raise BadExpression("The expression has redundant parentheses;")
        return inner

    def operand(self) -> Operand:
        token = self.token
        if token.kind == "value":
            self._at += 1
            return Variable(token.text)
        if token.kind == "(":
            inner = self._parenthesis()
            if isinstance(inner, Path | Variable | Call):
                return inner
            self._at -= 1
            self.fail()
        if token.kind == "word" and self._tokens[self._at + 1].kind == "(":
            self._at += 1
            return Call(token.text, self._arguments())
        return self.path()

    def _arguments(self) -> tuple[Operand, ...]:
        self._go_down()
        self.take("(")
        arguments = [self.operand()]
        while self.accept(","):
            arguments.append(self.operand())
        self.take(")")
        self._depth -= 1
        return tuple(arguments)

    def path(self) -> Path:
        steps: list[Step] = [self._name()]
        while True:
            if self.accept("."):
                steps.append(self._name())
            elif self.accept("["):
                steps.append(int(self.take("index").text[:11]))
                self.take("]")
            else:
                return Path(tuple(steps))

    def _name(self) -> Step:
        token = self.token
        if token.kind not in ("word", "name"):
            self.fail()
        self._at += 1
        return token.text if token.kind == "word" else Placeholder(token.text)

    def _go_down(self) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            self.fail()


def _tokens_of(text: str, keywords: frozenset[str]) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "end"
        word = match[kind]
        if kind == "end":
            break
        start = match.start(kind)
        if kind == "word" and word.upper() in keywords:
            kind = word.upper()
        elif kind == "sign":
            kind = word
        tokens.append(_Token(kind, word, start, match.end()))
    tokens.append(_Token("end", "<EOF>", len(text), len(text)))
    return tokens
