"""Reads a query of Metrics Insights.

    SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) WHERE InstanceId != 'i-1' AND …
    GROUP BY InstanceId ORDER BY MAX() DESC LIMIT 10

Keywords have any case. Names other than of letters, numbers and `_`, and those that are keywords, stand in double
quotes, values in single ones; a backslash stands before a quotation mark in either, and is itself anywhere else.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
(read 2026-11); radkawar/stackd, testdata/aws/cloudwatch/metric_insights.json (recorded from AWS, 2026-09). Tags, which
only AWS knows, are read as labels that no metric has.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eventyard.languages.metric_math.errors import MathError, invalid_syntax

LIMIT_MAX = 500
"""Series that a query can give. Source: the page above."""

FUNCTIONS = ("AVG", "COUNT", "MAX", "MIN", "SUM")
_KEYWORDS = frozenset(
    {"AND", "ASC", "BY", "DESC", "FROM", "GROUP", "LIMIT", "ORDER", "SCHEMA", "SELECT", "WHERE", "ZONE", *FUNCTIONS}
)

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>"(?:[^"\\]|\\.)+")
    |(?P<value>'(?:[^'\\]|\\.)*')
    |(?P<number>\d+)(?![\w.])
    |(?P<word>[A-Za-z_][\w.]*)
    |(?P<sign>!=|[=(),]))""",
    re.VERBOSE | re.DOTALL,
)
OWN_ACCOUNT = "CURRENT_ACCOUNT_ID"
_SELECT = re.compile(r"\s*SELECT\b", re.IGNORECASE)
_END = ("end", "")


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of WHERE: the label has the value, or with `is_negated` has it not.

    The value is `None` where it is the caller's account, as `CURRENT_ACCOUNT_ID()` writes it.
    """

    label: str
    value: str | None
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Select:
    """A query that was read.

    `schema`: the dimensions that a metric has to have, these and no others; `None` where no SCHEMA says so. `order_by`
    is `None` where the series stand in the order of their labels.
    """

    function: str
    metric: str
    namespace: str
    schema: frozenset[str] | None = None
    where: tuple[Clause, ...] = ()
    group_by: tuple[str, ...] = ()
    order_by: str | None = None
    is_descending: bool = False
    limit: int = LIMIT_MAX


def is_select(text: str) -> bool:
    """Whether an expression is a query of Metrics Insights rather than metric math."""
    return _SELECT.match(text) is not None


def compile_select(text: str) -> Select:
    """Read a query. Raises MathError."""
    return _Reader(list(_tokens(text))).query()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each token; keywords are in capitals, names and values without their quotes."""
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise invalid_syntax()
        yield _token(found.lastgroup, found[found.lastgroup])
        at = found.end()
    yield _END


def _token(kind: str, text: str) -> tuple[str, str]:
    if kind in ("name", "value"):
        return kind, re.sub(r"""\\(["'])""", r"\1", text[1:-1])
    if kind == "word":
        return ("keyword", text.upper()) if text.upper() in _KEYWORDS else ("name", text)
    return kind, text


@dataclass(slots=True)
class _Reader:
    """A recursive descent: `at` is the next token."""

    tokens: list[tuple[str, str]]
    at: int = 0

    def query(self) -> Select:
        self._expect("keyword", "SELECT")
        function = self._function()
        self._expect("sign", "(")
        metric = self._next("name")
        self._expect("sign", ")")
        self._expect("keyword", "FROM")
        namespace, schema = self._source()
        where = self._where() if self._taken("keyword", "WHERE") else ()
        group_by = self._group_by() if self._taken("keyword", "GROUP") else ()
        order_by, is_descending = self._order_by() if self._taken("keyword", "ORDER") else (None, False)
        limit = self._limit() if self._taken("keyword", "LIMIT") else LIMIT_MAX
        self._expect(*_END)
        return Select(function, metric, namespace, schema, where, group_by, order_by, is_descending, limit)

    def _source(self) -> tuple[str, frozenset[str] | None]:
        if not self._taken("keyword", "SCHEMA"):
            return self._next("name"), None
        self._expect("sign", "(")
        names = self._names()
        self._expect("sign", ")")
        return names[0], frozenset(names[1:])

    def _where(self) -> tuple[Clause, ...]:
        clauses = [self._clause()]
        while self._taken("keyword", "AND"):
            clauses.append(self._clause())
        return tuple(clauses)

    def _clause(self) -> Clause:
        label = self._next("name")
        is_negated = self._taken("sign", "!=")
        if not is_negated:
            self._expect("sign", "=")
        kind, text = self.tokens[self.at]
        if kind == "name" and text.upper() == OWN_ACCOUNT:
            self.at += 1
            self._expect("sign", "(")
            self._expect("sign", ")")
            return Clause(label, None, is_negated)
        return Clause(label, self._next("value"), is_negated)

    def _group_by(self) -> tuple[str, ...]:
        self._expect("keyword", "BY")
        return self._names()

    def _order_by(self) -> tuple[str, bool]:
        self._expect("keyword", "BY")
        function = self._function()
        self._expect("sign", "(")
        self._expect("sign", ")")
        is_descending = self._taken("keyword", "DESC")
        if not is_descending:
            self._taken("keyword", "ASC")
        return function, is_descending

    def _limit(self) -> int:
        digits = self._next("number")
        limit = int(digits) if len(digits) < 10 else LIMIT_MAX + 1
        if not 1 <= limit <= LIMIT_MAX:
            raise MathError(f"LIMIT must be between 1 and {LIMIT_MAX}")
        return limit

    def _function(self) -> str:
        name = self._next("keyword")
        if name not in FUNCTIONS:
            raise invalid_syntax()
        return name

    def _names(self) -> tuple[str, ...]:
        names = [self._next("name")]
        while self._taken("sign", ","):
            names.append(self._next("name"))
        return tuple(names)

    def _next(self, kind: str) -> str:
        found, text = self.tokens[self.at]
        if found != kind:
            raise invalid_syntax()
        self.at += 1
        return text

    def _expect(self, kind: str, text: str) -> None:
        if not self._taken(kind, text):
            raise invalid_syntax()

    def _taken(self, kind: str, text: str) -> bool:
        is_next = self.tokens[self.at] == (kind, text)
        self.at += is_next
        return is_next
