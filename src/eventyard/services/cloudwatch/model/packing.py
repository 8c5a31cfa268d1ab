"""Points as bytes: one alone, as a fresh row keeps it, or a block of them.

A point of one value (a gauge's, a counter's) is that value and how often it came; others have their four numbers and
their distribution, which is the first bin and then a count for each bin from there on, a gap being a 0 and its length.
Numbers that have up to six decimals take a few bytes (seven bits a byte, the decimals in the last three bits), others
the eight of a double.

Like lies with like: first all numbers, then all counts of bins, then the doubles, and in a block, which is compressed,
of these the first bytes, then the second ones and so on. A block begins with its layout's version. Bins that are not
needed are passed over: most readers want sums and extremes alone.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from eventyard.services.cloudwatch.model.points import Distribution, Point, point_of_one_value

_VERSION: Final = 1
_ONE_VALUE, _UNKNOWN, _KNOWN = range(3)
_DECIMALS: Final = range(7)
_IS_DOUBLE: Final = 7
_TENS: Final = tuple(10.0**decimals for decimals in _DECIMALS)
_WHOLE_MAX: Final = 2**53
_DOUBLE: Final = struct.Struct("<d")


def pack_point(point: Point) -> bytes:
    """A point without its instant."""
    streams = _Streams()
    _write_point(streams, point)
    return streams.head() + bytes(streams.numbers + streams.bins + streams.doubles)


def unpack_point(at_s: int, packed: bytes, *, is_plain: bool = False) -> Point:
    """The point that `pack_point` packed; `is_plain` leaves its distribution unread."""
    numbers_end, bins_end, begin = _read_head(packed, 0)
    body = packed[begin:]
    values = struct.unpack(f"<{(len(body) - bins_end) // 8}d", body[bins_end:])
    return _Reader(body[:numbers_end], body[numbers_end:bins_end], values, is_plain=is_plain).point(at_s)


def pack_block(points: Iterable[Point], *, from_s: int, resolution_s: int) -> bytes:
    """Points at multiples of the resolution from `from_s` on, ascending."""
    streams = _Streams()
    last = 0
    for point in points:
        place = (point.at_s - from_s) // resolution_s
        _write_whole(streams.numbers, place - last)
        last = place
        _write_point(streams, point)
    sorted_doubles = b"".join(streams.doubles[place::8] for place in range(8))
    body = zlib.compress(bytes(streams.numbers + streams.bins) + sorted_doubles, 9)
    return bytes((_VERSION,)) + streams.head() + body


def unpack_block(packed: bytes, *, from_s: int, resolution_s: int, is_plain: bool = False) -> list[Point]:
    """The points that `pack_block` packed; `is_plain` leaves their distributions unread."""
    assert packed[0] == _VERSION, "a block of a layout that this version does not know"
    numbers_end, bins_end, begin = _read_head(packed, 1)
    body = zlib.decompress(packed[begin:])
    columns, count = body[bins_end:], (len(body) - bins_end) // 8
    doubles = bytearray(8 * count)
    for place in range(8):
        doubles[place::8] = columns[place * count : (place + 1) * count]
    values = struct.unpack(f"<{count}d", doubles)
    reader = _Reader(body[:numbers_end], body[numbers_end:bins_end], values, is_plain=is_plain)
    return reader.points(from_s=from_s, resolution_s=resolution_s)


@dataclass(frozen=True, slots=True)
class _Streams:
    """Where numbers, counts of bins, and doubles are written to. The first two are whole numbers throughout."""

    numbers: bytearray = field(default_factory=bytearray)
    bins: bytearray = field(default_factory=bytearray)
    doubles: bytearray = field(default_factory=bytearray)

    def head(self) -> bytes:
        """How long the first two streams are."""
        out = bytearray()
        _write_whole(out, len(self.numbers))
        _write_whole(out, len(self.bins))
        return bytes(out)


def _write_point(streams: _Streams, point: Point) -> None:
    is_one_value = point.least == point.greatest and point.distribution is not None
    if is_one_value and point.total == point.least * point.count:
        streams.numbers.append(_ONE_VALUE)
        _write_numbers(streams, (point.least, point.count))
        return
    streams.numbers.append(_UNKNOWN if point.distribution is None else _KNOWN)
    _write_numbers(streams, (point.count, point.total, point.least, point.greatest))
    if point.distribution is not None:
        _write_bins(streams, point.distribution)


def _write_bins(streams: _Streams, distribution: Distribution) -> None:
    _write_whole(streams.numbers, len(distribution))
    expected: int | None = None
    for index, count in distribution:
        if expected is None:
            _write_signed(streams.numbers, index)
        elif index > expected:
            streams.bins.append(0)
            _write_whole(streams.bins, index - expected)
        expected = index + 1
        is_whole = 0 < count <= _WHOLE_MAX and count == int(count)
        _write_whole(streams.bins, 2 * int(count) if is_whole else 1)
        if not is_whole:
            streams.doubles.extend(_DOUBLE.pack(count))


def _write_numbers(streams: _Streams, numbers: Iterable[float]) -> None:
    for number in numbers:
        decimals = next((count for count in _DECIMALS if _scaled(number, count) is not None), _IS_DOUBLE)
        if decimals == _IS_DOUBLE:
            _write_whole(streams.numbers, _IS_DOUBLE)
            streams.doubles.extend(_DOUBLE.pack(number))
            continue
        scaled = _scaled(number, decimals) or 0
        _write_whole(streams.numbers, _zigzag(scaled) << 3 | decimals)


def _scaled(number: float, decimals: int) -> int | None:
    """The number times a power of ten, where that is whole and gives the very same number back."""
    if abs(number) > _WHOLE_MAX / 10**decimals:
        return None
    scaled = round(number * 10**decimals)
    return scaled if scaled / 10**decimals == number else None


def _write_signed(out: bytearray, number: int) -> None:
    _write_whole(out, _zigzag(number))


def _write_whole(out: bytearray, number: int) -> None:
    """A number that is not negative, seven bits a byte."""
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _zagzig(number: int) -> int:
    return number >> 1 if not number & 1 else -(number + 1 >> 1)


def _read_head(packed: bytes, at: int) -> tuple[int, int, int]:
    """(where the numbers end, where the bins end, where both begin) of what was packed with a head at `at`."""
    lengths = []
    for _ in range(2):
        number = shift = 0
        while (byte := packed[at]) > 0x7F:
            number |= (byte & 0x7F) << shift
            shift += 7
            at += 1
        lengths.append(number | byte << shift)
        at += 1
    return lengths[0], lengths[0] + lengths[1], at


def _wholes(packed: bytes) -> Iterator[int]:
    """The whole numbers of a stream; in one loop, since a year of a series has a quarter of a million."""
    number = shift = 0
    for byte in packed:
        if byte > 0x7F:
            number |= (byte & 0x7F) << shift
            shift += 7
        elif shift:
            yield number | byte << shift
            number = shift = 0
        else:
            yield byte


class _Reader:
    """Reads on in three streams. Where distributions stay unread, so do the counts of bins, and points have none."""

    def __init__(self, numbers: bytes, bins: bytes, doubles: Iterable[float], *, is_plain: bool) -> None:
        self._numbers = _wholes(numbers)
        self._bins = _wholes(bins)
        self._doubles = iter(doubles)
        self._is_plain = is_plain and 1 not in bins

    def points(self, *, from_s: int, resolution_s: int) -> list[Point]:
        """The points of a block."""
        found, place = [], 0
        for step in self._numbers:
            place += step
            found.append(self.point(from_s + place * resolution_s))
        return found

    def point(self, at_s: int) -> Point:
        """The next point."""
        kind = next(self._numbers)
        if kind == _ONE_VALUE:
            value, count = self._number(), self._number()
            if self._is_plain:
                return Point(at_s, count, value * count, value, value, None)
            return point_of_one_value(at_s, value, count)
        count, total, least, greatest = self._number(), self._number(), self._number(), self._number()
        distribution = None if kind == _UNKNOWN else self._distribution()
        return Point(at_s, count, total, least, greatest, distribution)

    def _number(self) -> float:
        read = next(self._numbers)
        decimals = read & 7
        if decimals == _IS_DOUBLE:
            return next(self._doubles)
        return _zagzig(read >> 3) / _TENS[decimals]

    def _distribution(self) -> Distribution | None:
        left = next(self._numbers)
        index = _zagzig(next(self._numbers)) if left else 0
        if self._is_plain:
            return None
        found, bins = [], self._bins
        while left:
            read = next(bins)
            if read == 0:
                index += next(bins)
                continue
            found.append((index, next(self._doubles) if read == 1 else float(read >> 1)))
            index += 1
            left -= 1
        return tuple(found)
