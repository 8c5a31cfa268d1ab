"""CloudWatch's own histogram: what its percentiles and trimmed statistics are computed from.

A bin reaches from one power of 1.1 to the next, clipped to the point's least and greatest value. Within a bin
CloudWatch does not know the values: a percentile is taken on the logarithmic line between the bin's ends, a share of it
on the straight one. So its p50 of 1, 2, 3 and 4 is not 2, and neither is ours.

Sources: aws/amazon-cloudwatch-agent (its sparse histogram has these bins); radkawar/stackd, whose statistics were
fitted to captures of AWS.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from eventyard.services.cloudwatch.model.points import ZERO_BIN, Point


@dataclass(frozen=True, slots=True)
class Bin:
    """`count` values between `low` and `high`."""

    low: float
    high: float
    count: float


def bins_of(point: Point) -> Sequence[Bin]:
    """The point's bins, ascending; its distribution is known. Negative values have none."""
    assert point.distribution is not None
    return [_bin(point, index, count) for index, count in point.distribution]


def percentile(point: Point, bins: Sequence[Bin], percent: float) -> float:
    """The value that so many percent do not exceed."""
    wanted, seen = percent / 100 * point.count, 0.0
    for one in bins:
        if wanted <= seen + one.count:
            if one.low == one.high:
                return one.low
            share = (wanted - seen) / one.count
            value = math.exp(math.log(one.low) + math.log(one.high / one.low) * share)
            return max(point.least, min(point.greatest, value))
        seen += one.count
    return point.greatest


def rank(bins: Sequence[Bin], value: float) -> float:
    """How many values are not greater than that."""
    return math.fsum(_share_up_to(one, value) for one in bins)


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a bin is kept: `count` values between `left` and `right`; `middle` stands for any of the bin's values."""

    left: float
    right: float
    count: float
    middle: float


def pieces_by_rank(bins: Sequence[Bin], first: float, last: float) -> list[Piece]:
    """What is kept of the values from the `first` to the `last` one, counted from the least."""
    kept, seen = [], 0.0
    for one in bins:
        left, right = max(seen, first), min(seen + one.count, last)
        if right > left:
            width = (one.high - one.low) / one.count
            ends = one.low + width * (left - seen), one.low + width * (right - seen)
            kept.append(Piece(*ends, right - left, _middle(one)))
        seen += one.count
    return kept


def pieces_by_value(bins: Sequence[Bin], low: float, high: float) -> list[Piece]:
    """What is kept of the values greater than `low` and not greater than `high`."""
    kept = []
    for one in bins:
        if one.low == one.high:
            if low < one.low <= high:
                kept.append(Piece(one.low, one.high, one.count, one.low))
            continue
        left, right = max(one.low, low), min(one.high, high)
        if right > left:
            kept.append(Piece(left, right, one.count * (right - left) / (one.high - one.low), _middle(one)))
    return kept


def total_of(pieces: Sequence[Piece]) -> float:
    """The sum of what is kept; the first and the last piece may be cut: they count with the middle of what is left."""
    positive = [index for index, piece in enumerate(pieces) if piece.right > 0]
    ends = {positive[0], positive[-1]} if positive else set()
    return math.fsum(
        piece.count * ((piece.left + piece.right) / 2 if index in ends else piece.middle)
        for index, piece in enumerate(pieces)
    )


def tail_value(point: Point, bins: Sequence[Bin], place: float, *, is_lower: bool) -> float:
    """The value that stands for each one that is cut off below or above the `place`-th."""
    seen = 0.0
    for one in bins:
        if place <= seen + one.count:
            share = (place - seen) / one.count
            exponent = one.count - 1 + share
            if is_lower:
                exponent = 1.0 if share == 1 else one.count - share
            return max(point.least, min(point.greatest, one.low * math.pow(1.1, max(0.0, min(1.0, exponent)))))
        seen += one.count
    return point.greatest


def _bin(point: Point, index: int, count: float) -> Bin:
    if index == ZERO_BIN:
        return Bin(0.0, 0.0, count)
    low, high = max(point.least, _edge(index)), min(point.greatest, _edge(index + 1))
    return Bin(low, max(low, high), count)


def _edge(index: int) -> float:
    return math.pow(1.1, index)


def _middle(one: Bin) -> float:
    return math.sqrt(one.low) * math.sqrt(one.high)


def _share_up_to(one: Bin, value: float) -> float:
    if value >= one.high:
        return one.count
    return one.count * (value - one.low) / (one.high - one.low) if value > one.low else 0.0
