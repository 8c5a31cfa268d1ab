"""Statistics: their names, and what each is of a point.

| written | is |
|---|---|
| `SampleCount` `Sum` `Average` `Minimum` `Maximum` | what they say |
| `p99` `p99.9` | the value that 99 % of the values do not exceed |
| `tm99` `TM(10%:90%)` `TM(0.1:2)` | the mean of the values between the bounds |
| `tc99` `TC(…)`, `ts99` `TS(…)` | how many those are, and their sum |
| `wm99` `WM(…)` | the mean, the values beyond a bound counted as the bound |
| `PR(:300)` | how many percent of the values lie between the bounds |
| `IQM` | `TM(25%:75%)` |

Bounds are percentiles or values; a value belongs to what lies between when it is greater than the lower bound and not
greater than the upper. A side that is left out is open. All but the first five are computed from CloudWatch's histogram
(`histograms.py`) and need the point's distribution; those with percents have no value where a value is negative.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from eventyard.services.cloudwatch.model.histograms import (
    Bin,
    Piece,
    bins_of,
    percentile,
    pieces_by_rank,
    pieces_by_value,
    rank,
    tail_value,
    total_of,
)
from eventyard.services.cloudwatch.model.points import Point

SIMPLE: Final = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")

_SIMPLE: Mapping[str, Callable[[Point], float]] = MappingProxyType(
    {
        "SampleCount": lambda point: point.count,
        "Average": lambda point: point.average,
        "Sum": lambda point: point.total,
        "Minimum": lambda point: point.least,
        "Maximum": lambda point: point.greatest,
    }
)
_SHORT = re.compile(r"(p|tm|tc|ts|wm)(\d+(?:\.\d{0,10})?)")
_BOUND = r"(\d+(?:\.\d{0,10})?)"
_OF_PERCENT = re.compile(rf"(TM|TC|TS|WM)\((?:{_BOUND}%)?:(?:{_BOUND}%)?\)")
_OF_VALUES = re.compile(rf"(TM|TC|TS|WM|PR)\({_BOUND}?:{_BOUND}?\)")


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic that was understood. `kind` is one of the simple names or P, TM, TC, TS, WM, PR in capitals.

    `low` and `high` are percents when `is_percent`, else values; `None` is an open side. For P `high` is the percent.
    """

    kind: str
    low: float | None = None
    high: float | None = None
    is_percent: bool = False

    @property
    def is_simple(self) -> bool:
        """Whether it needs no distribution."""
        return self.kind in _SIMPLE


@lru_cache(maxsize=1024)
def parse_statistic(text: str) -> Statistic | None:
    """The statistic of that name; `None` where there is none."""
    if text in _SIMPLE:
        return Statistic(text)
    if text == "IQM":
        return Statistic("TM", 25.0, 75.0, is_percent=True)
    if match := _SHORT.fullmatch(text):
        kind, percent = match[1].upper(), float(match[2])
        is_right = percent <= 100 and (kind == "P" or percent > 0)
        return Statistic(kind, None, percent, is_percent=True) if is_right else None
    is_percent = (match := _OF_PERCENT.fullmatch(text)) is not None
    match = match or _OF_VALUES.fullmatch(text)
    if match is None or (match[2] is None and match[3] is None):
        return None
    low, high = (None if side is None else float(side) for side in match.group(2, 3))
    if is_percent and max(low or 0.0, high or 0.0) > 100.0:
        return None
    if low is not None and high is not None and low >= high:
        return None
    return Statistic(match[1].upper(), low, high, is_percent=is_percent)


def value_of(point: Point, statistic: Statistic) -> float | None:
    """What the statistic of the point is; `None` where the point does not tell, as one of zero values never does."""
    if point.count <= 0:
        return None
    simple = _SIMPLE.get(statistic.kind)
    if simple is not None:
        return simple(point)
    if statistic.kind == "P" and (known := _certain_percentile(point, statistic.high)) is not None:
        return known
    is_by_rank = statistic.is_percent
    if point.distribution is None or (is_by_rank and (point.least < 0 or point.count < 1)):
        return None
    bins = bins_of(point)
    if not bins:
        return None
    return _OF_BINS[statistic.kind](point, bins, statistic)


def _certain_percentile(point: Point, percent: float | None) -> float | None:
    """A percentile that needs no distribution."""
    if percent == 0:
        return point.least
    if percent == 100 or (point.least == point.greatest and point.least >= 0):
        return point.greatest
    return None


def _kept(point: Point, bins: Sequence[Bin], statistic: Statistic) -> list[Piece]:
    """What lies between the bounds."""
    low, high = _bounds(statistic)
    if statistic.is_percent:
        return pieces_by_rank(bins, point.count * low / 100, point.count * high / 100)
    return pieces_by_value(bins, low, high)


def _bounds(statistic: Statistic) -> tuple[float, float]:
    """The bounds; an open side is the farthest that there is."""
    least, most = (0.0, 100.0) if statistic.is_percent else (-math.inf, math.inf)
    low = least if statistic.low is None else statistic.low
    return low, most if statistic.high is None else statistic.high


def _count(point: Point, bins: Sequence[Bin], statistic: Statistic) -> float:
    low, high = _bounds(statistic)
    if statistic.is_percent:
        return point.count * high / 100 - point.count * low / 100
    return math.fsum(piece.count for piece in _kept(point, bins, statistic))


def _total(point: Point, bins: Sequence[Bin], statistic: Statistic) -> float:
    return total_of(_kept(point, bins, statistic))


def _trimmed_mean(point: Point, bins: Sequence[Bin], statistic: Statistic) -> float | None:
    count = _count(point, bins, statistic)
    return _total(point, bins, statistic) / count if count > 0 else None


def _winsorized_mean(point: Point, bins: Sequence[Bin], statistic: Statistic) -> float:
    low, high = _bounds(statistic)
    total = _total(point, bins, statistic)
    if statistic.is_percent:
        first, last = point.count * low / 100, point.count * high / 100
        below = first * tail_value(point, bins, first, is_lower=True)
        above = (point.count - last) * tail_value(point, bins, last, is_lower=False)
    else:
        below = rank(bins, low) * max(point.least, min(point.greatest, low))
        above = (point.count - rank(bins, high)) * max(point.least, min(point.greatest, high))
    return (total + below + above) / point.count


def _percentile_rank(point: Point, bins: Sequence[Bin], statistic: Statistic) -> float:
    low, high = _bounds(statistic)
    return (rank(bins, high) - rank(bins, low)) / point.count * 100


_OF_BINS: Mapping[str, Callable[[Point, Sequence[Bin], Statistic], float | None]] = MappingProxyType(
    {
        "P": lambda point, bins, statistic: percentile(point, bins, statistic.high or 0.0),
        "TM": _trimmed_mean,
        "TC": _count,
        "TS": _total,
        "WM": _winsorized_mean,
        "PR": _percentile_rank,
    }
)
