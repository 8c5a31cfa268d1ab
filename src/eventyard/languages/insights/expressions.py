"""Expressions, read by precedence: or, and, not, comparisons, + -, * / %, ^, signs, then values.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
Unverified: which of the operators binds closer, which AWS does not say; they bind as elsewhere.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from eventyard.languages.insights.cursor import Cursor
from eventyard.languages.insights.plan import (
    Arithmetic,
    Comparison,
    Expression,
    Field,
    Flag,
    Invoke,
    Like,
    Logical,
    Membership,
    Not,
    Number,
    Period,
    Regex,
    Star,
    Text,
)
from eventyard.languages.insights.tokens import Kind, Token

RESERVED = frozenset({"and", "or", "not", "in", "like", "as", "by"})
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ms": ("ms", "msec", "millisecond"),
        "s": ("s", "sec", "second"),
        "m": ("m", "min", "minute"),
        "h": ("h", "hr", "hour"),
        "d": ("d", "day"),
        "w": ("w", "week"),
        "mo": ("mo", "mon", "month"),
        "q": ("q", "qtr", "quarter"),
        "y": ("y", "yr", "year"),
    }
)
"""Units of time with their other names; those of several letters may have an `s` after them.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html"""
_PERIOD_COUNT_MAX = 1_000_000


def expression(cursor: Cursor) -> Expression:
    """Read one expression. Raises QueryError."""
    cursor.deeper()
    found = _or(cursor)
    cursor.shallower()
    return found


def field(cursor: Cursor) -> Field:
    """Read a field's name. Raises QueryError."""
    token = cursor.expect_kind(Kind.NAME)
    if token.text.lower() in RESERVED:
        raise cursor.unexpected(token)
    return Field(token.value, token.segments, token.start, token.end)


def _or(cursor: Cursor) -> Expression:
    return _logical(cursor, "or", _and)


def _and(cursor: Cursor) -> Expression:
    return _logical(cursor, "and", _not)


def _logical(cursor: Cursor, operator: str, operand: Callable[[Cursor], Expression]) -> Expression:
    operands = [operand(cursor)]
    while cursor.passes(operator):
        operands.append(operand(cursor))
    return Logical(operator, tuple(operands)) if len(operands) > 1 else operands[0]


def _not(cursor: Cursor) -> Expression:
    if not cursor.passes("not"):
        return _comparison(cursor)
    cursor.deeper()
    found = Not(_not(cursor))
    cursor.shallower()
    return found


def _comparison(cursor: Cursor) -> Expression:
    left = _sum(cursor)
    if cursor.sees(*_COMPARISONS):
        return Comparison(cursor.take().text, left, _sum(cursor))
    is_negated = cursor.sees("not") and cursor.sees_after("in", "like")
    if is_negated:
        cursor.take()
    found: Expression | None = None
    if cursor.passes("in"):
        found = Membership(left, _options(cursor))
    elif cursor.passes("like", "=~"):
        found = Like(left, _pattern(cursor))
    if found is None:
        return left
    return Not(found) if is_negated else found


def _options(cursor: Cursor) -> tuple[Expression, ...]:
    cursor.expect("[")
    options = [_sum(cursor)]
    while cursor.passes(","):
        options.append(_sum(cursor))
    cursor.expect("]")
    return tuple(options)


def _pattern(cursor: Cursor) -> Expression:
    if cursor.token.kind is Kind.REGEX:
        token = cursor.take()
        return Regex(token.value, token.start, token.end)
    return _sum(cursor)


def _sum(cursor: Cursor) -> Expression:
    return _chain(cursor, ("+", "-"), _product)


def _product(cursor: Cursor) -> Expression:
    return _chain(cursor, ("*", "/", "%"), _power)


def _chain(cursor: Cursor, operators: tuple[str, ...], operand: Callable[[Cursor], Expression]) -> Expression:
    left = operand(cursor)
    depth = 0
    while cursor.sees(*operators):
        cursor.deeper()
        depth += 1
        left = Arithmetic(cursor.take().text, left, operand(cursor))
    for _ in range(depth):
        cursor.shallower()
    return left


def _power(cursor: Cursor) -> Expression:
    base = _signed(cursor)
    if not cursor.passes("^"):
        return base
    cursor.deeper()
    found = Arithmetic("^", base, _power(cursor))
    cursor.shallower()
    return found


def _signed(cursor: Cursor) -> Expression:
    if not cursor.sees("-", "+"):
        return _value(cursor)
    sign = cursor.take().text
    cursor.deeper()
    operand = _signed(cursor)
    cursor.shallower()
    return Arithmetic("-", Number(0), operand) if sign == "-" else operand


def _value(cursor: Cursor) -> Expression:
    token = cursor.token
    if cursor.passes("("):
        inner = expression(cursor)
        cursor.expect(")")
        return inner
    if token.kind is Kind.NUMBER:
        return Number(float(cursor.take().value))
    if token.kind is Kind.TEXT:
        return Text(cursor.take().value)
    if token.kind is Kind.REGEX:
        cursor.take()
        return Regex(token.value, token.start, token.end)
    if token.kind is Kind.PERIOD:
        return _period(cursor, cursor.take())
    if token.kind is Kind.NAME and cursor.sees_after("("):
        return _invoke(cursor)
    if token.text.lower() in ("true", "false"):
        return Flag(cursor.take().text.lower() == "true")
    return field(cursor)


def _invoke(cursor: Cursor) -> Invoke:
    name = cursor.take()
    if name.text.lower() in RESERVED:
        raise cursor.unexpected(name)
    cursor.expect("(")
    arguments: list[Expression] = []
    while not cursor.sees(")"):
        if arguments:
            cursor.expect(",")
        arguments.append(Star() if cursor.passes("*") else expression(cursor))
    cursor.expect(")")
    return Invoke(name.text.lower(), tuple(arguments), name.start, name.end)


def _period(cursor: Cursor, token: Token) -> Period:
    digits = token.text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    word = token.text[len(digits) :].lower()
    for unit, names in _UNITS.items():
        plurals = {f"{name}s" for name in names if len(name) > 1}
        if (word in names or word in plurals) and 0 < int(digits[:9]) <= _PERIOD_COUNT_MAX and len(digits) < 9:
            return Period(int(digits), unit)
    raise cursor.unexpected(token)
