"""Points as bytes: one alone, as a fresh row keeps it, or a block of them.

A point of one value (a gauge's, a counter's) is that value and how often it came; others have their four numbers and
their distribution. Numbers that are whole take a few bytes (zigzag, seven bits a byte), others the eight of a double.

A block holds the points of one stretch of time, thinned out (`VALUES_MAX`) and compressed. The layout begins with a
version, so that a later one can be told apart.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Final

from eventyard.services.cloudwatch.model.points import Distribution, Point, bucket_of, coarse, middle_of

VALUES_MAX: Final = 8
"""How many different values a point in a block keeps as they are."""

_VERSION: Final = 1
_ONE_VALUE, _UNKNOWN, _EXACT, _BUCKETS = range(4)
_WHOLE_MAX: Final = 2**53
_DOUBLE: Final = struct.Struct("<d")


def pack_point(point: Point) -> bytes:
    """A point without its instant."""
    out = bytearray()
    _write_point(out, point)
    return bytes(out)


def unpack_point(at_s: int, packed: bytes) -> Point:
    """The point that `pack_point` packed."""
    return _Reader(packed).point(at_s)


def pack_block(points: Iterable[Point], *, from_s: int, resolution_s: int) -> bytes:
    """Points at multiples of the resolution from `from_s` on, ascending."""
    out = bytearray()
    index = 0
    for point in points:
        place = (point.at_s - from_s) // resolution_s
        _write_whole(out, place - index)
        index = place
        _write_point(out, coarse(point, values_max=VALUES_MAX))
    return bytes((_VERSION,)) + zlib.compress(bytes(out), 9)


def unpack_block(packed: bytes, *, from_s: int, resolution_s: int) -> list[Point]:
    """The points that `pack_block` packed."""
    assert packed[0] == _VERSION, "a block of a layout that this version does not know"
    reader, points, index = _Reader(zlib.decompress(packed[1:])), [], 0
    while not reader.is_done:
        index += reader.whole()
        points.append(reader.point(from_s + index * resolution_s))
    return points


def _write_point(out: bytearray, point: Point) -> None:
    distribution = point.distribution
    if distribution is not None and len(distribution) == 1 and distribution[0] == (point.least, point.count):
        out.append(_ONE_VALUE)
        _write_numbers(out, (point.least, point.count))
        return
    buckets = None if distribution is None else _buckets(distribution)
    out.append(_UNKNOWN if distribution is None else _EXACT if buckets is None else _BUCKETS)
    _write_numbers(out, (point.count, point.total, point.least, point.greatest))
    if buckets is not None:
        _write_buckets(out, buckets)
    elif distribution is not None:
        _write_whole(out, len(distribution))
        for pair in distribution:
            _write_numbers(out, pair)


def _buckets(distribution: Distribution) -> Sequence[tuple[int, int, float]] | None:
    """(sign, bucket, count) of each value, where all are representatives of buckets; `None` where one is not."""
    found = []
    for value, count in distribution:
        bucket = bucket_of(value) if value else 0
        if value and abs(value) != middle_of(bucket):
            return None
        found.append(((value > 0) - (value < 0), bucket, count))
    return found


def _write_buckets(out: bytearray, buckets: Sequence[tuple[int, int, float]]) -> None:
    """Three runs: the negative ones, how many zeros, the positive ones; each bucket by its distance to the last."""
    for sign in (-1, 0, 1):
        run = [(bucket, count) for found, bucket, count in buckets if found == sign]
        _write_whole(out, len(run))
        last = 0
        for bucket, count in run:
            _write_whole(out, bucket - last)
            last = bucket
            _write_numbers(out, (count,))


def _write_numbers(out: bytearray, numbers: Iterable[float]) -> None:
    """Each number as a whole one, doubled, or as a 1 and its eight bytes."""
    for number in numbers:
        if abs(number) <= _WHOLE_MAX and number == int(number):
            _write_whole(out, int(number) * 2)
        else:
            _write_whole(out, 1)
            out += _DOUBLE.pack(number)


def _write_whole(out: bytearray, number: int) -> None:
    number = number << 1 if number >= 0 else (-number << 1) - 1
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


class _Reader:
    """Reads what the functions above write."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at >= len(self._packed)

    def whole(self) -> int:
        number = shift = 0
        while True:
            byte = self._packed[self._at]
            self._at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number >> 1 if not number & 1 else -(number + 1 >> 1)
            shift += 7

    def number(self) -> float:
        whole = self.whole()
        if not whole & 1:
            return float(whole >> 1)
        self._at += 8
        value: float = _DOUBLE.unpack_from(self._packed, self._at - 8)[0]
        return value

    def point(self, at_s: int) -> Point:
        kind = self._packed[self._at]
        self._at += 1
        if kind == _ONE_VALUE:
            value, count = self.number(), self.number()
            return Point(at_s, count, value * count, value, value, ((value, count),))
        count, total, least, greatest = (self.number() for _ in range(4))
        return Point(at_s, count, total, least, greatest, self._distribution(kind))

    def _distribution(self, kind: int) -> Distribution | None:
        if kind == _UNKNOWN:
            return None
        if kind == _EXACT:
            return tuple((self.number(), self.number()) for _ in range(self.whole()))
        return tuple(pair for sign in (-1, 0, 1) for pair in self._run(sign))

    def _run(self, sign: int) -> list[tuple[float, float]]:
        pairs, bucket = [], 0
        for _ in range(self.whole()):
            bucket += self.whole()
            pairs.append((sign * middle_of(bucket) if sign else 0.0, self.number()))
        return pairs
