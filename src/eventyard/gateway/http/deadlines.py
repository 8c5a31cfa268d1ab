"""One timer for all connections, armed only while one of them has a deadline.

Each connection knows when it expires; moving that deadline later costs nothing here, since the timer looks again when
it rings, at most once a second. So an idle server wakes up once an idle period, and one without connections never.
Sockets wait for real things, so these deadlines follow the loop's own monotonic time and not the platform's clock.
"""

import asyncio
from typing import Protocol

NEVER = float("inf")
_RINGS_APART_S = 1.0


class Expiring(Protocol):
    """What has a deadline."""

    def expires_at(self) -> float:
        """Seconds of the loop's time, or `NEVER`."""
        ...

    def expire(self) -> None: ...


class Deadlines:
    """The connections that may expire, and the timer for the earliest of them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._watched: set[Expiring] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = NEVER

    def watch(self, expiring: Expiring) -> None:
        self._watched.add(expiring)

    def forget(self, expiring: Expiring) -> None:
        self._watched.discard(expiring)
        if not self._watched:
            self._arm(NEVER)

    def expect(self, at: float) -> None:
        """Tell that a connection now expires at `at`; needed only when that may be sooner than before."""
        if at < self._rings_at:
            self._arm(at)

    def _arm(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = at
        self._timer = None if at == NEVER else self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        now = self._loop.time()
        for expiring in tuple(self._watched):
            if expiring.expires_at() <= now:
                expiring.expire()
        earliest = min((expiring.expires_at() for expiring in self._watched), default=NEVER)
        self._arm(earliest if earliest == NEVER else max(earliest, now + _RINGS_APART_S))
