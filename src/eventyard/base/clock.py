"""The only source of time: instants are integer milliseconds since the epoch; waking up later goes through here too.

`RealClock` follows the machine. `VirtualClock` stands still until `advance` moves it, and then fires everything that
falls due on the way, in due order, letting the platform come to rest between two instants. Since long polls, the pump
and the function time-outs all wait by `call_at`, a year passes in milliseconds and in the right order.
"""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from typing import Protocol


class Alarm(Protocol):
    """A wake-up that can be called off."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """What the platform asks of time."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch; never goes back."""
        ...

    def call_at(self, at_ms: int, ring: Callable[[], None]) -> Alarm:
        """Call `ring` on the loop once `now_ms()` has reached `at_ms`; at once (not re-entrantly) if it has."""
        ...


class RealClock:
    """The machine's time, kept from stepping back when the machine's clock is set."""

    def __init__(self) -> None:
        self._latest_ms = 0

    def now_ms(self) -> int:
        now_ms = time.time_ns() // 1_000_000
        if now_ms < self._latest_ms:
            return self._latest_ms
        self._latest_ms = now_ms
        return now_ms

    def call_at(self, at_ms: int, ring: Callable[[], None]) -> Alarm:
        delay_ms = max(0, at_ms - self.now_ms())
        return asyncio.get_running_loop().call_later(delay_ms / 1000, ring)


class _VirtualAlarm:
    __slots__ = ("is_off", "ring")

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring = ring
        self.is_off = False

    def cancel(self) -> None:
        self.is_off = True


class VirtualClock:
    """A clock that only `advance` moves.

    Trap: whoever waits for real things (a function's process, a socket) still waits in real time; `advance` gives them
    their turn through `settle`, which returns when the platform is at rest.
    """

    def __init__(self, start_ms: int = 1_767_225_600_000) -> None:
        self._now_ms = start_ms
        self._alarms: list[tuple[int, int, _VirtualAlarm]] = []
        self._count = 0

    def now_ms(self) -> int:
        return self._now_ms

    def call_at(self, at_ms: int, ring: Callable[[], None]) -> Alarm:
        alarm = _VirtualAlarm(ring)
        if at_ms <= self._now_ms:
            asyncio.get_running_loop().call_soon(lambda: None if alarm.is_off else ring())
            return alarm
        self._count += 1
        heapq.heappush(self._alarms, (at_ms, self._count, alarm))
        return alarm

    async def advance(self, duration_ms: int, settle: Callable[[], Awaitable[None]]) -> None:
        """Move on by `duration_ms`, firing every alarm on the way at its own instant, `settle` after each."""
        end_ms = self._now_ms + duration_ms
        await settle()
        while self._alarms and self._alarms[0][0] <= end_ms:
            at_ms, _, alarm = heapq.heappop(self._alarms)
            self._now_ms = max(self._now_ms, at_ms)
            if not alarm.is_off:
                alarm.ring()
                await settle()
        self._now_ms = end_ms
        await settle()
