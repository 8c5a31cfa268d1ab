"""A point: what is kept of the values that a series was given in one bucket of time.

Count, total, least and greatest are exact for ever. The *distribution* tells which values came how often, and every
percentile is read from it. It is exact while its different values are few; beyond that each value is rounded to a
logarithmic bucket whose representative is at most 1 % away from it, which is what makes points mergeable without end.
A statistic set says nothing of its single values, so a point that has taken one knows no distribution.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

Distribution = tuple[tuple[float, float], ...]
"""(value, how often), the values ascending."""

EXACT_MAX: Final = 160
"""How many different values a point keeps as they are; a datum brings up to 150."""

_RATIO: Final = 1.01 / 0.99
"""Between the bounds of neighbouring buckets: their middle is at most 1 % away from either."""
_LOG_RATIO: Final = math.log(_RATIO)
_MIDDLE: Final = 2 / (1 + _RATIO)


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


def point_of_values(at_s: int, counts: Mapping[float, float]) -> Point:
    """The point of values and how often each came; there is at least one."""
    pairs = tuple(sorted(counts.items()))
    total = math.fsum(value * count for value, count in pairs)
    return Point(at_s, math.fsum(counts.values()), total, pairs[0][0], pairs[-1][0], _fitting(pairs, EXACT_MAX))


def point_of_set(at_s: int, *, count: float, total: float, least: float, greatest: float) -> Point:
    """The point of a statistic set; its distribution is known when all its values must be the same.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html (percentiles of
    statistic sets)
    """
    is_one_value = least == greatest and math.isclose(total, least * count)
    return Point(at_s, count, total, least, greatest, ((least, count),) if is_one_value else None)


def merged(at_s: int, points: Iterable[Point]) -> Point:
    """All that the points hold, in one bucket; there is at least one."""
    taken = list(points)
    if len(taken) == 1:
        return replace(taken[0], at_s=at_s)
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


def coarse(point: Point, *, values_max: int) -> Point:
    """The point with its distribution in logarithmic buckets, where it has more different values than that."""
    if point.distribution is None or len(point.distribution) <= values_max:
        return point
    return replace(point, distribution=_fitting(point.distribution, values_max))


def bucket_of(value: float) -> int:
    """The logarithmic bucket of a value that is not zero; negative values have those of their size."""
    return math.ceil(math.log(abs(value)) / _LOG_RATIO - 1e-9)


def middle_of(bucket: int) -> float:
    """The representative of a bucket, at most 1 % away from each of its values."""
    return math.exp(bucket * _LOG_RATIO) * _MIDDLE


def _merged_distribution(given: list[Distribution | None]) -> Distribution | None:
    counts: dict[float, float] = {}
    for distribution in given:
        if distribution is None:
            return None
        for value, count in distribution:
            counts[value] = counts.get(value, 0.0) + count
    return _fitting(tuple(sorted(counts.items())), EXACT_MAX)


def _fitting(pairs: Distribution, values_max: int) -> Distribution:
    if len(pairs) <= values_max:
        return pairs
    counts: dict[float, float] = {}
    for value, count in pairs:
        rounded = math.copysign(middle_of(bucket_of(value)), value) if value else 0.0
        counts[rounded] = counts.get(rounded, 0.0) + count
    return tuple(sorted(counts.items()))
