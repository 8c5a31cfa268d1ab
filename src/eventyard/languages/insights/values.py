"""Values of a result as AWS writes them: all of them texts.

An instant is `2024-05-19 06:10:35.743`, a number has at most four digits behind its point, a measure of Lambda's REPORT
line is written as Java writes a double (`1.28E8`).
Source: awscli's example of get-query-results (instants); results of AWS's sample queries for Lambda, quoted in public.
"""

import math
from datetime import UTC, datetime, timedelta
from enum import Enum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN_FROM, _PLAIN_UNTIL = 1e-3, 1e7
"""Java writes doubles between these without an exponent."""


class Kind(Enum):
    """What a value of an expression is."""

    TEXT = "text"
    NUMBER = "number"
    MEASURE = "measure"
    FLAG = "flag"
    TIME = "time"
    JSON = "json"


def shown(value: object, kind: Kind) -> str:
    """The value, which is not `None`, as a result shows it. A TIME is milliseconds since the epoch."""
    if kind is Kind.FLAG:
        return "1" if value else "0"
    if not isinstance(value, int | float):
        return str(value)
    if kind is Kind.TIME:
        return _instant(value)
    return _java_double(float(value)) if kind is Kind.MEASURE else _number(value)


def _instant(at_ms: float) -> str:
    try:
        return (_EPOCH + timedelta(milliseconds=int(at_ms))).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    except (OverflowError, ValueError):
        return _number(at_ms)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _java_double(value: float) -> str:
    size = abs(value)
    if value == 0 or _PLAIN_FROM <= size < _PLAIN_UNTIL or not math.isfinite(value):
        return repr(value)
    digits, _, exponent = f"{value:.16e}".partition("e")
    digits = next((f"{value:.{places}e}" for places in range(1, 17) if float(f"{value:.{places}e}") == value), digits)
    return f"{digits.partition('e')[0]}E{int(exponent)}"
