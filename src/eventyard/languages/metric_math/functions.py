"""The table of all functions but METRICS and SEARCH, which need the request (evaluating.py).

A handler gets the frame and its arguments, arrays settled, and gives `None` where they do not fit.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (read 2026-11)
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

from eventyard.languages.metric_math import shaping
from eventyard.languages.metric_math.conditions import if_
from eventyard.languages.metric_math.filling import CALENDAR, Handler, fill, time_series
from eventyard.languages.metric_math.reducing import REDUCERS, reducing
from eventyard.languages.metric_math.values import NOT_A_NUMBER, Argument, Frame, Point, Series, Settled


def _each_series(change: Callable[[Series], Series]) -> Handler:
    """A function of one series, or of each series of an array."""

    def handle(_: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
        match arguments:
            case (Series() as series,):
                return change(series)
            case (tuple() as array,):
                return tuple(change(series) for series in array)
        return None

    return handle


def _each_value(change: Callable[[float], float]) -> Handler:
    return _each_series(lambda series: series.mapped(change))


def _each_step(change: Callable[[Point, Point], float]) -> Handler:
    """From each point and the one before it; the first point has none and is dropped."""
    return _each_series(
        lambda series: series.with_points(
            (later[0], change(earlier, later)) for earlier, later in pairwise(series.points)
        )
    )


def _logarithm(of: Callable[[float], float]) -> Handler:
    return _each_value(lambda number: of(number) if number > 0 else NOT_A_NUMBER)


def _running(points: Iterable[Point]) -> Iterator[Point]:
    total = 0.0
    for at_s, value in points:
        total += value
        yield at_s, total


def _period(_: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    match arguments:
        case (Series() as series,):
            return float(series.period_s)
    return None


FUNCTIONS: Mapping[str, Handler] = {
    "ABS": _each_value(abs),
    "CEIL": _each_value(lambda number: float(math.ceil(number))),
    "DIFF": _each_step(lambda earlier, later: later[1] - earlier[1]),
    "DIFF_TIME": _each_step(lambda earlier, later: float(later[0] - earlier[0])),
    "FILL": fill,
    "FIRST": shaping.first,
    "FLOOR": _each_value(lambda number: float(math.floor(number))),
    "IF": if_,
    "LAST": shaping.last,
    "LOG": _logarithm(math.log),
    "LOG10": _logarithm(math.log10),
    "METRIC_COUNT": shaping.metric_count,
    "PERIOD": _period,
    "RATE": _each_step(lambda earlier, later: (later[1] - earlier[1]) / (later[0] - earlier[0])),
    "REMOVE_EMPTY": shaping.remove_empty,
    "RUNNING_SUM": _each_series(lambda series: series.with_points(_running(series.points))),
    "SLICE": shaping.slice_,
    "SORT": shaping.sort,
    "TIME_SERIES": time_series,
    **CALENDAR,
    **{name: reducing(reducer) for name, reducer in REDUCERS.items()},
}
