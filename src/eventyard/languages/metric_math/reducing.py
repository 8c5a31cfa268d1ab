"""AVG, DATAPOINT_COUNT, MAX, MIN, STDDEV, SUM: one number out of many.

Of one series they make a scalar, of an array a series: at each instant that any of them has. AVG takes a missing point
as 0, so it divides by all periods of the frame, or by all series; the others look at the points that there are.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (read 2026-11)
Unverified: that STDDEV is that of the whole population, and what the largest of no points is (here: no number).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from eventyard.languages.metric_math.values import NOT_A_NUMBER, Argument, Array, Frame, Series, Settled

Reducer = Callable[[Sequence[float], int], float]
"""From the values that there are, and how many there could be."""


def _average(values: Sequence[float], places: int) -> float:
    return sum(values) / max(places, len(values)) if values else NOT_A_NUMBER


def _deviation(values: Sequence[float], _: int) -> float:
    if not values:
        return NOT_A_NUMBER
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) * (value - mean) for value in values) / len(values))


REDUCERS: Mapping[str, Reducer] = {
    "AVG": _average,
    "DATAPOINT_COUNT": lambda values, _: float(len(values)),
    "MAX": lambda values, _: max(values, default=NOT_A_NUMBER),
    "MIN": lambda values, _: min(values, default=NOT_A_NUMBER),
    "STDDEV": _deviation,
    "SUM": lambda values, _: float(sum(values)),
}


def reducing(reducer: Reducer) -> Callable[[Frame, tuple[Argument, ...]], Settled | None]:
    """The function of an expression that reduces its one argument."""

    def reduce(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
        match arguments:
            case (Series() as series,):
                return reduced(reducer, series, frame)
            case (tuple() as array,):
                return _across(reducer, array, frame)
        return None

    return reduce


def reduced(reducer: Reducer, series: Series, frame: Frame) -> float:
    """One number for one series."""
    return reducer([value for _, value in series.points], len(frame.instants_of(series)))


def _across(reducer: Reducer, array: Array, frame: Frame) -> Series:
    at_each: defaultdict[int, list[float]] = defaultdict(list)
    for series in array:
        for at_s, value in series.points:
            at_each[at_s].append(value)
    period_s = max((series.period_s for series in array), default=frame.period_s)
    return Series((), period_s).with_points((at_s, reducer(at_each[at_s], len(array))) for at_s in sorted(at_each))
