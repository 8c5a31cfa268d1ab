"""A point: what is kept of the values that a series was given in one bucket of time.

Count, total, least and greatest are exact for ever. Of the values themselves only the *distribution* is kept: how many
fell into each bin of CloudWatch's own histogram, from which CloudWatch computes percentiles and trimmed statistics
(`histograms.py`). So points can be put together without end, and no statistic changes by it. A statistic set says
nothing of its single values, so a point that has taken one knows no distribution.

A positive value's bin is `floor(log(value) / log(1.1))`; zero has a bin of its own, negative values have none.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

Distribution = tuple[tuple[int, float], ...]
"""(bin, how many values), the bins ascending."""

ZERO_BIN: Final = -8000
_LEAST_BIN: Final = -7000
_LOG_STEP: Final = math.log(1.1)


@dataclass(frozen=True, slots=True)
class Point:
    """`at_s` is the bucket's start in epoch seconds; a `distribution` of `None` is not known."""

    at_s: int
    count: float
    total: float
    least: float
    greatest: float
    distribution: Distribution | None

    @property
    def average(self) -> float:
        """The mean of the values."""
        return self.total / self.count


def bin_of(value: float) -> int:
    """The bin of a value that is not negative."""
    return max(_LEAST_BIN, math.floor(math.log(value) / _LOG_STEP)) if value else ZERO_BIN


def point_of_values(at_s: int, counts: Mapping[float, float]) -> Point:
    """The point of values and how often each came; there is at least one. What came zero times is still an extreme."""
    bins: dict[int, float] = {}
    for value, count in counts.items():
        if value >= 0 and count > 0:
            index = bin_of(value)
            bins[index] = bins.get(index, 0.0) + count
    total = math.fsum(value * count for value, count in counts.items())
    distribution = tuple(sorted(bins.items()))
    return Point(at_s, math.fsum(counts.values()), total, min(counts), max(counts), distribution)


def point_of_set(at_s: int, *, count: float, total: float, least: float, greatest: float) -> Point:
    """The point of a statistic set, which may contradict itself, as with AWS.

    Its distribution is known when it is of one value, or when all its values must be the same.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html (percentiles of
    statistic sets)
    """
    distribution: Distribution | None = None
    if count == 1 and least <= total <= greatest:
        distribution = _of_one_value(total, count)
    elif least == greatest and total == least * count:
        distribution = _of_one_value(least, count)
    return Point(at_s, count, total, least, greatest, distribution)


def point_of_one_value(at_s: int, value: float, count: float) -> Point:
    """The point of a value that came so often."""
    return Point(at_s, count, value * count, value, value, _of_one_value(value, count))


def merged(at_s: int, points: Iterable[Point]) -> Point:
    """All that the points hold, in one bucket; there is at least one."""
    taken = list(points)
    if len(taken) == 1:
        return taken[0] if taken[0].at_s == at_s else replace(taken[0], at_s=at_s)
    return Point(
        at_s,
        math.fsum(point.count for point in taken),
        math.fsum(point.total for point in taken),
        min(point.least for point in taken),
        max(point.greatest for point in taken),
        _merged_distribution([point.distribution for point in taken]),
    )


def in_buckets(points: Iterable[Point], *, from_s: int, period_s: int) -> list[Point]:
    """The points, of any order, put together into buckets of `period_s` from `from_s` on, ascending."""
    buckets: dict[int, list[Point]] = {}
    for point in points:
        buckets.setdefault((point.at_s - from_s) // period_s, []).append(point)
    return [merged(from_s + index * period_s, buckets[index]) for index in sorted(buckets)]


def _of_one_value(value: float, count: float) -> Distribution:
    return ((bin_of(value), count),) if value >= 0 else ()


def _merged_distribution(given: list[Distribution | None]) -> Distribution | None:
    counts: dict[int, float] = {}
    for distribution in given:
        if distribution is None:
            return None
        for index, count in distribution:
            counts[index] = counts.get(index, 0.0) + count
    return tuple(sorted(counts.items()))
