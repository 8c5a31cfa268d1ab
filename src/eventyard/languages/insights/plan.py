"""What a query can say: its commands in their order, and the expressions in them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression between slashes, as it stands."""

    pattern: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: `5m`. `unit` is one of ms, s, m, h, d, w, mo, q, y."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Star:
    """The `*` of `count(*)`."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name; `segments` are the parts of a dotted name, those in backticks whole."""

    name: str
    segments: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Invoke:
    """A function, its name in lower case, and what it is given."""

    name: str
    arguments: "tuple[Expression, ...]"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * / ^ %` between two numbers."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`= != < <= > >=` between two values."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Logical:
    """`and` or `or` of several conditions."""

    operator: str
    operands: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a value is one of several: `in [...]`."""

    item: "Expression"
    options: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Like:
    """Whether a text has a part (a text) or matches a pattern (a `Regex`)."""

    item: "Expression"
    pattern: "Expression"


Expression = (
    Number
    | Text
    | Flag
    | Regex
    | Period
    | Star
    | Field
    | Invoke
    | Arithmetic
    | Comparison
    | Logical
    | Not
    | Membership
    | Like
)


@dataclass(frozen=True, slots=True)
class Named:
    """An expression and the name of its column: its alias, else its own text."""

    expression: Expression
    name: str
    is_alias: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fields:
    """`fields`: further columns."""

    items: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Display:
    """`display`: these columns alone; the last one of a query counts."""

    items: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """`filter`: the rows for which this is so."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Stats:
    """`stats`: a row a group of rows."""

    aggregates: tuple[Named, ...]
    groups: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class SortKey:
    """One thing to sort by."""

    expression: Expression
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """`sort`: by the first key, then by the next."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """`limit`: that many rows at most."""

    count: int


@dataclass(frozen=True, slots=True)
class Parse:
    """`parse`: new fields from the groups of `pattern`, a regular expression for RE2: (name, group's number) pairs."""

    item: Expression
    pattern: str
    names: tuple[tuple[str, int], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dedup:
    """`dedup`: the first row of those that agree in these fields."""

    items: tuple[Expression, ...]


Command = Fields | Display | Filter | Stats | Sort | Limit | Parse | Dedup


@dataclass(frozen=True, slots=True)
class Source:
    """`SOURCE`: groups by their names, or those whose names begin so (all of them without a prefix)."""

    names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    is_by_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; `source` is `None` where it names no groups."""

    source: Source | None
    commands: tuple[Command, ...]
