"""What an expression is once it has been read: a tree of these nodes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string in quotes, as it stands there."""

    value: str


@dataclass(frozen=True, slots=True)
class Word:
    """An upper-case word that is no call: REPEAT, LINEAR, AVG as SORT's measure, ASC."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of another query."""

    id: str


@dataclass(frozen=True, slots=True)
class Negation:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands; `operator` is one of + - * / ^ == != < <= > >= AND OR."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Listed:
    """`[m1, m2]`."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: "tuple[Node, ...]"


Node = Number | Text | Word | Reference | Negation | Operation | Listed | Call
