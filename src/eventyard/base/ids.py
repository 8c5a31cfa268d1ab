"""The only source of chance: identifiers and the random numbers of backoff and jitter. Seeded, it repeats itself."""

import random

_NUMBER_MAX = 0xFFFF_FFFF
_STEP = 0x9E37_79B9
"""Odd, so that every number comes once before the first comes again; near the golden ratio, so that they lie apart."""


class Ids:
    """Makes identifiers; with a `seed`, the same ones again. Not for secrets: those come from `secrets`."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)
        self._bits = random.Random(self._random.getrandbits(256)).getrandbits
        self._begin_series()

    def uuid(self) -> str:
        """A version 4 UUID as text: 8-4-4-4-12 lower-case hexadecimal digits.

        Those of one series differ in their first eight digits, which is five times as fast as drawing each anew.
        """
        self._number = number = (self._number + _STEP) & _NUMBER_MAX
        if number == self._last_number:
            self._begin_series()
            return self.uuid()
        return f"{number:08x}{self._uuid_tail}"

    def trace_digits(self) -> str:
        """24 lower-case hexadecimal digits that name a trace."""
        self._number = number = (self._number + _STEP) & _NUMBER_MAX
        if number == self._last_number:
            self._begin_series()
            return self.trace_digits()
        return f"{number:08x}{self._trace_tail}"

    def _begin_series(self) -> None:
        self._number = self._last_number = self._bits(32)
        digits = f"{(self._bits(96) & ~(0xF << 76) & ~(0x3 << 62)) | (0x4 << 76) | (0x2 << 62):024x}"
        self._uuid_tail = f"-{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12:]}"
        self._trace_tail = self.hexadecimal(16)

    def ordered_uuid(self, at_ms: int) -> str:
        """A version 7 UUID: those of later instants sort later, so an index over many of them grows at its end."""
        number = (at_ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | self._bits(12) << 64 | 0x2 << 62 | self._bits(62)
        digits = f"{number:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def hexadecimal(self, digits: int) -> str:
        """That many lower-case hexadecimal digits."""
        return f"{self._bits(4 * digits):0{digits}x}"

    def fraction(self) -> float:
        """A number from 0 to 1, 1 excluded: for jitter."""
        return self._bits(53) / (1 << 53)
