"""Operators, and what they do with scalars, series and arrays: *broadcasting*.

    left \\ right   scalar                 series                          array
    scalar         a scalar               each point of the series        each series of the array
    series         each point             each instant that either has    each series of the array
    array          each series            each series                     refused

Where only one of two series has a point, the other's is taken as 0; a point that divides by zero is dropped.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (read 2026-11)
Unverified: what AWS says to an array on both sides, and that comparisons take arrays as arithmetic does.
"""

import math
from collections.abc import Callable, Mapping

from eventyard.languages.metric_math.values import NOT_A_NUMBER, Series, Settled

Operator = Callable[[float, float], float]


def _divided(left: float, right: float) -> float:
    return left / right if right else NOT_A_NUMBER


def _raised(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except (OverflowError, ValueError):
        return NOT_A_NUMBER


def _telling(is_so: Callable[[float, float], bool]) -> Operator:
    """1 or 0, and no number where one of both is none."""

    def tell(left: float, right: float) -> float:
        return NOT_A_NUMBER if math.isnan(left) or math.isnan(right) else float(is_so(left, right))

    return tell


OPERATORS: Mapping[str, Operator] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "^": _raised,
    "==": _telling(lambda left, right: left == right),
    "!=": _telling(lambda left, right: left != right),
    "<": _telling(lambda left, right: left < right),
    "<=": _telling(lambda left, right: left <= right),
    ">": _telling(lambda left, right: left > right),
    ">=": _telling(lambda left, right: left >= right),
    "AND": _telling(lambda left, right: left != 0 and right != 0),
    "OR": _telling(lambda left, right: left != 0 or right != 0),
}


def negated(value: Settled) -> Settled:
    """The value with each of its numbers negated."""
    if isinstance(value, float):
        return -value
    if isinstance(value, Series):
        return value.mapped(lambda number: -number)
    return tuple(series.mapped(lambda number: -number) for series in value)


def applied(operator: Operator, left: Settled, right: Settled) -> Settled | None:
    """The operator on two values, broadcast as above; `None` for two arrays."""
    if isinstance(left, tuple):
        if isinstance(right, tuple):
            return None
        return tuple(_on_element(operator, series, right) for series in left)
    if isinstance(right, tuple):
        return tuple(_on_element(lambda a, b: operator(b, a), series, left) for series in right)
    if isinstance(left, Series):
        return _on_element(operator, left, right) if isinstance(right, float) else _on_both(operator, left, right)
    if isinstance(right, Series):
        return _on_element(lambda a, b: operator(b, a), right, left)
    return operator(left, right)


def _on_element(operator: Operator, series: Series, other: float | Series) -> Series:
    """The operator with `series` on its left; the result goes by the name of `series`."""
    if isinstance(other, float):
        return series.mapped(lambda number: operator(number, other))
    both = _on_both(operator, series, other)
    return Series(both.points, both.period_s, label=series.label, origin=series.origin)


def _on_both(operator: Operator, left: Series, right: Series) -> Series:
    lefts, rights = dict(left.points), dict(right.points)
    instants = sorted(lefts.keys() | rights.keys())
    combined = Series((), max(left.period_s, right.period_s))
    return combined.with_points((at_s, operator(lefts.get(at_s, 0.0), rights.get(at_s, 0.0))) for at_s in instants)
