"""What expressions are about: scalars, time series, and arrays of time series.

A series holds only the data points that exist, ascending in time, so a *missing* data point is simply not there. Each
function says what it makes of one that is missing; arithmetic between two series takes it as 0 where the other has a
point. A number that cannot be told (a division by zero, the logarithm of zero) is a point that is dropped, so every
value of a series is finite; a scalar may be NaN, and a series made with it is empty.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (read 2026-11)
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from eventyard.languages.metric_math.errors import MathError

Point = tuple[int, float]
"""When its period begins, in seconds since the epoch, and its value."""

NOT_A_NUMBER = math.nan

INSTANTS_MAX = 100_800
"""Periods that a function may fill in one series: the data points that one GetMetricData gives by default."""


class Metric(NamedTuple):
    """A metric that is known; `dimensions` are (name, value)."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """The metric that a series was read from: what `${PROP('…')}` and default labels know.

    `dimensions` are (name, value), in the order in which the labels shall name them.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()
    stat: str = ""
    period_s: int = 0
    account: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One time series. `origin` is `None` for what combines several; `label` is "" until somebody gives it one."""

    points: tuple[Point, ...]
    period_s: int
    label: str = ""
    origin: Origin | None = None

    def with_points(self, points: Iterable[Point]) -> "Series":
        """The same series with other points; those that are no number are dropped."""
        return replace(self, points=tuple(point for point in points if math.isfinite(point[1])))

    def mapped(self, change: Callable[[float], float]) -> "Series":
        """The same series with `change` of each value; `change` gives NaN for what cannot be told."""
        return self.with_points((at_s, change(value)) for at_s, value in self.points)


Array = tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """An array as it was written, `[m1, 5]`: it becomes an `Array` where all that it lists are series.

    It lives only so that a refusal can tell what stood in it.
    """

    items: "tuple[Value, ...]"


Settled = float | Series | Array
Value = Settled | Listing
Argument = Value | str
"""What a function is called with: words and texts, as REPEAT or 'AVG', are strings."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The time that is looked at: from `start_s` up to but without `end_s`, in periods counted from `start_s`."""

    start_s: int
    end_s: int
    period_s: int

    def instants(self) -> range:
        """When the periods begin. Raises MathError where there are too many."""
        return self._instants(self.start_s, self.period_s)

    def instants_of(self, series: Series) -> range:
        """When the periods of a series begin, also those without a point, in step with the points that it has."""
        offset_s = (series.points[0][0] - self.start_s) % series.period_s if series.points else 0
        return self._instants(self.start_s + offset_s, series.period_s)

    def _instants(self, first_s: int, period_s: int) -> range:
        instants = range(first_s, self.end_s, period_s)
        if len(instants) > INSTANTS_MAX:
            raise MathError(f"The expression needs more than {INSTANTS_MAX} data points in one time series")
        return instants


def kind_of(value: Argument) -> str:
    """The name by which AWS calls what a value is."""
    if isinstance(value, str):
        return "String"
    if isinstance(value, float):
        return "Scalar"
    if isinstance(value, Series):
        return "TimeSeries"
    items = value.items if isinstance(value, Listing) else value
    return f"Array[{', '.join(kind_of(item) for item in items)}]"


def settle(value: Value) -> Settled | None:
    """The value with listings made arrays, arrays within arrays one; `None` where a scalar stands among series."""
    if not isinstance(value, Listing):
        return value
    series: list[Series] = []
    for item in value.items:
        settled = settle(item)
        if isinstance(settled, Series):
            series.append(settled)
        elif isinstance(settled, tuple):
            series.extend(settled)
        else:
            return None
    return tuple(series)
