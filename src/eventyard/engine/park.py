"""Callers who wait: for what, until when, and which function then answers.

An operation that cannot answer yet returns a `Park` (it waits for a wake-up) or a `Perform` (it waits for an effect
performed outside of any transaction). The group commits, waits with nothing open, and runs `then` in a fresh one.
A parked caller who has hung up is forgotten rather than answered, so that nothing is handed to nobody.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from eventyard.base.clock import Alarm, Clock
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

REMEMBERED_MAX = 4096
"""Channels whose last wake-up is remembered; only callers between their reading and their parking need it."""


@dataclass(frozen=True, slots=True)
class Park:
    """Try `then` again when `channel` is woken, at `again_at_ms` if given, and for the last time at `until_ms`.

    `again_at_ms` is when something is expected on the channel by itself (a delayed message becomes visible). It belongs
    to the channel: everyone who waits there then tries again, even when the caller who told it has long been answered.
    `then(tx, call)` may return a `Park` once more, unless `call.must_answer`: the time is up, or the server stops.
    """

    channel: str
    until_ms: int
    then: Callable[[Tx, Call[Any]], Any]
    again_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Perform:
    """Await `effect()` outside of any transaction, then answer with `then(tx, call, outcome)` in a fresh one.

    `effect` tells a failure in its outcome; what it raises is our own mistake.
    """

    effect: Callable[[], Awaitable[Any]]
    then: Callable[[Tx, Call[Any], Any], Any]


@dataclass(slots=True, eq=False)
class _Parked:
    channel: str
    resume: Callable[[], None]
    is_gone: Callable[[], bool] | None
    alarm: Alarm | None = None


@dataclass(slots=True)
class Parks:
    """Who waits on which channel, first come first served."""

    clock: Clock
    wakes: int = 0
    _forgotten_until: int = 0
    _woken_at: dict[str, int] = field(default_factory=dict)
    _watching: dict[str, Callable[[], None]] = field(default_factory=dict)
    _waiting: dict[str, deque[_Parked]] = field(default_factory=dict)
    _expected: dict[str, tuple[int, Alarm]] = field(default_factory=dict)

    def watch(self, channel: str, woken: Callable[[], None]) -> None:
        """Call `woken` at every wake-up of the channel, for good: the pump's way to hear of new rows."""
        self._watching[channel] = woken

    def add(self, park: Park, resume: Callable[[], None], is_gone: Callable[[], bool] | None) -> None:
        """Call `resume` once: at a wake-up of the channel, or at the park's next instant."""
        parked = _Parked(park.channel, resume, is_gone)
        self._waiting.setdefault(park.channel, deque()).append(parked)
        parked.alarm = self.clock.call_at(park.until_ms, lambda: self._give_up(parked))
        if park.again_at_ms is not None:
            self._expect(park.channel, park.again_at_ms)

    def wake(self, channel: str, count: int) -> None:
        """Let up to `count` of those who wait on `channel` try again."""
        self._remember(channel)
        if (woken := self._watching.get(channel)) is not None:
            woken()
        queue = self._waiting.get(channel)
        while queue and count > 0:
            parked = queue.popleft()
            if parked.alarm is not None:
                parked.alarm.cancel()
            if parked.is_gone is None or not parked.is_gone():
                parked.resume()
                count -= 1
        if queue is not None and not queue:
            self._waiting.pop(channel, None)

    def is_woken_since(self, channel: str, wakes: int) -> bool:
        """Whether `channel` was woken after `self.wakes` stood at `wakes`: whoever read before that must read again."""
        return self._woken_at.get(channel, self._forgotten_until) > wakes

    def wake_all(self) -> None:
        """Let everyone try again: when the server stops."""
        for channel in list(self._waiting):
            self.wake(channel, len(self._waiting[channel]))

    @property
    def count(self) -> int:
        """How many wait."""
        return sum(len(queue) for queue in self._waiting.values())

    def _remember(self, channel: str) -> None:
        self.wakes += 1
        if len(self._woken_at) >= REMEMBERED_MAX:
            self._woken_at.clear()
            self._forgotten_until = self.wakes
        self._woken_at[channel] = self.wakes

    def _expect(self, channel: str, at_ms: int) -> None:
        """Have everyone on the channel try again at that instant, or at an earlier one that is expected already."""
        expected = self._expected.get(channel)
        if expected is not None:
            if expected[0] <= at_ms:
                return
            expected[1].cancel()
        self._expected[channel] = (at_ms, self.clock.call_at(at_ms, lambda: self._arrive(channel)))

    def _arrive(self, channel: str) -> None:
        self._expected.pop(channel, None)
        self.wake(channel, len(self._waiting.get(channel, ())))

    def _give_up(self, parked: _Parked) -> None:
        queue = self._waiting.get(parked.channel)
        if queue is None or parked not in queue:
            return
        queue.remove(parked)
        if not queue:
            self._waiting.pop(parked.channel, None)
        if parked.is_gone is None or not parked.is_gone():
            parked.resume()
