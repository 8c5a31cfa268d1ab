"""Points as bytes: one alone, as a fresh row keeps it, or a block of them.

A point of one value (a gauge's, a counter's) is that value and how often it came; others have their four numbers and
their distribution, which is the first bin and then a count for each bin from there on, a gap being a 0 and its length.
Numbers that have up to six decimals take a few bytes (seven bits a byte, the decimals in the last three bits), others
the eight of a double.

A block lays like to like, since that compresses best: first all numbers, then all counts of bins, then the doubles, and
of these their first bytes, their second bytes and so on. It begins with its layout's version.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from eventyard.services.cloudwatch.model.points import Distribution, Point, point_of_one_value

_VERSION: Final = 1
_ONE_VALUE, _UNKNOWN, _KNOWN = range(3)
_DECIMALS: Final = range(7)
_IS_DOUBLE: Final = 7
_WHOLE_MAX: Final = 2**53
_DOUBLE: Final = struct.Struct("<d")


def pack_point(point: Point) -> bytes:
    """A point without its instant."""
    only = bytearray()
    _write_point(_Streams(only, only, only), point)
    return bytes(only)


def unpack_point(at_s: int, packed: bytes) -> Point:
    """The point that `pack_point` packed."""
    only = _Cursor(packed)
    return _read_point(at_s, only, only, only)


def pack_block(points: Iterable[Point], *, from_s: int, resolution_s: int) -> bytes:
    """Points at multiples of the resolution from `from_s` on, ascending."""
    streams = _Streams()
    last = 0
    for point in points:
        place = (point.at_s - from_s) // resolution_s
        _write_whole(streams.numbers, place - last)
        last = place
        _write_point(streams, point)
    head = bytearray((_VERSION,))
    _write_whole(head, len(streams.numbers))
    _write_whole(head, len(streams.bins))
    sorted_doubles = b"".join(streams.doubles[place::8] for place in range(8))
    return bytes(head) + zlib.compress(bytes(streams.numbers + streams.bins) + sorted_doubles, 9)


def unpack_block(packed: bytes, *, from_s: int, resolution_s: int) -> list[Point]:
    """The points that `pack_block` packed."""
    head = _Cursor(packed)
    assert head.byte() == _VERSION, "a block of a layout that this version does not know"
    numbers_end = head.whole()
    bins_end = numbers_end + head.whole()
    body = zlib.decompress(packed[head.at :])
    columns, places = body[bins_end:], (len(body) - bins_end) // 8
    doubles = bytearray(8 * places)
    for place in range(8):
        doubles[place::8] = columns[place * places : (place + 1) * places]
    numbers, streams = _Cursor(body[:numbers_end]), (_Cursor(body[numbers_end:bins_end]), _Cursor(bytes(doubles)))
    points, place = [], 0
    while numbers.at < numbers_end:
        place += numbers.whole()
        points.append(_read_point(from_s + place * resolution_s, numbers, *streams))
    return points


@dataclass(frozen=True, slots=True)
class _Streams:
    """Where numbers, counts of bins and doubles are written to; one place for all three in a point alone."""

    numbers: bytearray = field(default_factory=bytearray)
    bins: bytearray = field(default_factory=bytearray)
    doubles: bytearray = field(default_factory=bytearray)


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


class _Cursor:
    """Reads on in what was written."""

    __slots__ = ("_packed", "at")

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self.at = 0

    def byte(self) -> int:
        self.at += 1
        return self._packed[self.at - 1]

    def whole(self) -> int:
        number = shift = 0
        while (byte := self.byte()) > 0x7F:
            number |= (byte & 0x7F) << shift
            shift += 7
        return number | byte << shift

    def double(self) -> float:
        self.at += 8
        value: float = _DOUBLE.unpack_from(self._packed, self.at - 8)[0]
        return value


def _read_point(at_s: int, numbers: _Cursor, bins: _Cursor, doubles: _Cursor) -> Point:
    kind = numbers.byte()
    if kind == _ONE_VALUE:
        return point_of_one_value(at_s, _number(numbers, doubles), _number(numbers, doubles))
    count, total, least, greatest = (_number(numbers, doubles) for _ in range(4))
    distribution = None if kind == _UNKNOWN else _read_bins(numbers, bins, doubles)
    return Point(at_s, count, total, least, greatest, distribution)


def _number(numbers: _Cursor, doubles: _Cursor) -> float:
    read = numbers.whole()
    decimals = read & 7
    return doubles.double() if decimals == _IS_DOUBLE else _zagzig(read >> 3) / 10**decimals


def _read_bins(numbers: _Cursor, bins: _Cursor, doubles: _Cursor) -> Distribution:
    left = numbers.whole()
    index = _zagzig(numbers.whole()) if left else 0
    found = []
    while left:
        read = bins.whole()
        if read == 0:
            index += bins.whole()
            continue
        found.append((index, doubles.double() if read == 1 else float(read >> 1)))
        index += 1
        left -= 1
    return tuple(found)
