"""Functions that choose among the series of an array: FIRST, LAST, METRIC_COUNT, REMOVE_EMPTY, SLICE, SORT.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (read 2026-11)
Unverified: that SORT puts series without points last in both orders, and that FIRST of none is a series without points.
"""

import math

from eventyard.languages.metric_math.reducing import REDUCERS, reduced
from eventyard.languages.metric_math.values import Argument, Array, Frame, Series, Settled

_MEASURES = ("AVG", "MAX", "MIN", "SUM")
_ORDERS = ("ASC", "DESC")


def first(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """FIRST(array)."""
    match arguments:
        case (tuple() as array,):
            return array[0] if array else Series((), frame.period_s)
    return None


def last(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """LAST(array)."""
    match arguments:
        case (tuple() as array,):
            return array[-1] if array else Series((), frame.period_s)
    return None


def metric_count(_: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """METRIC_COUNT(array): how many series it has, also those without points."""
    match arguments:
        case (tuple() as array,):
            return float(len(array))
    return None


def remove_empty(_: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """REMOVE_EMPTY(array): the array without the series that have no points."""
    match arguments:
        case (tuple() as array,):
            return tuple(series for series in array if series.points)
    return None


def slice_(_: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """SLICE(array, start[, end]): from `start`, counted from 0, up to but without `end`."""
    match arguments:
        case (tuple() as array, float() as start) if math.isfinite(start):
            return array[_place(start) :]
        case (tuple() as array, float() as start, float() as end) if math.isfinite(start) and math.isfinite(end):
            return array[_place(start) : _place(end)]
    return None


def sort(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """SORT(array, AVG | MAX | MIN | SUM, ASC | DESC[, limit])."""
    match arguments:
        case (tuple() as array, str() as measure, str() as order):
            return _sorted(array, measure, order, frame)
        case (tuple() as array, str() as measure, str() as order, float() as limit) if math.isfinite(limit):
            ordered = _sorted(array, measure, order, frame)
            return ordered and ordered[: _place(limit)]
    return None


def _sorted(array: Array, measure: str, order: str, frame: Frame) -> Array | None:
    if measure not in _MEASURES or order not in _ORDERS:
        return None
    sign = 1 if order == "ASC" else -1
    with_points = [series for series in array if series.points]
    with_points.sort(key=lambda series: sign * reduced(REDUCERS[measure], series, frame))
    return (*with_points, *(series for series in array if not series.points))


def _place(number: float) -> int:
    return max(int(number), 0)
