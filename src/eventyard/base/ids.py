"""The only source of chance: identifiers and the random numbers of backoff and jitter. Seeded, it repeats itself."""

import itertools
import random
from dataclasses import dataclass

_NUMBER_MAX = 0xFFFF_FFFF
_STEP = 0x9E37_79B9
"""Odd, so that every number comes once before the first comes again; near the golden ratio, so that they lie apart."""


@dataclass(frozen=True, slots=True)
class _Series:
    """Identifiers that share their last digits.

    `numbers` counts in steps, of which the last 32 bits are used; its `next` is safe on several threads.
    """

    numbers: "itertools.count[int]"
    last: int
    uuid_tail: str
    span_tail: str


class Ids:
    """Makes identifiers; with a `seed`, the same ones again. Not for secrets: those come from `secrets`."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)
        self._bits = random.Random(self._random.getrandbits(256)).getrandbits
        self._series = self._new_series()
        self._places = itertools.count()
        self._traces = itertools.count()
        self._trace_tail = self.hexadecimal(16)
        self._trace_head = (-1, "")

    def uuid(self) -> str:
        """A version 4 UUID as text: 8-4-4-4-12 lower-case hexadecimal digits.

        Those of one series differ in their first eight digits, which is faster than drawing each anew.
        """
        series = self._series
        number = next(series.numbers)
        if number > series.last:
            self._series = self._new_series()
            return self.uuid()
        return f"{number & _NUMBER_MAX:08x}{series.uuid_tail}"

    def uuids(self, count: int) -> list[str]:
        """That many of `uuid`."""
        series = self._series
        numbers = list(itertools.islice(series.numbers, count))
        if numbers and numbers[-1] > series.last:
            return [self.uuid() for _ in range(count)]
        tail = series.uuid_tail
        return [f"{number & _NUMBER_MAX:08x}{tail}" for number in numbers]

    def trace_root(self, at_ms: int) -> str:
        """A trace's id in X-Ray's form: `1-`, the second of that instant in hexadecimal, 24 digits of its own.

        Those of one second follow each other, so an index over very many of them grows at its end.
        """
        number = next(self._traces)
        second, head = self._trace_head
        if second != at_ms // 1000:
            second, head = self._trace_head = at_ms // 1000, f"1-{at_ms // 1000:08x}-"
        return f"{head}{number & _NUMBER_MAX:08x}{self._trace_tail}"

    def span(self) -> str:
        """A span's id in X-Ray's form: 16 hexadecimal digits."""
        series = self._series
        number = next(series.numbers)
        if number > series.last:
            self._series = self._new_series()
            return self.span()
        return f"{number & _NUMBER_MAX:08x}{series.span_tail}"

    def _new_series(self) -> _Series:
        digits = f"{(self._bits(96) & ~(0xF << 76) & ~(0x3 << 62)) | (0x4 << 76) | (0x2 << 62):024x}"
        first = self._bits(32)
        return _Series(
            numbers=itertools.count(first, _STEP),
            last=first + _NUMBER_MAX * _STEP,
            uuid_tail=f"-{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12:]}",
            span_tail=self.hexadecimal(8),
        )

    def ordered_uuid(self, at_ms: int) -> str:
        """A version 7 UUID: those of later instants sort later, so an index over many of them grows at its end.

        Those of one instant sort in the order in which they were made.
        """
        place = next(self._places) & 0x3FF_FFFF
        head = (at_ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (place >> 14) << 64
        number = head | 0x2 << 62 | (place & 0x3FFF) << 48 | self._bits(48)
        digits = f"{number:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def hexadecimal(self, digits: int) -> str:
        """That many lower-case hexadecimal digits."""
        return f"{self._bits(4 * digits):0{digits}x}"

    def fraction(self) -> float:
        """A number from 0 to 1, 1 excluded: for jitter."""
        return self._bits(53) / (1 << 53)
