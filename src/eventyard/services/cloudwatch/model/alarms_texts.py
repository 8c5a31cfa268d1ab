"""How CloudWatch writes instants and numbers in what it tells of alarms.

Numbers are Java's: a threshold of 2 is `2.0`, one of ten million `1.0E7`. Instants are `2026-11-21T10:00:00.000+0000`
in JSON, `21/11/26 10:00:00` in reasons, `Saturday 21 November, 2026 10:00:00 UTC` in sentences. No locale is asked.
"""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def iso_text(at_ms: int) -> str:
    """An instant as alarms' JSON has it."""
    return f"{_moment(at_ms):%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}+0000"


def short_text(at_s: int) -> str:
    """An instant as a reason has it."""
    return f"{_moment(at_s * 1000):%d/%m/%y %H:%M:%S}"


def long_text(at_ms: int) -> str:
    """An instant as a sentence has it."""
    moment = _moment(at_ms)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {moment.day:02d} {month}, {moment:%Y %H:%M:%S} UTC"


def number_text(number: float) -> str:
    """A double as Java prints it."""
    if number == 0 or not math.isfinite(number) or 1e-3 <= abs(number) < 1e7:
        return _fixed_text(number)
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{int(exponent) + len(digits) - 1}"


def in_capitals(statistic: str) -> str:
    """A statistic as alarms' JSON has it."""
    return "SAMPLE_COUNT" if statistic == "SampleCount" else statistic.upper()


def _fixed_text(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return repr(float(number))


def _moment(at_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at_ms)
