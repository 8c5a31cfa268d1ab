"""The only source of chance: identifiers and the random numbers of backoff and jitter. Seeded, it repeats itself."""

import random


class Ids:
    """Makes identifiers; with a `seed`, the same ones again. Not for secrets: those come from `secrets`."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)
        self._bits = random.Random(self._random.getrandbits(256)).getrandbits

    def uuid(self) -> str:
        """A version 4 UUID as text: 8-4-4-4-12 lower-case hexadecimal digits."""
        digits = f"{(self._bits(128) & ~(0xF << 76) & ~(0x3 << 62)) | (0x4 << 76) | (0x2 << 62):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

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
